/**
 * What a list or a pack is known by: the hash of its one canonical writing. Whoever holds the same content finds the
 * same hash, in whatever order its fields came.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/**
 * JSON with sorted keys and no spaces (RFC 8785 for what is kept here: texts and whole numbers). A field that is
 * undefined is left out. Throws on a fraction, whose writing differs between languages: decimals are kept as text.
 */
export const canonicalJson = (value: unknown): string => writtenOut(value as Json)

const writtenOut = (value: Json | undefined): string => {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new RangeError(`${value} is no whole number`)
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return JSON.stringify(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(writtenOut).join(',')}]`
  if (typeof value === 'object') return `{${fieldsOf(value as { [key: string]: Json | undefined }).join(',')}}`
  throw new TypeError(`${typeof value} cannot be written as JSON`)
}

const fieldsOf = (record: { [key: string]: Json | undefined }): string[] =>
  Object.keys(record)
    .filter(key => record[key] !== undefined)
    .sort()
    .map(key => `${JSON.stringify(key)}:${writtenOut(record[key])}`)

/** SHA-256 of the canonical JSON, in hex. */
export const digestOf = (value: unknown): string => bytesToHex(sha256(utf8ToBytes(canonicalJson(value))))
