/** The people of a fuzzed service and lives told up to every chapter, over HTTP like everything else. */
import type { simulatedClock } from '../../engine/clock.ts'
import type { Actor } from '../../engine/definition.ts'
import {
  afterPublicity,
  COMMUNITY,
  people as cast,
  chapters,
  FUNDER,
  need,
  ORGANISATION,
} from '../support/micro-project.ts'
import type { Person, Service } from '../support/service.ts'
import { planted } from './markers.ts'
import type { Json } from './values.ts'

const TOLD_UNTIL = [
  'drafted',
  'proposed',
  'submitted',
  'public',
  'awarded',
  'committed',
  'paid',
  'gathered',
  'archived',
]
const PLANTED = ['chair', 'member', 'funder', 'resident']
const DAYS_OF_PUBLICITY = 8
const DAY_MS = 86_400_000

export type Story = {
  people: ReadonlyMap<string, Person>
  /** Personal values by the name of whose they are. */
  markers: ReadonlyMap<string, readonly string[]>
  /** Those of the people whom requests register. */
  sent: readonly string[]
  /** Of lives, by workflow. */
  ids: ReadonlyMap<string, readonly string[]>
  /** Inputs that were accepted somewhere, by operation; whoever is registered bears values that stand nowhere else. */
  inputs: ReadonlyMap<string, readonly Json[]>
}

const actors = Object.entries(cast).filter((entry): entry is [keyof typeof cast, Actor] => typeof entry[1] === 'object')

export const tell = async (s: Service, clock: ReturnType<typeof simulatedClock>): Promise<Story> => {
  const { people, markers } = await registered(s)
  await seated(s, people, {})
  const street = people.get('street') as Person
  const organisations = {
    [ORGANISATION]: await enrolled(s, street, '东亭邻里互助队'),
    [FUNDER]: await enrolled(s, street, '江源社区公益基金会'),
  }
  await seated(s, people, organisations)
  const { id: resource } = await s.given(street, '/v1/resource', {
    holder: '东亭社区居委会',
    kind: 'venue',
    title: '活动室',
    detail: '周末可用',
    place: COMMUNITY,
    available: '周末',
  })
  await s.upload(street)
  const told = await projects(s, clock, people, organisations)
  const sent = Array.from({ length: 3 }, planted)
  return {
    people,
    markers,
    sent: sent.flatMap(each => each.markers),
    inputs: told.inputs.set(
      'person.start',
      sent.map(({ input }) => input),
    ),
    ids: new Map([
      ['person', [...people.values()].map(({ id }) => id)],
      ['organisation', Object.values(organisations)],
      ['resource', [resource]],
      ['micro-project', told.ids],
    ]),
  }
}

const registered = async (s: Service) => {
  const people = new Map([['founder', s.founder]])
  const markers = new Map<string, readonly string[]>()
  for (const [name] of actors) {
    const own = planted()
    const hides = PLANTED.includes(name)
    const { id } = hides ? await s.given(s.founder, '/v1/person', own.input) : await s.register()
    people.set(name, { id, token: await s.token(id) })
    if (hides) markers.set(name, own.markers)
  }
  return { people, markers }
}

type Ids = Record<string, string>

/** Each post once its organisation is there; the ones without come first. */
const seated = async (s: Service, people: ReadonlyMap<string, Person>, organisations: Ids) => {
  const ready = Object.keys(organisations).length > 0
  for (const [name, { posts }] of actors)
    for (const { role, place, organisation } of posts.filter(post => (post.organisation !== undefined) === ready))
      await s.given(s.founder, `/v1/person/${people.get(name)?.id}/appoint`, {
        role,
        from: '2026-01-01',
        ...(place && { place }),
        ...(organisation && { organisation: organisations[organisation] }),
      })
}

const enrolled = async (s: Service, street: Person, name: string): Promise<string> =>
  (await s.given(street, '/v1/organisation', { name, tier: 'community-managed', field: need.field, place: COMMUNITY }))
    .id

/** All of them up to publicity; then its days pass, and those that go further do. */
const projects = async (
  s: Service,
  clock: ReturnType<typeof simulatedClock>,
  people: ReadonlyMap<string, Person>,
  organisations: Ids,
) => {
  const inputs = new Map<string, Json[]>()
  const lives = TOLD_UNTIL.map(until => ({ until, id: '' }))
  const send = async (life: { id: string }, [by, command, input = {}]: readonly [Actor, string, object?]) => {
    const name = actors.find(([, { person }]) => person === by.person)?.[0] ?? ''
    const real = withIds(input, organisations)
    const starts = life.id === ''
    const at = starts ? '/v1/micro-project' : `/v1/micro-project/${life.id}/${command}`
    const operation = `micro-project.${starts ? 'start' : command}`
    inputs.set(operation, [...(inputs.get(operation) ?? []), real])
    // The deadline has done it when its days are over.
    if (command !== 'close-publicity') life.id = (await s.given(people.get(name) as Person, at, real)).id
  }
  const going = await toldThrough(chapters, lives, send)
  clock.advance(DAYS_OF_PUBLICITY * DAY_MS)
  await s.runtime.deadlines.idle()
  await toldThrough(afterPublicity, going, send)
  return { ids: lives.map(({ id }) => id), inputs }
}

type Telling = { until: string; id: string }
type Step = readonly [Actor, string, object?]

/** Tells each chapter to every life that goes so far; gives those that go on. */
const toldThrough = async (
  told: Record<string, readonly Step[]>,
  lives: readonly Telling[],
  send: (life: Telling, step: Step) => Promise<void>,
): Promise<Telling[]> => {
  let going = [...lives]
  for (const [chapter, steps] of Object.entries(told)) {
    for (const life of going) for (const step of steps) await send(life, step)
    going = going.filter(({ until }) => until !== chapter)
  }
  return going
}

const withIds = (input: object, ids: Ids): Json =>
  JSON.parse(Object.entries(ids).reduce((text, [from, to]) => text.replaceAll(from, to), JSON.stringify(input)))
