/** Writes a body to a file while its hash is taken. */
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { FileRefusal } from './refusal.ts'

export type Received = { sha256: string; bytes: number }

/** Throws `file-too-large`, and what the body throws. */
export const receive = async (body: AsyncIterable<Buffer>, file: string, limit: number): Promise<Received> => {
  const hash = createHash('sha256')
  let bytes = 0
  const handle = await open(file, 'w', 0o600)
  try {
    for await (const chunk of body) {
      bytes += chunk.length
      if (bytes > limit) throw new FileRefusal('file-too-large', { limit })
      // The disk works while the hash is taken.
      const written = handle.writeFile(chunk)
      hash.update(chunk)
      await written
    }
  } finally {
    await handle.close()
  }
  return { sha256: hash.digest('hex'), bytes }
}
