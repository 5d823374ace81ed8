/**
 * What a value takes in memory, reckoned from its shape as V8 lays it out on 64 bits. A test holds it against the heap.
 * What two values share is counted twice; a value holds nothing but plain data, maps, sets and typed arrays.
 */

const WORD = 8
const OBJECT = 3 * WORD
const STRING = 2 * WORD
const ARRAY = 6 * WORD
const TABLE = 10 * WORD
const MAP_ENTRY = 5 * WORD
const SET_ENTRY = 4 * WORD
const TYPED_ARRAY = 20 * WORD

export const heapBytes = (value: unknown): number => {
  if (typeof value === 'string') return stringBytes(value)
  if (typeof value === 'number') return Number.isInteger(value) ? 0 : 2 * WORD
  if (typeof value !== 'object' || value === null) return 0
  if (ArrayBuffer.isView(value)) return TYPED_ARRAY + value.byteLength
  if (Array.isArray(value)) return ARRAY + value.length * WORD + sum(value)
  if (value instanceof Set) return TABLE + value.size * SET_ENTRY + sum(value)
  if (value instanceof Map) return TABLE + value.size * MAP_ENTRY + sum(value.keys()) + sum(value.values())
  const members = Object.values(value)
  return OBJECT + members.length * WORD + sum(members)
}

const sum = (values: Iterable<unknown>): number => {
  let bytes = 0
  for (const value of values) bytes += heapBytes(value)
  return bytes
}

/** One byte a character, or two in a text that Latin letters do not suffice for. */
const BEYOND_LATIN = /[\u0100-\uffff]/
const stringBytes = (text: string): number => {
  const bytes = STRING + text.length * (BEYOND_LATIN.test(text) ? 2 : 1)
  return Math.ceil(bytes / WORD) * WORD
}
