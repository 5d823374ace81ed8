/**
 * The one place where sealed values are opened: a finished answer goes in, and each sealed value in it comes out in
 * clear, masked, or told to be erased, as its reader may see it now. Keys are read for each answer anew, so that what
 * one process erases no other goes on to tell.
 */
import type { Actor } from '../../engine/definition.ts'
import type { Instance } from '../../engine/instance.ts'
import { grantedBy } from '../../engine/permission.ts'
import { type Opened, openAll, type Shut } from '../../engine/seal.ts'
import { isSealed, isTextKey, partsOfKey, type Sealed } from '../../engine/sealed.ts'
import { type Language, say } from './language.ts'
import { masked } from './masking.ts'
import { isOfficial } from './official.ts'
import type { Services } from './services.ts'

export type Opening = Pick<Services, 'instances' | 'handler' | 'workflows' | 'keys'>
/** Who reads, and in which language. */
export type Reading = { person: string; language: Language }

export const openAnswer = async <T>(services: Opening, reading: Reading, answer: T): Promise<T> => {
  const values = sealedIn(answer)
  return values.size === 0 ? answer : (replaced(answer, await shown(services, reading, values)) as T)
}

/** What people read instead of each sealed value. */
const shown = async (
  services: Opening,
  { person, language }: Reading,
  values: ReadonlySet<Sealed>,
): Promise<Map<Sealed, string>> => {
  const [opened, actor] = await Promise.all([openAll(services.keys, values), services.handler.actor(person)])
  const lives = await livesOf(services, values)
  return new Map(
    [...opened].map(([value, inside]) => [
      value,
      typeof inside === 'string'
        ? say(shutWord(inside, value), language)
        : asSeen(value, inside, lives.get(value.key), actor),
    ]),
  )
}

/** A text with a key of its own is seen by whoever sees where it stands; what is a life's own, as the life opens it. */
const asSeen = ({ key }: Sealed, { kind, text }: Opened, life: Instance | undefined, actor: Actor): string =>
  isTextKey(key) || (life && isClear(kind, life, actor)) ? text : masked(kind, text)

/** Who holds an office acts for it by name. */
const isClear = (kind: Opened['kind'], life: Instance, actor: Actor): boolean =>
  (kind === 'name' && isOfficial(life)) || grantedBy(life, life.workflow.opens[kind] ?? [], actor) !== undefined

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
const REDACTED = { zh: '已遮盖', en: 'redacted' }
const LOST = { zh: '密钥缺失，无法读取', en: 'its key is missing' }

const shutWord = (shut: Shut, { key }: Sealed) => (shut === 'lost' ? LOST : isTextKey(key) ? REDACTED : ERASED)

const sealedIn = (something: unknown, found = new Set<Sealed>()): Set<Sealed> => {
  if (isSealed(something)) found.add(something)
  else if (something !== null && typeof something === 'object')
    for (const inner of Object.values(something)) sealedIn(inner, found)
  return found
}

/** A copy where something sealed is inside: what a process keeps of a life stays as it is. */
const replaced = (something: unknown, shown: ReadonlyMap<Sealed, string>): unknown => {
  if (isSealed(something)) return shown.get(something)
  if (something === null || typeof something !== 'object') return something
  if (Array.isArray(something)) return something.map(inner => replaced(inner, shown))
  return Object.fromEntries(Object.entries(something).map(([name, inner]) => [name, replaced(inner, shown)]))
}
