/**
 * Takes away what nobody needs: files that no event names a day after they came in, bytes without a row (a process
 * died between the two), and uploads that were never finished.
 */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Pool } from 'pg'
import type { ByteStore } from './byte-store.ts'
import { aloneOn, deleteUnneeded, missing, unneeded } from './registry.ts'

const DAY_MS = 86_400_000
const AT_ONCE = 1_000

export type Swept = { files: number; strays: number; unfinished: number }
type Places = { pool: Pool; bytes: ByteStore; incoming: string }

/** `head`: of the log, read before. */
export const sweep = async (places: Places, head: string): Promise<Swept> => ({
  files: await sweepFiles(places, head),
  strays: await sweepStrays(places),
  unfinished: await sweepUnfinished(places),
})

/** The row first: one without bytes would promise what is not there. */
const sweepFiles = async ({ pool, bytes }: Places, head: string): Promise<number> => {
  let swept = 0
  for (const sha256 of await unneeded(pool, head))
    await aloneOn(pool, sha256, async client => {
      if (!(await deleteUnneeded(client, sha256, head))) return
      await bytes.remove(sha256)
      swept++
    })
  return swept
}

const sweepStrays = async ({ pool, bytes }: Places): Promise<number> => {
  let swept = 0
  for await (const page of pagesOf(bytes.all(), AT_ONCE))
    for (const sha256 of await missing(pool, page))
      await aloneOn(pool, sha256, async client => {
        const storedAt = await bytes.storedAt(sha256)
        if (!storedAt || !isOld(storedAt) || (await missing(client, [sha256])).length === 0) return
        await bytes.remove(sha256)
        swept++
      })
  return swept
}

const sweepUnfinished = async ({ incoming }: Places): Promise<number> => {
  let swept = 0
  for (const name of await readdir(incoming)) {
    const file = join(incoming, name)
    const seen = await stat(file).catch(() => undefined)
    if (!seen || !isOld(seen.mtime)) continue
    await rm(file, { force: true })
    swept++
  }
  return swept
}

const isOld = (time: Date): boolean => Date.now() - time.getTime() > DAY_MS

async function* pagesOf<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let page: T[] = []
  for await (const item of items) {
    page.push(item)
    if (page.length === size) {
      yield page
      page = []
    }
  }
  yield page
}
