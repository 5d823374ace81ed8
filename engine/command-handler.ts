/**
 * One command's way: known before? → who, where, apart → rules → events → append → answer.
 *
 * An answer of success means the events are durable. A refusal decided from what this process holds in
 * memory is confirmed against the store before it is answered. Nothing else writes events.
 */
import type { KeyObject } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StateValue } from 'xstate'
import { atMost } from './at-most.ts'
import { claimingOf } from './claiming.ts'
import { type Claimant, openClaims } from './claims.ts'
import type { Clock } from './clock.ts'
import { type CommandRequest, type Prepared, prepared } from './command.ts'
import { answerOf, type CommandAnswer, firstAnswer, firstFacts } from './command-answer.ts'
import type { WorkingDays } from './deadline.ts'
import { type Decided, decide, type Surroundings } from './decide.ts'
import type { Workflow } from './definition.ts'
import { type DeadlineStep, moveCommand, type Recount, stepCommand } from './elapsing.ts'
import { EngineError } from './engine-error.ts'
import type { Fact } from './event-codec.ts'
import { type Appended, type EventStore, WrongRevision } from './event-store.ts'
import { exists, type Instance } from './instance.ts'
import type { Instances } from './instances.ts'
import { KeyErased, type Keys } from './keys.ts'
import { firstEventOf } from './known-commands.ts'
import { filesIn, type Made, make } from './made-events.ts'
import type { KeptFiles, NamedFile } from './named-files.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { type Randomness, saltFrom } from './randomness.ts'
import { checkSizes, keysErasedBy, keysFor, sealEvents } from './sealing.ts'
import { type Looking, lookingAround, type People } from './surroundings.ts'
import { silent, type Telemetry, tellCommand } from './telemetry.ts'

export type DryRun = { id: string | undefined; state: StateValue; events: { type: string; data: unknown }[] }

type LifeNamed = Pick<CommandRequest, 'workflow' | 'traceparent'> & { id: string }

export type CommandHandler = {
  /** Throws `EngineError`, or what the store throws: `LogUnavailable`, `OutcomeUnknown`. */
  handle(request: CommandRequest): Promise<CommandAnswer>
  /** Decides and writes nothing. */
  dryRun(request: CommandRequest): Promise<DryRun>
  /**
   * Takes a step of a deadline's ladder, once, if it is due; `refused`: the code with which the chart has refused what
   * the step would do. Throws `not-due` where there is nothing to do any more, or yet.
   */
  takeStep(life: LifeNamed, step: DeadlineStep, refused?: string): Promise<CommandAnswer>
  /** Counts the working days of a life's deadlines again. Throws `not-due` where none moves. */
  moveDeadlines(life: LifeNamed, recount: Recount): Promise<CommandAnswer>
  workflow(name: string): Workflow
} & Pick<Looking, 'surroundings' | 'actor'>

export type HandlerOptions = {
  store: EventStore
  instances: Instances
  workflows: readonly Workflow[]
  people: People
  /** Where deadlines are counted in working days. */
  workingDays?: WorkingDays
  clock: Clock
  /** Of sealed values. */
  keys: Keys
  /** Under which the bodies of commands are known again. */
  bodyKey: KeyObject
  /** From which the streams of claims are named. */
  claimKey: KeyObject
  /** Of salts and of the nonces of sealed values. */
  random: Randomness
  /** So many commands at once on one life; the service's own posts come one after the other anyway. */
  mostOnOne?: number
  /** Where the files are that events name; absent where none are kept, and any may be named. */
  files?: KeptFiles
  /** Hears of each command; nobody unless said. */
  telemetry?: Telemetry
}

const TRIES = 5
/** A follower older than this may not know that a post has ended. */
const FOLLOWER_LIMIT_MS = 1_000
/** What a busy process needs to hear what it missed while it did something else. */
const FOLLOWER_GRACE_MS = 500
const ASK_EVERY_MS = 25

export const commandHandler = (options: HandlerOptions): CommandHandler => {
  const { store, instances, keys } = options
  const byName = new Map(options.workflows.map(workflow => [workflow.name, workflow]))
  const exclusive = oneAtATime()
  const queues = atMost(options.mostOnOne ?? Number.POSITIVE_INFINITY)
  const claims = openClaims(options)

  const workflowNamed = (name: string): Workflow => {
    const workflow = byName.get(name)
    if (!workflow) throw new EngineError('unknown-workflow', { workflow: name, known: [...byName.keys()] })
    return workflow
  }

  const { look, surroundings, actor } = lookingAround({ ...options, workflowNamed })

  /** What keeps a request from being decided at all. */
  const objection = (
    instance: Instance,
    { life, represented }: { life: Instance | undefined; represented: Instance | undefined },
    request: Prepared,
  ): EngineError | undefined => {
    if (!life && !request.person.startsWith('system:'))
      return new EngineError('unknown-person', { person: request.person })
    if (life && !options.people.mayAct(life.data)) return new EngineError('person-ended', { person: request.person })
    const stands = represented && options.people.mayAct(represented.data)
    if (request.onBehalf && !stands) return new EngineError('unknown-represented', { person: request.onBehalf.person })
    if (!exists(instance) && !request.starts)
      return new EngineError('unknown-instance', { workflow: request.workflow.name, id: request.id })
    return undefined
  }

  /** Decides and makes something of it in one breath: the follower may move the instance between any two awaits. */
  const attempt = async <M>(instance: Instance, request: Prepared, making: Making<M>): Promise<Attempt<M>> => {
    const { life, represented, around } = await look(instance, request, request.command)
    const first = firstEventOf(instance.commands, request.commandId)
    if (first !== undefined) return { known: first }
    const others = [life, represented, ...Object.values(around.lives)].filter(other => other !== undefined)
    try {
      const objected = objection(instance, { life, represented }, request)
      if (objected) throw objected
      const decided = request.decides?.(instance, around) ?? decide(instance, request.command, around, request.ifMatch)
      return { made: making(decided, around, others) }
    } catch (refused) {
      if (refused instanceof EngineError) return { refused, others }
      throw refused
    }
  }

  /** True where another process has moved anything this decision looked at. */
  const moved = async (instance: Instance, others: readonly Instance[]): Promise<boolean> =>
    (await Promise.all([instance, ...others].map(each => instances.refresh(each)))).includes(true)

  const attemptConfirmed = async <M>(
    instance: Instance,
    request: Prepared,
    making: Making<M>,
  ): Promise<Known | { made: M }> => {
    for (let tries = 1; ; tries++) {
      const outcome = await attempt(instance, request, making)
      if ('known' in outcome || 'made' in outcome) return outcome
      if (tries >= TRIES || !(await moved(instance, outcome.others))) throw outcome.refused
    }
  }

  /** The events as they are kept, or the keys that are still wanted to seal them: key first, event second. */
  const encoding =
    (instance: Instance, request: Prepared, held: ReadonlyMap<string, KeyObject>): Making<Made | Wanting> =>
    (decided, around, others) => {
      const sealer = { instance, ...request }
      checkSizes(sealer, decided.events)
      const wants = keysFor(sealer, decided.events).filter(name => !held.has(name))
      if (wants.length > 0) return { wants }
      const events = sealEvents(sealer, decided.events, held, options.random)
      const claiming = claimingOf(instance, decided.events, options.claimKey)
      return make(instance, request, { ...decided, events }, around, others, claiming, saltFrom(options.random))
    }

  /** What a dry run tells. */
  const trying =
    (instance: Instance, request: Prepared): Making<Tried> =>
    decided => {
      checkSizes({ instance, ...request }, decided.events)
      const claiming = claimingOf(instance, decided.events, options.claimKey)
      return { ...decided, expected: instance.revision, claiming }
    }

  /** A key that was destroyed belongs to a life that ended, as this process is about to learn. */
  const take = async (instance: Instance, wants: readonly string[], held: Map<string, KeyObject>): Promise<void> => {
    try {
      for (const [name, key] of await keys.toSeal(wants)) held.set(name, key)
    } catch (error) {
      if (!(error instanceof KeyErased)) throw error
      if (!(await instances.refresh(instance))) throw new EngineError('key-erased', { key: error.key })
    }
  }

  /** An answer that something is erased means that its keys are gone; whoever follows the log destroys them too. */
  const eraseAfter = ({ workflow, id }: Prepared, facts: readonly Fact[]): Promise<void> =>
    keys.destroy(keysErasedBy(workflow, id, facts))

  /** The life's events, between claiming what they say it holds and settling those claims. */
  const append = async (instance: Instance, made: Made, request: Prepared): Promise<Appended> => {
    const { expected, events, claiming } = made
    const by = claimantOf(instance, made, request)
    if (claiming.claims.length > 0) await claims.take(by)
    const appended = await store.append(instance.stream, expected, events)
    const facts = made.facts(appended)
    instances.took(instance, facts)
    await eraseAfter(request, facts)
    const moved = [...claiming.claims, ...claiming.releases]
    if (moved.length > 0) await claims.settle(moved, by.cause)
    return appended
  }

  const handleAlone = async (request: Prepared): Promise<CommandAnswer> => {
    const held = new Map<string, KeyObject>()
    for (let tries = 1; tries <= TRIES; tries++) {
      const instance = await instances.get(request.workflow, request.id, request.starts)
      const outcome = await attemptConfirmed(instance, request, encoding(instance, request, held))
      if ('known' in outcome) {
        const facts = await firstFacts(store, instance, request, outcome.known)
        await eraseAfter(request, facts)
        return firstAnswer(facts, request)
      }
      const { made } = outcome
      if ('wants' in made) {
        await take(instance, made.wants, held)
        continue
      }
      await checkFiles(made.named, options.files?.hold)
      try {
        const appended = await append(instance, made, request)
        return answerOf(instance, made, appended)
      } catch (error) {
        if (!(error instanceof WrongRevision)) throw error
        await instances.refresh(instance)
      }
    }
    throw new EngineError('conflict', { tries: TRIES })
  }

  /** A queue that grows is answered later and later: whoever would make it longer than it may be is told at once. */
  const inQueue = async <T>({ id, person }: Prepared, work: () => Promise<T>): Promise<T> => {
    if (person.startsWith('system:')) return work()
    if (!queues.enter(id)) throw new EngineError('too-busy', { of: 'instance', most: queues.most })
    return work().finally(() => queues.leave(id))
  }

  const isBehind = (): boolean => instances.age() > FOLLOWER_LIMIT_MS

  const stayCurrent = async (): Promise<void> => {
    for (let waited = 0; isBehind() && waited < FOLLOWER_GRACE_MS; waited += ASK_EVERY_MS) await sleep(ASK_EVERY_MS)
    if (isBehind()) throw new EngineError('follower-behind', { behindMs: Math.round(instances.age()) })
  }

  const prepare = async (request: CommandRequest): Promise<Prepared> => {
    await stayCurrent()
    return prepared(workflowNamed(request.workflow), request, options.bodyKey)
  }

  const inItsTurn = (asked: Prepared): Promise<CommandAnswer> => exclusive(asked.id, () => handleAlone(asked))

  const told = (asked: Prepared, work: (asked: Prepared) => Promise<CommandAnswer>): Promise<CommandAnswer> =>
    tellCommand(options.telemetry ?? silent, asked, asked.workflow.name === options.people.workflow, work)

  const lifeNamed = async ({ workflow, id, traceparent }: LifeNamed) => {
    await stayCurrent()
    return { workflow: workflowNamed(workflow), id, traceparent }
  }

  return {
    takeStep: async (life, step, refused) =>
      told(stepCommand(await lifeNamed(life), step, options.bodyKey, refused), inItsTurn),
    moveDeadlines: async (life, recount) =>
      told(moveCommand(await lifeNamed(life), recount, options.bodyKey), inItsTurn),
    workflow: workflowNamed,
    surroundings,
    actor,
    handle: async request => {
      const asked = await prepare(request)
      return told(asked, asked => inQueue(asked, () => inItsTurn(asked)))
    },
    dryRun: async request => {
      const asked = await prepare(request)
      const instance = await instances.get(asked.workflow, asked.id)
      const outcome = await attemptConfirmed(instance, asked, trying(instance, asked))
      if ('known' in outcome) throw new EngineError('key-reused', { key: request.key, first: request.command })
      const { made } = outcome
      await checkFiles(filesIn(asked, made.events), options.files?.missing)
      await claims.check(claimantOf(instance, made, asked))
      return { id: request.id, state: made.value, events: made.events }
    },
  }
}

/** Refuses events that name a file which is not kept. */
const checkFiles = async (
  named: readonly NamedFile[],
  absentOf: KeptFiles['missing'] = async () => [],
): Promise<void> => {
  if (named.length === 0) return
  const absent = await absentOf([...new Set(named.map(({ sha256 }) => sha256))])
  const files = named.filter(({ sha256 }) => absent.includes(sha256)).map(({ path, sha256 }) => ({ path, sha256 }))
  if (files.length > 0) throw new EngineError('unknown-file', { files })
}

type Known = { known: number }
/** Keys that the events cannot be sealed without. */
type Wanting = { wants: string[] }
/** What is made of a decision while what it looked at cannot move. */
type Tried = Decided & Pick<Made, 'expected' | 'claiming'>
type Making<M> = (decided: Decided, around: Surroundings, others: readonly Instance[]) => M
type Attempt<M> = Known | { made: M } | { refused: EngineError; others: readonly Instance[] }

const claimantOf = (
  instance: Instance,
  { expected, claiming }: Pick<Made, 'expected' | 'claiming'>,
  request: Prepared,
): Claimant => ({
  instance,
  expected,
  claims: claiming.claims,
  cause: {
    command: request.commandId,
    $correlationId: request.correlation ?? request.commandId,
    traceparent: request.traceparent,
  },
})
