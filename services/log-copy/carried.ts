/** What keeps a position and cannot be built anew from the log: where each is, and how it comes to say the same of another log. */
import type pg from 'pg'
import type { Position } from '../../engine/event-store.ts'
import { logOf } from '../../engine/position.ts'

/** Why it is not switched; the message says what to do, in Chinese and in English. */
export class NotSwitched extends Error {
  readonly code = 'not-switched'
}

type Carried = {
  what: string
  /** Keys come back from backups, and with them what was noted of a log from before it was moved: it is read anew then. */
  mayBeOld: boolean
  select: string
  /** Sets to `$2[n]` what stands at `$1[n]`. */
  update: string
}

const MOVED = 'unnest($1::text[], $2::text[]) AS moved (here, there)'

const column = (table: string, name: string, where = 'true'): Carried => ({
  what: table,
  mayBeOld: table.startsWith('keys.'),
  select: `SELECT DISTINCT ${name} AS position FROM ${table} WHERE ${where}`,
  update: `UPDATE ${table} SET ${name} = moved.there FROM ${MOVED} WHERE ${table}.${name} = moved.here AND ${where}`,
})

const CARRIED: readonly Carried[] = [
  // Not those of read models, which are built anew.
  column('engine.checkpoints', 'position', "name NOT LIKE '%@%'"),
  column('keys.erasures', 'position'),
  column('keys.erasures_read', 'position'),
  column('log_tree.tiles', 'after'),
  column('log_tree.standing', 'position'),
]

/** Every position of the log `from` that is carried over. Throws for one of a third log. */
export const positionsKept = async (database: pg.Pool, from: string): Promise<Position[]> => {
  const positions: Position[] = []
  for (const carried of CARRIED) positions.push(...(await positionsIn(database, carried, from)))
  return positions
}

/** Throws where one stands behind the last event. */
export const carryOver = async (
  client: pg.ClientBase,
  from: string,
  places: ReadonlyMap<Position, Position>,
): Promise<void> => {
  const values = [[...places.keys()], [...places.values()]]
  for (const carried of CARRIED) {
    const ahead = (await positionsIn(client, carried, from)).find(position => !places.has(position))
    if (ahead !== undefined) throw new NotSwitched(aheadOf(carried.what, ahead))
    await client.query(carried.update, values)
  }
}

const positionsIn = async (
  connection: Pick<pg.ClientBase, 'query'>,
  { what, select, mayBeOld }: Carried,
  from: string,
): Promise<Position[]> => {
  const { rows } = await connection.query<{ position: Position | null }>(select)
  const kept = rows.flatMap(({ position }) => position ?? [])
  const foreign = kept.find(position => logOf(position) !== from)
  if (foreign !== undefined && !mayBeOld) throw new NotSwitched(ofThird(what, foreign))
  return kept.filter(position => logOf(position) === from)
}

const ofThird = (
  what: string,
  position: Position,
): string => `${what} 记着另一个日志的位置 ${position}：请先运行 npx gongchuang check。
${what} tells of a position of another log, ${position}: run npx gongchuang check first.`

const aheadOf = (
  what: string,
  position: Position,
): string => `${what} 在 ${position}，日志还没有到那里：数据库与日志不是同一时刻的备份，请先处理。
${what} is at ${position}, where the log has not come: database and log are not backups of one moment; mend that first.`
