/** The people and organisations of the lives, made over HTTP like everything else, and who they are to a decision. */

import { hash } from 'node:crypto'
import type { Actor } from '../../engine/definition.ts'
import { COMMUNITY, FUNDER, need, ORGANISATION, people, TWIN } from '../support/micro-project.ts'
import { type Client, deliver } from './deliver.ts'

export type Cast = {
  actors: readonly Actor[]
  founder: string
  street: string
  organisation: string
  funder: string
  /** Few, so that projects want the same. */
  resources: readonly string[]
}

const everybody = Object.values(people).filter((who): who is Actor => typeof who === 'object')
const FROM = '2026-01-01'

/** The founder stands in the log already. */
export const castOf = async (client: Client, founder: string): Promise<Cast> => {
  const send = async (by: string, workflow: string, name: string, input: object, id?: string): Promise<string> => {
    const key = `cast-${workflow}-${name}-${hash('sha256', JSON.stringify([id, input]), 'hex').slice(0, 20)}`
    const outcome = await deliver(client, { workflow, name, input, person: by, key, ...(id && { id }) })
    if (!outcome || 'refused' in outcome) throw new Error(`${name}: ${JSON.stringify(outcome)}`)
    return outcome.accepted.id
  }
  const ids = new Map<string, string>()
  for (const { person } of everybody)
    ids.set(
      person,
      await send(founder, 'person', 'register', {
        name: `演员${person.slice(-2)}`,
        phone: phoneOf(person),
        place: COMMUNITY,
      }),
    )
  const appoint = async (withOrganisation: boolean): Promise<void> => {
    for (const { person, posts } of everybody)
      for (const { role, place, organisation } of posts.filter(
        post => (post.organisation !== undefined) === withOrganisation,
      )) {
        const seat = {
          role,
          from: FROM,
          ...(place && { place }),
          ...(organisation && { organisation: ids.get(organisation) }),
        }
        await send(founder, 'person', 'appoint', seat, ids.get(person))
      }
  }
  await appoint(false)
  const street = ids.get(people.street.person) as string
  for (const [own, name] of [
    [ORGANISATION, '东亭邻里互助队'],
    [FUNDER, '江源社区公益基金会'],
  ] as const)
    ids.set(
      own,
      await send(street, 'organisation', 'enrol', {
        name,
        tier: 'community-managed',
        field: need.field,
        place: COMMUNITY,
      }),
    )
  await appoint(true)
  const resources: string[] = []
  for (const title of ROOMS) resources.push(await send(street, 'resource', 'offer-resource', roomOf(title)))
  return {
    resources,
    actors: everybody.map(who => actorWith(who, ids)),
    founder,
    street,
    organisation: ids.get(ORGANISATION) as string,
    funder: ids.get(FUNDER) as string,
  }
}

const ROOMS = ['一楼', '二楼', '三楼', '四楼', '五楼', '六楼']
const roomOf = (title: string) => ({ holder: '社区', kind: 'venue', title, detail: '可容纳六十人', place: COMMUNITY })

const phoneOf = (person: string): string => `027-8765${person.slice(-4)}`

const actorWith = ({ person, posts }: Actor, ids: ReadonlyMap<string, string>): Actor => {
  const own = posts.map(({ organisation, ...post }, n) => ({
    ...post,
    id: String(n + 1),
    from: FROM,
    ...(organisation && { organisation: ids.get(organisation) as string }),
  }))
  return { person: ids.get(person) as string, posts: own, heldPosts: own, doubles: [] }
}

/** An input as the definitions' own tests write it, with the ids of this world in it. */
export const withIdsOf = (cast: Cast, twin: string, text: string): string =>
  text.replaceAll(ORGANISATION, cast.organisation).replaceAll(FUNDER, cast.funder).replaceAll(TWIN, twin)
