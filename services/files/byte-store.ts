/** The port to where bytes are kept, each file under its hash. Two adapters: a folder, and what speaks S3. */
import type { Readable } from 'node:stream'

export type ByteStore = {
  /** Takes over a file that is whole; durable when it resolves. The file may be moved away. */
  put(sha256: string, file: string): Promise<void>
  /** Nothing where nothing is kept under this hash. */
  open(sha256: string): Promise<Readable | undefined>
  /** Nothing happens where nothing is kept. */
  remove(sha256: string): Promise<void>
  /** Every hash under which something is kept. */
  all(): AsyncIterable<string>
  storedAt(sha256: string): Promise<Date | undefined>
}
