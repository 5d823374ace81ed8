/** Appends to the log, and the same rows put down one INSERT each: same columns, same indexes, same fsync. */
import { randomUUID } from 'node:crypto'
import type { NewEvent } from '../engine/event-store.ts'
import { openPostgresLog } from '../engine/postgres-log.ts'
import { migrate } from '../services/migrate.ts'
import { LANES, type Measure, poolFor, rate, type Stops } from './support.ts'

type Row = Omit<NewEvent, 'id'>

export type AppendBench = { raw: Measure; log: Measure }

/** `row` is what is written, again and again, each time with an id of its own. */
export const appendBench = async (url: string, row: Row, stops: Stops): Promise<AppendBench> => {
  await migrate(url)
  const pool = poolFor(url, LANES)
  stops.push(() => pool.end())
  await pool.query('CREATE TABLE raw_events (LIKE log.events INCLUDING ALL)')
  const store = openPostgresLog({ pool })
  stops.push(store.close)
  return { raw: rawMeasure(pool, row), log: logMeasure(store, row) }
}

const lanes = () => Array.from({ length: LANES }, () => ({ stream: `resource-${randomUUID()}`, revision: -1 }))

export const INSERT = `INSERT INTO raw_events (position, stream, revision, id, type, data, metadata)
                VALUES ($1, $2, $3, $4, $5, $6, $7)`

/** Positions are counted here, which is the cheapest way there is. */
const rawMeasure = (pool: ReturnType<typeof poolFor>, { type, data, metadata }: Row): Measure => {
  const places = lanes()
  let position = 0
  const insert = async (lane: number) => {
    const place = places[lane] as (typeof places)[number]
    const values = [++position, place.stream, ++place.revision, randomUUID(), type, data, metadata]
    await pool.query({ name: 'raw', text: INSERT, values })
  }
  return milliseconds => rate(milliseconds, insert)
}

const logMeasure = (store: ReturnType<typeof openPostgresLog>, row: Row): Measure => {
  const places = lanes()
  const append = async (lane: number) => {
    const place = places[lane] as (typeof places)[number]
    place.revision = (await store.append(place.stream, place.revision, [{ id: randomUUID(), ...row }])).revision
  }
  return milliseconds => rate(milliseconds, append)
}
