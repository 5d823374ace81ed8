/** Keys that rest encrypted under another: AES-256-GCM with the key's name beside it, so that none can stand in for another. */
import { createCipheriv, createDecipheriv, createHmac, type KeyObject } from 'node:crypto'
import type { Randomness } from './randomness.ts'

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

export class WrongMasterKey extends Error {
  readonly code = 'wrong-master-key'
  constructor(name: string, cause?: unknown) {
    super(
      `The master key does not open '${name}': this database was made with another. Put back the MASTER_KEY, or the file master-key of the data folder, that belongs to it; a rotation that was broken off is finished by npx gongchuang keys rotate`,
      { cause },
    )
  }
}

/** Tells one master key from another, and nothing else about it. */
export const markOf = (master: KeyObject): string =>
  createHmac('sha256', master).update('gongchuang master key').digest('hex')

/** Nonce, ciphertext and tag, one after the other. */
export const wrap = (master: KeyObject, name: string, key: Buffer, random: Randomness): Buffer => {
  const nonce = random.bytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, master, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(name))
  return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()])
}

/** Throws `WrongMasterKey` for what was wrapped by another, under another name, or is damaged. */
export const unwrap = (master: KeyObject, name: string, wrapped: Buffer): Buffer => {
  try {
    const nonce = wrapped.subarray(0, NONCE_BYTES)
    const decipher = createDecipheriv(ALGORITHM, master, nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(name)).setAuthTag(wrapped.subarray(-TAG_BYTES))
    return Buffer.concat([decipher.update(wrapped.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])
  } catch (error) {
    throw new WrongMasterKey(name, error)
  }
}
