/**
 * A head of the log: how many events, the root over them, when. Signed, it lets anybody who kept it find out later
 * whether the log still begins with what it began with then.
 */
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { z } from 'zod'

const hex64 = z.string().regex(/^[0-9a-f]{64}$/)

export const signedHead = z.object({
  size: z.int().positive(),
  /** The position of the last event in it, which names its log. */
  upTo: z.string().max(100),
  root: hex64,
  signedAt: z.iso.datetime(),
  /** Ed25519, as SPKI in base64. */
  publicKey: z.base64().max(100),
  /** Ed25519, in base64. */
  signature: z.base64().max(100),
})
export type SignedHead = z.infer<typeof signedHead>
export type Head = Pick<SignedHead, 'size' | 'upTo' | 'root' | 'signedAt'>

/** What is signed: a line each, so that it can be checked with nothing but an Ed25519 tool. */
const textOf = ({ size, upTo, root, signedAt }: Head): Buffer =>
  Buffer.from(`gongchuang log head\n${size}\n${upTo}\n${root}\n${signedAt}\n`)

/** A public key as heads name it. */
export const publicTextOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'der' }).toString('base64')

export const signHead = (key: KeyObject, head: Head): SignedHead => ({
  ...head,
  publicKey: publicTextOf(createPublicKey(key)),
  signature: sign(null, textOf(head), key).toString('base64'),
})

/** True where the key that the head names has signed it; whether that key is to be trusted is another question. */
export const isSigned = (head: SignedHead): boolean => {
  try {
    const key = createPublicKey({ key: Buffer.from(head.publicKey, 'base64'), format: 'der', type: 'spki' })
    return key.asymmetricKeyType === 'ed25519' && verify(null, textOf(head), key, Buffer.from(head.signature, 'base64'))
  } catch {
    return false
  }
}
