/**
 * Events of another log written into the one in PostgreSQL as they stood there: many streams at once, in their order, all
 * or none. A log that was moved away takes them too: it may be on its way back.
 */
import type { Pool } from 'pg'
import { type RecordedEvent, WrongRevision } from './event-store.ts'
import { APPEND, appendColumns } from './postgres-append.ts'
import { inTransaction } from './transaction.ts'

type AppendRow = { recorded: boolean; at_revision: number | null }

/** Throws `WrongRevision` where a stream does not stand before its first event here: then nothing was written. */
export const writeIntoPostgres = async (pool: Pool, events: readonly RecordedEvent[]): Promise<void> => {
  if (events.length === 0) return
  const appends = appendsOf(events)
  const number = new Map(appends.map(({ stream }, index) => [stream, index + 1]))
  const placed = events.map(event => ({ ...event, append: number.get(event.stream) as number, event }))
  await inTransaction(pool, async client => {
    await client.query("SELECT set_config('gongchuang.copying', 'on', true)")
    const { rows } = await client.query<AppendRow>({
      name: 'copy',
      text: APPEND,
      values: appendColumns(appends, placed),
    })
    // One row that tells of no revision: all were recorded, and none of them stood there before.
    const [first] = rows
    if (first?.at_revision === null) return
    const [{ stream, expected }, row] = firstRefused(appends, rows)
    throw new WrongRevision(stream, expected, row?.at_revision ?? expected)
  })
}

type OneAppend = { stream: string; expected: number; count: number }

const appendsOf = (events: readonly RecordedEvent[]): OneAppend[] => {
  const byStream = new Map<string, OneAppend>()
  for (const { stream, revision } of events) {
    const append = byStream.get(stream) ?? { stream, expected: revision - 1, count: 0 }
    append.count++
    byStream.set(stream, append)
  }
  return [...byStream.values()]
}

const firstRefused = (
  appends: readonly OneAppend[],
  rows: readonly AppendRow[],
): [OneAppend, AppendRow | undefined] => {
  const index = Math.max(
    rows.findIndex(({ recorded }) => !recorded),
    0,
  )
  return [appends[index] as OneAppend, rows[index]]
}
