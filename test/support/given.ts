/** Given / when / then on a definition alone: real decisions and a real fold, no store and no HTTP. */
import { createSecretKey } from 'node:crypto'
import { type Claiming, claimingOf } from '../../engine/claiming.ts'
import { addDays } from '../../engine/clock.ts'
import { type Decided, decide } from '../../engine/decide.ts'
import type { Actor, AnyCommand, Day, OnBehalf, Post, Workflow } from '../../engine/definition.ts'
import { EngineError } from '../../engine/engine-error.ts'
import { commandIdOf, type Fact, type Metadata } from '../../engine/event-codec.ts'
import { blankInstance, evolved, type Instance, takeIn } from '../../engine/instance.ts'
import { scheduling } from '../../engine/made-events.ts'
import { workingDays } from '../../services/working-days.ts'
import { withSealedTexts } from './sealed.ts'

export const TODAY = '2026-03-05'

const CLAIM_KEY = createSecretKey(Buffer.alloc(32, 'claims of the tests'))

/** Ids that are easy to tell apart: `idOf(7)` ends in 7. */
export const idOf = (n: number): string => `00000000-0000-8000-8000-${String(n).padStart(12, '0')}`

type Seat = Partial<Post> & { role: string }

/** Somebody with posts in force; `held` are posts that have ended. */
export const actor = (person: string, posts: readonly Seat[] = [], held: readonly Seat[] = []): Actor => {
  const [current, former] = [posts, held].map(seats =>
    seats.map((seat, n) => ({ id: String(n + 1), from: '2020-01-01', ...seat })),
  ) as [Post[], Post[]]
  return { person, posts: current, heldPosts: [...current, ...former], doubles: [] }
}

export type Outcome =
  | { events: { type: string; data: unknown }[] }
  /** Why not: the code, and the names of the rules that are not met. */
  | { refused: string; unmet: string[] }

/** For whom a command is sent; by telephone, today, unless said. */
export type Represented = { actor: Actor } & Partial<OnBehalf>

export type Life = {
  readonly instance: Instance
  readonly data: unknown
  readonly state: unknown
  /** The things it holds as the only one: by kind, and the stream that keeps each so. */
  readonly holds: Record<string, string>
  /** Sends a command; what it records is taken in. */
  when(by: Actor, command: string, input?: object, represented?: Represented): Outcome
  /** Sends commands that must be accepted, and gives the life back. */
  given(...commands: readonly (readonly [by: Actor, command: string, input?: object])[]): Life
  /** What is sent from now on came in at this instant, and is decided later. */
  arriving(at: string): Life
  /** Lets days pass. */
  later(days: number): Life
}

/** A life of a workflow in a world of other lives, which its decisions may consult. */
export const lifeOf = (workflow: Workflow, id: string = idOf(1), world: readonly Life[] = []): Life => {
  const instance = blankInstance(workflow, id)
  let today = TODAY
  let arrived: string | undefined
  const life: Life = {
    instance,
    get data() {
      return instance.data
    },
    get state() {
      return instance.value
    },
    get holds() {
      return Object.fromEntries([...instance.holds].map(([slot, { stream }]) => [slot, stream]))
    },
    when: (by, command, input = {}, represented) =>
      send(instance, world, { by, represented, today, arrived }, command, input),
    given: (...commands) => {
      for (const [by, command, input] of commands) accepted(life.when(by, command, input), command)
      return life
    },
    arriving: at => {
      arrived = at
      return life
    },
    later: days => {
      today = addDays(today, days)
      return life
    },
  }
  return life
}

/** A life of the world that others consult, standing as it is said, however it came there. */
export const standing = (workflow: Workflow, id: string, data: object): Life => {
  const life = lifeOf(workflow, id)
  life.instance.data = data
  return life
}

const accepted = (outcome: Outcome, command: string): void => {
  if ('refused' in outcome) throw new Error(`given '${command}': ${outcome.refused} ${outcome.unmet.join(', ')}`)
}

const send = (instance: Instance, world: readonly Life[], sent: Sent, command: string, input: object): Outcome => {
  const parsed = instance.workflow.commands[command]?.safeParse(input)
  if (!parsed?.success)
    return { refused: 'invalid-input', unmet: parsed?.error.issues.map(issue => issue.path.join('.')) ?? [] }
  const asked = { type: command, data: parsed.data as never }
  const lives = consulted(instance, asked, world)
  try {
    const around = {
      ...actingIn(sent),
      lives,
      calendar: calendarIn(world),
      ...timesOf(sent, instance.workflow.arrivalCounts.includes(command)),
    }
    const decided = decide(instance, asked, around)
    const events = decided.events.map(({ type, data }) => ({
      type,
      data: withSealedTexts(instance.workflow, type, asStored(data)),
    }))
    const claiming = claimingOf(instance, decided.events, CLAIM_KEY)
    const { due } = scheduling(instance, decided, dataAfter(instance, events, sent), around)
    for (const event of events)
      takeIn(instance, factOf(instance, event, sent, command, { ...decided, ...claiming, due }))
    return { events }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return { refused: error.code, unmet: error.code === 'refused' ? rulesIn(error as EngineError<'refused'>) : [] }
  }
}

type Sent = { by: Actor; represented: Represented | undefined; today: Day; arrived: string | undefined }

/** Noon in Shanghai. */
const timesOf = ({ today, arrived }: Sent, arrivalCounts: boolean) => ({
  now: `${today}T04:00:00.000Z`,
  ...(arrivalCounts && arrived !== undefined && { arrived }),
})

const actingIn = ({ by, represented, today }: Sent) => {
  if (!represented) return { actor: by, today }
  const { actor, ...said } = represented
  const onBehalf: OnBehalf = { person: actor.person, channel: 'phone', on: today, ...said }
  return { actor, intake: { sender: by, onBehalf, today }, today: onBehalf.on }
}

const rulesIn = ({ detail }: EngineError<'refused'>): string[] => detail.reasons.map(({ rule }) => rule)

const dataAfter = (instance: Instance, events: Decided['events'], sent: Sent): unknown =>
  events.reduce<unknown>(
    (data, event, index) => evolved(instance.workflow, data, event, metaOf(instance, sent, index)),
    instance.data,
  )

const metaOf = ({ revision }: Instance, sent: Sent, index: number) => ({
  person: sent.by.person,
  recordedAt: `${sent.today}T04:00:00.000Z`,
  occurredOn: actingIn(sent).today,
  revision: revision + 1 + index,
})

const asStored = (data: unknown): unknown => JSON.parse(JSON.stringify(data))

/** The working days of this world; without a calendar nothing is published. */
const calendarIn = (world: readonly Life[]) => ({
  life: world.find(({ instance }) => instance.workflow.name === workingDays.workflow)?.instance,
  add: workingDays.add,
})

const consulted = (instance: Instance, command: AnyCommand, world: readonly Life[]) =>
  Object.fromEntries(
    Object.entries(instance.workflow.consults).map(([name, which]) => {
      const { workflow, id } = which(instance.data as never, command)
      const found = world.find(({ instance: other }) => other.workflow.name === workflow && other.id === id)
      return [name, found?.instance]
    }),
  )

const factOf = (
  instance: Instance,
  event: { type: string; data: unknown },
  sent: Sent,
  command: string,
  decided: Pick<Decided, 'value' | 'post' | 'for'> & Pick<Metadata, 'due'> & Claiming,
): Fact => {
  const revision = instance.revision + 1
  const metadata = {
    command: commandIdOf(sent.by.person, instance.workflow.name, instance.id, String(revision)),
    name: command,
    person: sent.by.person,
    ...(decided.post && { post: decided.post }),
    ...(decided.for && { for: decided.for }),
    recordedAt: `${sent.today}T04:00:00.000Z`,
    occurredOn: actingIn(sent).today,
    state: decided.value,
    due: decided.due,
    claims: decided.claims,
    releases: decided.releases,
  } as unknown as Metadata
  return { id: `event-${revision}`, stream: instance.stream, revision, position: String(revision), ...event, metadata }
}
