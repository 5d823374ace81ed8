/** Sealing and opening of single values: AES-256-GCM, the key's name beside it, the kind inside with the text. */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import type { Keys } from './keys.ts'
import type { Randomness } from './randomness.ts'
import type { Kind, Sealed } from './sealed.ts'

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

export type Opened = { kind: Kind; text: string }

export const seal = (key: KeyObject, name: string, { kind, text }: Opened, random: Randomness): Sealed => {
  const nonce = random.bytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(name))
  const ciphertext = Buffer.concat([cipher.update(`${kind}\n${text}`, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return { key: name, nonce: nonce.toString('base64'), ciphertext: ciphertext.toString('base64') }
}

/** Throws where the value was sealed under another key, or is damaged. */
export const open = (key: KeyObject, { key: name, nonce, ciphertext }: Sealed): Opened => {
  const bytes = Buffer.from(ciphertext, 'base64')
  const decipher = createDecipheriv(ALGORITHM, key, Buffer.from(nonce, 'base64'), { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(name)).setAuthTag(bytes.subarray(-TAG_BYTES))
  const inside = decipher.update(bytes.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
  const end = inside.indexOf('\n')
  return { kind: inside.slice(0, end) as Kind, text: inside.slice(end + 1) }
}

/** Why a value stays shut: its key was destroyed, or is not here. */
export type Shut = 'erased' | 'lost'

/** Many values with the keys of this moment, all read at once. */
export const openAll = async (keys: Keys, values: Iterable<Sealed>): Promise<Map<Sealed, Opened | Shut>> => {
  const all = [...values]
  const found = await keys.toOpen([...new Set(all.map(({ key }) => key))])
  return new Map(
    all.map(value => {
      const key = found.get(value.key) ?? 'lost'
      return [value, typeof key === 'string' ? key : open(key, value)]
    }),
  )
}
