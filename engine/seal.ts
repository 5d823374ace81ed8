/** Sealing and opening of single values: AES-256-GCM, the key's name beside it, the kind inside with the text. */
import { createCipheriv, createDecipheriv, hash, type KeyObject } from 'node:crypto'
import type { Keys } from './keys.ts'
import type { Randomness } from './randomness.ts'
import type { Kind, Sealed } from './sealed.ts'

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** A record's text is its JSON. */
export type Opened = { kind: Kind; text: string }

/** A clear value as it is sealed: a text as it is, anything else as JSON that is the same for equal values. */
export const asOpened = (kind: Kind, clear: unknown): Opened =>
  typeof clear === 'string' ? { kind, text: clear } : { kind: 'record', text: JSON.stringify(clear, inOrder) }

/** The clear value again. */
export const clearOf = ({ kind, text }: Opened): unknown => (kind === 'record' ? JSON.parse(text) : text)

const inOrder = (_: string, value: unknown): unknown =>
  value === null || typeof value !== 'object' || Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))

/** No text that people send, and no JSON, ends with it. */
const PADDING = '\0'

/** With a size the text is padded to so many bytes: the schema of what is sealed says that it fits. */
export const seal = (
  key: KeyObject,
  name: string,
  { kind, text }: Opened,
  random: Randomness,
  size = Buffer.byteLength(text),
): Sealed => {
  const nonce = random.bytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(name))
  const inside = `${kind}\n${text}${PADDING.repeat(size - Buffer.byteLength(text))}`
  const ciphertext = Buffer.concat([cipher.update(inside, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return { key: name, nonce: nonce.toString('base64'), ciphertext: ciphertext.toString('base64') }
}

/** Throws where the value was sealed under another key, or is damaged. */
export const open = (key: KeyObject, { key: name, nonce, ciphertext }: Sealed): Opened => {
  const bytes = Buffer.from(ciphertext, 'base64')
  const decipher = createDecipheriv(ALGORITHM, key, Buffer.from(nonce, 'base64'), { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(name)).setAuthTag(bytes.subarray(-TAG_BYTES))
  const inside = decipher.update(bytes.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
  const end = inside.indexOf('\n')
  return { kind: inside.slice(0, end) as Kind, text: withoutPadding(inside.slice(end + 1)) }
}

const withoutPadding = (text: string): string => {
  let end = text.length
  while (text[end - 1] === PADDING) end--
  return text.slice(0, end)
}

/**
 * By which a key is known to whoever does not have it: recorded before anything is sealed under it, so that the key that
 * is shown later can be told to be that one.
 */
export const fingerprintOf = (key: KeyObject): string => hash('sha256', Buffer.concat([FINGERPRINTED, key.export()]))

/** What is hashed of a key for anything else does not begin so. */
const FINGERPRINTED = Buffer.from('gongchuang key fingerprint 1\n')

/** Why a value stays shut: its key was destroyed, or is not here. */
export type Shut = 'erased' | 'lost'

/** Many values with the keys of this moment, all read at once. */
export const openAll = async (
  keys: Pick<Keys, 'toOpen'>,
  values: Iterable<Sealed>,
): Promise<Map<Sealed, Opened | Shut>> => {
  const all = [...values]
  const found = await keys.toOpen([...new Set(all.map(({ key }) => key))])
  return new Map(
    all.map(value => {
      const key = found.get(value.key) ?? 'lost'
      return [value, typeof key === 'string' ? key : open(key, value)]
    }),
  )
}
