/**
 * Arrays as PostgreSQL reads them fastest: in its binary form, where each element is its length and its bytes. As text
 * each would be quoted and escaped here and read character by character there; of JSON, where every other character is
 * a quotation mark, that is most of the work.
 */
const TEXT_OID = 25
const INTEGER_OID = 23
const HEADER_BYTES = 20
const LENGTH_BYTES = 4
/** The length of what is not there. */
const NULL = -1

/** With null where there is nothing. */
export const textArray = (values: readonly (string | null)[]): Buffer => {
  const lengths = values.map(value => (value === null ? NULL : Buffer.byteLength(value)))
  const total = lengths.reduce((sum, length) => sum + Math.max(length, 0), 0)
  const bytes = headed(TEXT_OID, lengths, total)
  let at = HEADER_BYTES
  values.forEach((value, index) => {
    at = bytes.writeInt32BE(lengths[index] as number, at)
    if (value !== null) at += bytes.write(value, at)
  })
  return bytes
}

export const integerArray = (values: readonly number[]): Buffer => {
  const bytes = headed(INTEGER_OID, values, values.length * LENGTH_BYTES)
  let at = HEADER_BYTES
  for (const value of values) at = bytes.writeInt32BE(value, bytes.writeInt32BE(LENGTH_BYTES, at))
  return bytes
}

/** One dimension, perhaps with nulls, so many elements, counted from 1; room for them behind it. */
const headed = (oid: number, { length }: readonly unknown[], total: number): Buffer => {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + length * LENGTH_BYTES + total)
  const words = [1, 1, oid, length, 1]
  words.forEach((word, index) => {
    bytes.writeInt32BE(word, index * LENGTH_BYTES)
  })
  return bytes
}
