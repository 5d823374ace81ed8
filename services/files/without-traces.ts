/** Takes out of a file what it tells beside its content, where a kind has such a thing: images. */
import { readFile, writeFile } from 'node:fs/promises'
import { bareJpeg } from './bare-jpeg.ts'
import { barePng } from './bare-png.ts'
import { sha256Of } from './hash.ts'
import type { Kind } from './kinds.ts'
import type { Received } from './receive.ts'

const BARE: Partial<Record<Kind, (image: Buffer) => Buffer>> = { jpeg: bareJpeg, png: barePng }

/** Throws `file-broken`. */
export const withoutTraces = async (file: string, kind: Kind, received: Received): Promise<Received> => {
  const bare = BARE[kind]
  if (!bare) return received
  const before = await readFile(file)
  const after = bare(before)
  if (after.equals(before)) return received
  await writeFile(file, after)
  return { sha256: sha256Of(after), bytes: after.length }
}
