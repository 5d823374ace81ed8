import { createHash, hash } from 'node:crypto'

export const sha256Of = (bytes: Buffer): string => hash('sha256', bytes, 'hex')

export const sha256OfStream = async (stream: AsyncIterable<Buffer>): Promise<string> => {
  const sum = createHash('sha256')
  for await (const chunk of stream) sum.update(chunk)
  return sum.digest('hex')
}
