/**
 * Arrays as PostgreSQL reads them fastest: in its binary form, where each element is its length and its bytes. As text
 * each would be quoted and escaped here and read character by character there; of JSON, where every other character is
 * a quotation mark, that is most of the work.
 */
const TEXT_OID = 25
const INTEGER_OID = 23
const HEADER_BYTES = 20
const LENGTH_BYTES = 4

export const textArray = (values: readonly string[]): Buffer => {
  const lengths = values.map(value => Buffer.byteLength(value))
  const total = lengths.reduce((sum, length) => sum + length, 0)
  const bytes = headed(TEXT_OID, values.length, total)
  let at = HEADER_BYTES
  values.forEach((value, index) => {
    at = bytes.writeInt32BE(lengths[index] as number, at)
    at += bytes.write(value, at)
  })
  return bytes
}

export const integerArray = (values: readonly number[]): Buffer => {
  const bytes = headed(INTEGER_OID, values.length, values.length * LENGTH_BYTES)
  let at = HEADER_BYTES
  for (const value of values) at = bytes.writeInt32BE(value, bytes.writeInt32BE(LENGTH_BYTES, at))
  return bytes
}

/** One dimension, no nulls, so many elements, counted from 1; room for them behind it. */
const headed = (oid: number, elements: number, total: number): Buffer => {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + elements * LENGTH_BYTES + total)
  const words = [1, 0, oid, elements, 1]
  words.forEach((word, index) => {
    bytes.writeInt32BE(word, index * LENGTH_BYTES)
  })
  return bytes
}
