/** Messages of PostgreSQL's protocol (version 3) out of a stream of bytes. */

/** `type` is the letter a message begins with; empty for the first that a client sends, which has none. */
export type Message = { type: string; bytes: Buffer }

const LENGTH_BYTES = 4

export const messagesIn = ({ first }: { first: 'without a letter' | 'like all' }): ((chunk: Buffer) => Message[]) => {
  let rest: Buffer = Buffer.alloc(0)
  let letter = first === 'like all' ? 1 : 0
  return chunk => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const messages: Message[] = []
    while (rest.length >= letter + LENGTH_BYTES) {
      const end = letter + rest.readUInt32BE(letter)
      if (rest.length < end) break
      messages.push({ type: rest.toString('latin1', 0, letter), bytes: rest.subarray(0, end) })
      rest = rest.subarray(end)
      letter = 1
    }
    return messages
  }
}

/** The texts that a message begins with, each ended by a zero. */
export const textsOf = ({ bytes }: Message, count: number): string[] => {
  const texts: string[] = []
  let from = 1 + LENGTH_BYTES
  while (texts.length < count) {
    const end = bytes.indexOf(0, from)
    texts.push(bytes.toString('utf8', from, end))
    from = end + 1
  }
  return texts
}
