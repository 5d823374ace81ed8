/** Where the people and their posts are: in the `person` lifecycle. */
import type { Pool } from 'pg'
import type { HandlerOptions } from '../engine/command-handler.ts'
import type { Instance } from '../engine/instance.ts'
import { schemaOf } from '../engine/projection.ts'
import { livesModel } from '../projections/lives.ts'
import type { Person } from '../workflows/person.ts'
import type { Services } from './api/services.ts'

export const people: HandlerOptions['people'] = { workflow: 'person', posts: data => (data as Person).posts }

type Register = Pick<Services, 'instances' | 'handler'> & { pool: Pool }
export type KnownPerson = { id: string } & Person

/** Every person, in the order they were registered. */
export const allPeople = async ({ pool, instances, handler }: Register): Promise<KnownPerson[]> => {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM ${schemaOf(livesModel)}.lives WHERE workflow = $1 ORDER BY "startedAt", id`,
    [people.workflow],
  )
  const lives = await Promise.all(rows.map(({ id }) => instances.get(handler.workflow(people.workflow), id)))
  return lives.map((life: Instance) => ({ id: life.id, ...(life.data as Person) }))
}

/** By id, or by exact name. */
export const peopleNamed = async (runtime: Register, asked: string): Promise<KnownPerson[]> =>
  (await allPeople(runtime)).filter(each => each.id === asked || each.name === asked)
