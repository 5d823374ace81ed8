/**
 * Bytes in a folder: `ab/cd…` by hash. A file appears under its hash whole or not at all, and is on disk, name and
 * all, before anybody is told.
 */
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isSha256 } from '../../engine/named-files.ts'
import type { ByteStore } from './byte-store.ts'

export const folderBytes = (folder: string): ByteStore => {
  const placeOf = (sha256: string) => join(folder, sha256.slice(0, 2), sha256.slice(2))
  return {
    put: async (sha256, file) => {
      const place = placeOf(sha256)
      await synced(file)
      const made = await mkdir(dirname(place), { recursive: true })
      await rename(file, place)
      await synced(dirname(place))
      if (made) await synced(dirname(made))
    },
    open: async sha256 => {
      const stream = createReadStream(placeOf(sha256))
      return (await unlessAbsent(once(stream, 'open'))) && stream
    },
    remove: sha256 => rm(placeOf(sha256), { force: true }),
    all: () => hashesIn(folder),
    storedAt: async sha256 => (await unlessAbsent(stat(placeOf(sha256))))?.mtime,
  }
}

const synced = async (path: string): Promise<void> => {
  const handle = await open(path)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const unlessAbsent = <T>(work: Promise<T>): Promise<T | undefined> =>
  work.catch(error => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })

async function* hashesIn(folder: string): AsyncGenerator<string> {
  for (const beginning of (await unlessAbsent(readdir(folder))) ?? [])
    if (/^[0-9a-f]{2}$/.test(beginning))
      for (const rest of await readdir(join(folder, beginning))) if (isSha256(beginning + rest)) yield beginning + rest
}
