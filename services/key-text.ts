/** The two keys that everything hangs on, as people keep them: text in the environment or in a file. */
import { createPrivateKey, createSecretKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'

const MASTER_KEY_BYTES = 32

export const newMasterKeyText = (): string => randomBytes(MASTER_KEY_BYTES).toString('base64')

export const newSigningKeyText = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

/** 32 bytes as base64; nothing where the text is something else. */
export const masterKeyOf = (text: string): KeyObject | undefined => {
  const bytes = Buffer.from(text.trim(), 'base64')
  return bytes.length === MASTER_KEY_BYTES ? createSecretKey(bytes) : undefined
}

/** An Ed25519 private key as PEM, or that PEM in base64; nothing where the text is something else. */
export const signingKeyOf = (text: string): KeyObject | undefined => {
  const pem = text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString('utf8')
  try {
    const key = createPrivateKey(pem)
    return key.asymmetricKeyType === 'ed25519' ? key : undefined
  } catch {
    return undefined
  }
}
