/** One life of a workflow, folded from its events. The fold is the only way it changes. */
import type { StateValue } from 'xstate'
import { CLAIM_LAPSED } from './claim.ts'
import { DEADLINE_EVENTS, type Due } from './deadline.ts'
import { type Day, type EventMeta, ON_BEHALF, type Workflow } from './definition.ts'
import { type Fact, type Holding, slotOf } from './event-codec.ts'
import { NO_STREAM } from './event-store.ts'
import { type KnownCommands, noCommands, noteCommand } from './known-commands.ts'
import { initialValue } from './machine.ts'
import { type Redaction, tellsOnBehalf } from './redaction.ts'

export type Instance = {
  workflow: Workflow
  id: string
  stream: string
  revision: number
  /** The last event's, to which the next is chained; empty before the first. */
  hash: string
  data: unknown
  value: StateValue
  startedOn: Day | undefined
  recordedAt: string
  /** The deadlines that run. */
  due: Due
  /** The last event's position; empty before the first. */
  position: string
  /** Every command recorded here, with the revision of its first event: how duplicates are known. */
  commands: KnownCommands
  /** Who recorded what: `event|person`, and `event|field=value|person` where an apart pair compares a field. */
  acts: Set<string>
  /** Where the last entry of each kind that can be corrected stands: its revision, by `entryKey`. */
  entries: Map<string, number>
  /** The things that it holds as the only one, by their slot: a kind, and the entry where it may hold several. */
  holds: Map<string, Holding>
  /** Free texts that can be taken back: the fields of the event at each revision. Empty where the workflow takes none back. */
  texts: Map<number, readonly string[]>
}

export const streamOf = (workflow: Workflow, id: string): string => `${workflow.category}-${id}`

export const blankInstance = (workflow: Workflow, id: string): Instance => ({
  workflow,
  id,
  stream: streamOf(workflow, id),
  revision: NO_STREAM,
  hash: '',
  data: workflow.start,
  value: initialValue(workflow.machine),
  startedOn: undefined,
  recordedAt: '',
  due: {},
  position: '',
  commands: noCommands(),
  acts: new Set(),
  entries: new Map(),
  holds: new Map(),
  texts: new Map(),
})

/** False where nothing was ever started, though a start that was not finished may have left a lapse in the stream. */
export const exists = (instance: Instance): boolean => instance.startedOn !== undefined

/** Takes the next event in; events must come in order of revision. */
export const takeIn = (instance: Instance, fact: Fact): void => {
  if (DEADLINE_EVENTS.includes(fact.type)) takeInDeadline(instance, fact)
  else if (fact.type !== CLAIM_LAPSED) foldIn(instance, fact)
  instance.revision = fact.revision
  instance.hash = fact.metadata.hash
  instance.position = fact.position
  instance.recordedAt = fact.metadata.recordedAt
}

/** An event of the engine's own leaves state and data as they are. */
const takeInDeadline = (instance: Instance, { metadata, revision }: Fact): void => {
  instance.due = metadata.due
  noteCommand(instance.commands, metadata.command, revision)
}

/** The data with an event in them; one of the engine's own changes nothing. */
export const evolved = (
  { evolve }: Workflow,
  data: unknown,
  event: { type: string; data: unknown },
  meta: EventMeta,
): unknown => (isEnginesOwn(event.type) ? data : evolve[event.type]?.(data as never, event.data as never, meta))

/** What the engine may add to any life's stream. */
const isEnginesOwn = (type: string): boolean => type === CLAIM_LAPSED || DEADLINE_EVENTS.includes(type)

const foldIn = (instance: Instance, fact: Fact): void => {
  const { metadata } = fact
  const fold = instance.workflow.evolve[fact.type]
  if (!fold)
    throw new Error(
      `${instance.stream}@${fact.revision}: '${fact.type}' has no fold in ${instance.workflow.name} v${instance.workflow.version}`,
    )
  instance.data = fold(instance.data as never, fact.data as never, { ...metadata, revision: fact.revision })
  instance.value = metadata.state
  instance.due = metadata.due
  instance.startedOn ??= metadata.occurredOn
  noteCommand(instance.commands, metadata.command, fact.revision)
  for (const act of actsIn(instance.workflow, fact)) instance.acts.add(act)
  for (const { entries, at } of instance.workflow.corrections)
    if (entries.includes(fact.type)) instance.entries.set(entryKey(fact.type, at, fact.data), fact.revision)
  for (const holding of metadata.releases ?? []) instance.holds.delete(slotOf(holding))
  for (const holding of metadata.claims ?? []) instance.holds.set(slotOf(holding), holding)
  if (instance.workflow.redacts) noteTexts(instance, fact)
}

const noteTexts = ({ workflow, texts }: Instance, fact: Fact): void => {
  const { type, revision, data } = fact
  const every = workflow.texts[type] ?? []
  const said = every.filter(field => (data as Record<string, unknown>)[field] !== undefined)
  // One list for all events that say all: there are as many entries as events.
  const fields = tellsOnBehalf(fact) ? [...said, ON_BEHALF] : said.length === every.length ? every : said
  if (fields.length > 0) texts.set(revision, fields)
  if (type !== workflow.redacts) return
  const taken = data as Redaction
  texts.set(taken.revision, texts.get(taken.revision)?.filter(field => field !== taken.field) ?? [])
}

/** Whoever corrects an entry counts as having made it: a correction changes nothing in who is kept apart. */
const actsIn = (workflow: Workflow, fact: Fact): string[] => {
  const made = workflow.corrections.flatMap(correction => (correction.made === fact.type ? correction.entries : []))
  return [fact.type, ...made].flatMap(event => actorsIn(fact).flatMap(person => actsAs(workflow, event, person, fact)))
}

/** Whoever sent it, and for whom: both did it. */
const actorsIn = ({ metadata }: Fact): string[] => [metadata.person, ...(metadata.for ? [metadata.for.person] : [])]

const actsAs = (workflow: Workflow, event: string, person: string, { data }: Fact): string[] => {
  const said = data as Record<string, unknown>
  const compared = workflow.apart.flatMap(pair =>
    'did' in pair && pair.same && pair.did.includes(event) ? [pair.same] : [],
  )
  return [actKey(event, person), ...compared.map(field => actKey(event, person, field, said[field]))]
}

export const actKey = (event: string, person: string, field?: string, value?: unknown): string =>
  field === undefined ? `${event}|${person}` : `${event}|${field}=${String(value)}|${person}`

/** Who recorded that event here, whatever it compared. */
export const whoDid = ({ acts }: Pick<Instance, 'acts'>, event: string): string[] =>
  [...acts].flatMap(act => {
    const [did, ...rest] = act.split('|')
    return did === event && rest.length === 1 ? rest : []
  })

const entryKey = (event: string, at: string | undefined, data: unknown): string =>
  at === undefined ? event : `${event}|${at}=${String((data as Record<string, unknown>)[at])}`

/** The revision of the entry that this event corrects; nothing where it is no correction. */
export const correctedBy = (
  { workflow, entries }: Instance,
  event: { type: string; data: unknown },
): number | undefined => {
  const correction = workflow.corrections.find(each => each.event === event.type)
  const found = (correction?.entries ?? []).flatMap(
    entry => entries.get(entryKey(entry, correction?.at, event.data)) ?? [],
  )
  return found.length > 0 ? Math.max(...found) : undefined
}
