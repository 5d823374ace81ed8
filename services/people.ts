/** Where the people and their posts are: in the `person` lifecycle. */
import type { Pool } from 'pg'
import { schemaOf } from '../engine/projection.ts'
import { openAll } from '../engine/seal.ts'
import type { People } from '../engine/surroundings.ts'
import { livesModel } from '../projections/lives.ts'
import { heldPosts, mayAct, type Person } from '../workflows/person/data.ts'
import type { Services } from './api/services.ts'

export const people: People = {
  workflow: 'person',
  posts: data => heldPosts(data as Person),
  doubles: data => (data as Person).doubles,
  mayAct: data => mayAct(data as Person),
}

type Register = Pick<Services, 'instances' | 'handler' | 'keys'> & { pool: Pool }
export type KnownPerson = { id: string; name: string; posts: Person['posts'] }

/** Every person whose name can be read, in the order they were registered: for whoever holds the master key. */
export const allPeople = async ({ pool, instances, handler, keys }: Register): Promise<KnownPerson[]> => {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM ${schemaOf(livesModel)}.lives WHERE workflow = $1 ORDER BY "startedAt", id`,
    [people.workflow],
  )
  const lives = await Promise.all(rows.map(({ id }) => instances.get(handler.workflow(people.workflow), id)))
  const known = lives.map(({ id, data }) => ({ id, ...(data as Person) }))
  const opened = await openAll(
    keys,
    known.flatMap(({ name }) => name ?? []),
  )
  return known.flatMap(({ id, name: sealed, posts }) => {
    const name = sealed && opened.get(sealed)
    return typeof name === 'object' ? [{ id, name: name.text, posts }] : []
  })
}

/** By id, or by exact name. */
export const peopleNamed = async (runtime: Register, asked: string): Promise<KnownPerson[]> =>
  (await allPeople(runtime)).filter(each => each.id === asked || each.name === asked)
