/**
 * The one place where sealed values are opened: a finished answer goes in, and each sealed value in it comes out in
 * clear, masked, or told to be erased, as its reader may see it now. Keys are read for each answer anew, so that what
 * one process erases no other goes on to tell.
 */
import { type Actor, type Post, REDACTED, type Workflow } from '../../engine/definition.ts'
import type { Instance } from '../../engine/instance.ts'
import { grantedBy } from '../../engine/permission.ts'
import { clearOf, type Opened, openAll, type Shut } from '../../engine/seal.ts'
import { isSealed, isTextKey, type Kind, partsOfKey, type Sealed } from '../../engine/sealed.ts'
import type { Access } from '../access.ts'
import { type Language, say } from './language.ts'
import { masked } from './masking.ts'
import { isOfficial } from './official.ts'
import type { Services } from './services.ts'

export type Opening = Pick<Services, 'instances' | 'handler' | 'workflows' | 'keys' | 'access'>
/** Who reads, in which language, and what they asked. */
export type Reading = { person: string; language: Language; route: string; request: string }

export const openAnswer = async <T>(services: Opening, reading: Reading, answer: T): Promise<T> => {
  const hidden = hiddenIn(answer)
  if (hidden.size === 0) return answer
  const words = await shown(services, reading, new Set([...hidden].filter(isSealed)))
  return replaced(answer, new Map<Hidden, unknown>([...words, [REDACTED, say(TAKEN_BACK, reading.language)]])) as T
}

/** What no answer holds as it stands: a sealed value, and the sign where a text was. */
type Hidden = Sealed | typeof REDACTED

/** What people read instead of each sealed value. What they read in clear is recorded before they do. */
const shown = async (
  services: Opening,
  reading: Reading,
  values: ReadonlySet<Sealed>,
): Promise<Map<Sealed, unknown>> => {
  const [opened, actor] = await Promise.all([openAll(services.keys, values), services.handler.actor(reading.person)])
  const lives = await livesOf(services, values)
  const seen = [...opened].map(([value, inside]) => ({
    value,
    ...(typeof inside === 'string'
      ? { shows: say(shutWord(inside, value), reading.language) }
      : asSeen(value, inside, lives.get(value.key), actor, services.workflows)),
  }))
  await services.access.add(accessesIn(seen, reading))
  return new Map(seen.map(({ value, shows }) => [value, shows]))
}

/** `looked`: whose data were read in clear by somebody else, and under which post. */
type Seen = { shows: unknown; looked?: { subject: string; field: Kind; post: Post | undefined } }

/**
 * What has a key of its own, or one that lives share, is seen by whoever sees where it stands; what is a life's own, as
 * the life opens it. Who holds an office acts for it by name: that is no look at a private person.
 */
const asSeen = (
  { key }: Sealed,
  opened: Opened,
  life: Instance | undefined,
  actor: Actor,
  workflows: readonly Workflow[],
): Seen => {
  const { kind, text } = opened
  const clear = { shows: clearOf(opened) }
  if (isTextKey(key) || isShared(workflows, key)) return clear
  if (!life) return { shows: masked(kind, text) }
  if (life.id === actor.person || (kind === 'name' && isOfficial(life))) return clear
  const granted = grantedBy(life, life.workflow.opens[kind] ?? [], actor)
  if (granted === undefined) return { shows: masked(kind, text) }
  return { ...clear, looked: { subject: life.id, field: kind, post: granted === 'themself' ? undefined : granted } }
}

/** A key that no life has for itself. */
const isShared = (workflows: readonly Workflow[], key: string): boolean =>
  workflows.some(({ keys }) => Object.hasOwn(keys, partsOfKey(key).of))

/** One a person, whatever was read of them. */
const accessesIn = (seen: readonly Seen[], { person: reader, route, request }: Reading): Access[] => {
  const looks = Map.groupBy(
    seen.flatMap(({ looked }) => looked ?? []),
    ({ subject }) => subject,
  )
  return [...looks].map(([subject, each]) => ({
    subject,
    reader,
    post: each[0]?.post,
    fields: [...new Set(each.map(({ field }) => field))],
    route,
    request,
  }))
}

const livesOf = async (services: Opening, values: Iterable<Sealed>): Promise<Map<string, Instance>> => {
  const keys = [...new Set([...values].map(({ key }) => key))]
  const lives = await Promise.all(keys.map(key => lifeUnder(services, key)))
  return new Map(keys.flatMap((key, i) => (lives[i] ? [[key, lives[i]] as const] : [])))
}

const lifeUnder = async ({ workflows, instances }: Opening, key: string): Promise<Instance | undefined> => {
  const { of, id } = partsOfKey(key)
  const workflow = workflows.find(({ name }) => name === of)
  return workflow && instances.get(workflow, id)
}

const ERASED = { zh: '已删除', en: 'erased' }
const TAKEN_BACK = { zh: '已遮盖', en: 'redacted' }
const LOST = { zh: '密钥缺失，无法读取', en: 'its key is missing' }

const shutWord = (shut: Shut, { key }: Sealed) => (shut === 'lost' ? LOST : isTextKey(key) ? TAKEN_BACK : ERASED)

const isHidden = (something: unknown): something is Hidden => something === REDACTED || isSealed(something)

const hiddenIn = (something: unknown, found = new Set<Hidden>()): Set<Hidden> => {
  if (isHidden(something)) found.add(something)
  else if (something !== null && typeof something === 'object')
    for (const inner of Object.values(something)) hiddenIn(inner, found)
  return found
}

/** A copy where something hidden is inside: what a process keeps of a life stays as it is. */
const replaced = (something: unknown, shown: ReadonlyMap<Hidden, unknown>): unknown => {
  if (isHidden(something)) return shown.get(something)
  if (something === null || typeof something !== 'object') return something
  if (Array.isArray(something)) return something.map(inner => replaced(inner, shown))
  return Object.fromEntries(Object.entries(something).map(([name, inner]) => [name, replaced(inner, shown)]))
}
