/**
 * One command's way: known before? → who, where, apart → rules → events → append → answer.
 *
 * An answer of success means the events are durable. A refusal decided from what this process holds in
 * memory is confirmed against the store before it is answered. Nothing else writes events.
 */
import type { KeyObject } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StateValue } from 'xstate'
import { type Claiming, claimingOf } from './claiming.ts'
import { type Claimant, openClaims } from './claims.ts'
import { type Clock, civilDay, notBefore } from './clock.ts'
import { type Decided, decide, dueIn, nextRoles, type Surroundings } from './decide.ts'
import type { Actor, AnyCommand, Day, OnBehalf, Post, Workflow } from './definition.ts'
import { EngineError } from './engine-error.ts'
import {
  bodyHmacOf,
  commandIdOf,
  type Decision,
  type Encoded,
  encodeEvent,
  type Fact,
  instanceIdOf,
  isId,
  parseEvent,
} from './event-codec.ts'
import { type Appended, type EventStore, type NewEvent, type Position, WrongRevision } from './event-store.ts'
import { correctedBy, exists, type Instance } from './instance.ts'
import type { Instances } from './instances.ts'
import { KeyErased, type Keys } from './keys.ts'
import { filesNamedIn, type KeptFiles, type NamedFile } from './named-files.ts'
import { heldThroughout } from './on-behalf.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { keysErasedBy, keysFor, sealEvents } from './sealing.ts'
import { whereabouts } from './whereabouts.ts'

export type CommandRequest = {
  workflow: string
  /** Absent where the command starts a life. */
  id?: string
  command: string
  input: unknown
  /** The person's id, or `system:<name>`. */
  person: string
  /** The idempotency key: the same person, key and instance is the same command. */
  key: string
  /** The revision the sender looked at. */
  ifMatch?: number
  /** The sender was told of personal data in a text, and kept it. */
  kept?: boolean
  /** For whom `person` sends it, where they do. */
  onBehalf?: OnBehalf
  correlation?: string
}

export type CommandAnswer = {
  id: string
  revision: number
  position: Position
  state: StateValue
  events: { type: string; revision: number }[]
  /** True where the command was known already and this is its first answer again. */
  repeated: boolean
}
export type DryRun = { id: string | undefined; state: StateValue; events: { type: string; data: unknown }[] }

export type CommandHandler = {
  /** Throws `EngineError`, or what the store throws: `LogUnavailable`, `OutcomeUnknown`. */
  handle(request: CommandRequest): Promise<CommandAnswer>
  /** Decides and writes nothing. */
  dryRun(request: CommandRequest): Promise<DryRun>
  /** What a decision or an explanation about this instance looks at for this person. */
  surroundings(instance: Instance, person: string, command?: AnyCommand): Promise<Surroundings>
  /** Who somebody is today: with the posts they hold and held. */
  actor(person: string): Promise<Actor>
  workflow(name: string): Workflow
}

export type HandlerOptions = {
  store: EventStore
  instances: Instances
  workflows: readonly Workflow[]
  people: People
  clock: Clock
  /** Of sealed values. */
  keys: Keys
  /** Under which the bodies of commands are known again. */
  bodyKey: KeyObject
  /** From which the streams of claims are named. */
  claimKey: KeyObject
  /** `n` random bytes as hex: the salt in an event's metadata. */
  random(bytes: number): string
  /** Where the files are that events name; absent where none are kept, and any may be named. */
  files?: KeptFiles
}

/** Which workflow's lives are the people, and what of their data decides who they are. */
export type People = {
  workflow: string
  posts(data: unknown): readonly Post[]
  /** Ids under which the same human being acted before. */
  doubles(data: unknown): readonly string[]
  /** False where the record has ended for good: another goes on in its place, or none. */
  mayAct(data: unknown): boolean
}

const TRIES = 5
/** A follower older than this may not know that a post has ended. */
const FOLLOWER_LIMIT_MS = 1_000
/** What a busy process needs to hear what it missed while it did something else. */
const FOLLOWER_GRACE_MS = 500
const ASK_EVERY_MS = 25

export const commandHandler = (options: HandlerOptions): CommandHandler => {
  const { store, instances, clock, keys } = options
  const byName = new Map(options.workflows.map(workflow => [workflow.name, workflow]))
  const exclusive = oneAtATime()
  const claims = openClaims(options)

  const workflowNamed = (name: string): Workflow => {
    const workflow = byName.get(name)
    if (!workflow) throw new EngineError('unknown-workflow', { workflow: name, known: [...byName.keys()] })
    return workflow
  }

  const personOf = async (person: string): Promise<Instance | undefined> => {
    if (person.startsWith('system:')) return undefined
    const life = await instances.get(workflowNamed(options.people.workflow), person)
    return exists(life) ? life : undefined
  }

  /** A good token makes nobody: whoever looks stands in the register, as whoever acts does. */
  const registered = async (person: string): Promise<Instance | undefined> => {
    const life = await personOf(person)
    if (!life && !person.startsWith('system:')) throw new EngineError('unknown-person', { person })
    return life
  }

  const actorOf = (person: string, life: Instance | undefined, today: Day, since = today): Actor => {
    const heldPosts = life ? options.people.posts(life.data) : []
    return {
      person,
      heldPosts,
      doubles: life ? options.people.doubles(life.data) : [],
      posts: heldThroughout(heldPosts, since, today),
    }
  }

  const look = async (instance: Instance, { person, onBehalf }: Sent, command?: AnyCommand) => {
    const [life, represented, lives] = await Promise.all([
      personOf(person),
      onBehalf && personOf(onBehalf.person),
      consult(instance, command),
    ])
    const now = clock.now()
    const today = civilDay(now)
    const sender = actorOf(person, life, today)
    const around: Surroundings = {
      ...(onBehalf
        ? { actor: actorOf(onBehalf.person, represented, today, onBehalf.on), intake: { sender, onBehalf, today } }
        : { actor: sender }),
      lives,
      now: now.toISOString(),
      today: onBehalf?.on ?? today,
    }
    return { life, represented, around }
  }

  const consult = async (instance: Instance, command?: AnyCommand): Promise<Record<string, Instance | undefined>> => {
    const asked = command ?? ({ type: '', data: {} } as AnyCommand)
    const names = Object.entries(instance.workflow.consults).map(async ([name, which]) => {
      const { workflow, id } = which(instance.data as never, asked)
      const life = id === undefined ? undefined : await instances.get(workflowNamed(workflow), id)
      return [name, life && exists(life) ? life : undefined] as const
    })
    return Object.fromEntries(await Promise.all(names))
  }

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
    const first = instance.commands.get(request.commandId)
    if (first !== undefined) return { known: first }
    const others = [life, represented, ...Object.values(around.lives)].filter(other => other !== undefined)
    try {
      const objected = objection(instance, { life, represented }, request)
      if (objected) throw objected
      return { made: making(decide(instance, request.command, around, request.ifMatch), around, others) }
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
      const wants = keysFor(request, decided.events).filter(name => !held.has(name))
      if (wants.length > 0) return { wants }
      const events = sealEvents(request, decided.events, held)
      const claiming = claimingOf(instance, decided.events, options.claimKey)
      return make(instance, request, { ...decided, events }, around, others, claiming, options.random(16))
    }

  /** What a dry run tells. */
  const trying =
    (instance: Instance): Making<Tried> =>
    decided => ({
      ...decided,
      expected: instance.revision,
      claiming: claimingOf(instance, decided.events, options.claimKey),
    })

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
      const instance = await instances.get(request.workflow, request.id)
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

  const isBehind = (): boolean => instances.age() > FOLLOWER_LIMIT_MS

  const prepare = async (request: CommandRequest): Promise<Prepared> => {
    for (let waited = 0; isBehind() && waited < FOLLOWER_GRACE_MS; waited += ASK_EVERY_MS) await sleep(ASK_EVERY_MS)
    if (isBehind()) throw new EngineError('follower-behind', { behindMs: Math.round(instances.age()) })
    return prepared(workflowNamed(request.workflow), request, options.bodyKey)
  }

  return {
    workflow: workflowNamed,
    surroundings: async (instance, person, command) => {
      await registered(person)
      return (await look(instance, { person }, command)).around
    },
    actor: async person => actorOf(person, await registered(person), civilDay(clock.now())),
    handle: async request => {
      const asked = await prepare(request)
      return exclusive(asked.id, () => handleAlone(asked))
    },
    dryRun: async request => {
      const asked = await prepare(request)
      const instance = await instances.get(asked.workflow, asked.id)
      const outcome = await attemptConfirmed(instance, asked, trying(instance))
      if ('known' in outcome) throw new EngineError('key-reused', { key: request.key, first: request.command })
      const { made } = outcome
      await checkFiles(filesIn(asked, made.events), options.files?.missing)
      await claims.check(claimantOf(instance, made, asked))
      return { id: request.id, state: made.value, events: made.events }
    },
  }
}

type Prepared = Omit<CommandRequest, 'workflow' | 'command' | 'input' | 'id'> & {
  workflow: Workflow
  id: string
  starts: boolean
  command: AnyCommand
  commandId: string
  bodyHmac: string
}

/** Those of the events, and the paper that it was taken in on; each by where the request names it. */
const filesIn = ({ onBehalf }: Sent, events: Decided['events']): NamedFile[] => [
  ...events.flatMap(({ data }) => filesNamedIn(data)),
  ...filesNamedIn(onBehalf, '/onBehalf'),
]

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

type Sent = Pick<CommandRequest, 'person' | 'onBehalf'>
type Known = { known: number }
type Made = {
  expected: number
  state: StateValue
  events: NewEvent[]
  claiming: Claiming
  /** The files that the events name. */
  named: NamedFile[]
  /** The events as facts once their place in the log is known. */
  facts(appended: Appended): Fact[]
}
/** Keys that the events cannot be sealed without. */
type Wanting = { wants: string[] }
/** What is made of a decision while what it looked at cannot move. */
type Tried = Decided & Pick<Made, 'expected' | 'claiming'>
type Making<M> = (decided: Decided, around: Surroundings, others: readonly Instance[]) => M
type Attempt<M> = Known | { made: M } | { refused: EngineError; others: readonly Instance[] }

const prepared = (workflow: Workflow, request: CommandRequest, bodyKey: KeyObject): Prepared => {
  const { input, command: name, ...rest } = request
  const schema = Object.hasOwn(workflow.commands, name) ? workflow.commands[name] : undefined
  if (!schema)
    throw new EngineError('unknown-command', {
      workflow: workflow.name,
      command: name,
      known: Object.keys(workflow.commands),
    })
  if (request.id !== undefined && !isId(request.id))
    throw new EngineError('unknown-instance', { workflow: workflow.name, id: request.id })
  const parsed = schema.safeParse(input)
  if (!parsed.success) throw new EngineError('invalid-input', { issues: parsed.error.issues })
  const id = request.id ?? instanceIdOf(request.person, workflow.name, request.key)
  return {
    ...rest,
    workflow,
    id,
    starts: request.id === undefined,
    command: { type: name, data: parsed.data as never },
    commandId: commandIdOf(request.person, workflow.name, id, request.key),
    bodyHmac: bodyHmacOf(bodyKey, request.onBehalf ? [parsed.data, request.onBehalf] : parsed.data),
  }
}

/** What a command recorded that is known already. */
const firstFacts = async (store: EventStore, instance: Instance, request: Prepared, first: number): Promise<Fact[]> => {
  const facts = (await store.readStream(instance.stream, first, 20)).map(parseEvent)
  const own = facts.filter(fact => fact.metadata.command === request.commandId)
  const last = own.at(-1) as Fact
  if (last.metadata.name !== request.command.type || last.metadata.bodyHmac !== request.bodyHmac)
    throw new EngineError('key-reused', { key: request.key, first: last.metadata.name })
  return own
}

/** The first answer of such a command, read back from its events. */
const firstAnswer = (own: readonly Fact[], { id }: Prepared): CommandAnswer => {
  const last = own.at(-1) as Fact
  return {
    id,
    revision: last.revision,
    position: last.position,
    state: last.metadata.state,
    events: own.map(fact => ({ type: fact.type, revision: fact.revision })),
    repeated: true,
  }
}

const make = (
  instance: Instance,
  request: Prepared,
  decided: Decided,
  around: Surroundings,
  others: readonly Instance[],
  claiming: Claiming,
  salt: string,
): Made => {
  const decision = decisionOf(instance, request, decided, around, others, claiming, salt)
  const { stream, revision: expected } = instance
  const encoded = chained(instance, decided.events, decision)
  const facts = ({ position }: Appended): Fact[] =>
    encoded.map(({ event: { id, type, data }, metadata }, index) => ({
      id,
      type,
      stream,
      revision: expected + 1 + index,
      position,
      // As everybody else will read it: a member that is undefined is not kept.
      data: JSON.parse(data) as unknown,
      metadata,
    }))
  return {
    expected,
    state: decided.value,
    events: encoded.map(({ event }) => event),
    claiming,
    named: filesIn(request, decided.events),
    facts,
  }
}

/** One decision's events, each linked to the one before it. */
const chained = ({ stream, revision, hash }: Instance, events: Decided['events'], decision: Decision): Encoded[] => {
  let place = { stream, revision: revision + 1, before: hash }
  return events.map(({ type, data }) => {
    const encoded = encodeEvent(place, type, data, decision)
    place = { stream, revision: place.revision + 1, before: encoded.metadata.hash }
    return encoded
  })
}

const decisionOf = (
  instance: Instance,
  request: Prepared,
  decided: Decided,
  around: Surroundings,
  others: readonly Instance[],
  { claims, releases }: Claiming,
  salt: string,
): Decision => {
  const { workflow } = instance
  const corrects = decided.events.map(event => correctedBy(instance, event)).find(entry => entry !== undefined)
  return {
    command: request.commandId,
    name: request.command.type,
    bodyHmac: request.bodyHmac,
    person: request.person,
    ...(request.kept && { kept: true as const }),
    ...(decided.post && { post: decided.post }),
    ...(decided.for && { for: decided.for }),
    recordedAt: notBefore(instance.recordedAt, around.now),
    occurredOn: around.today,
    ...(corrects !== undefined && { corrects }),
    $correlationId: request.correlation ?? request.commandId,
    $causationId: request.commandId,
    consulted: Object.fromEntries(others.map(other => [other.stream, other.revision])),
    workflow: workflow.name,
    version: workflow.version,
    workflowHash: workflow.hash.slice(0, 16),
    state: decided.value,
    ...whereabouts(workflow, instance.id, dataAfter(instance, decided, request.person, around)),
    next: nextRoles(workflow, decided.value),
    due: dueIn(instance, decided.value, around.intake?.today ?? around.today),
    ...(claims.length > 0 && { claims }),
    ...(releases.length > 0 && { releases }),
    salt,
  }
}

const dataAfter = (instance: Instance, decided: Decided, person: string, around: Surroundings): unknown => {
  const meta = (index: number) => ({
    person,
    post: decided.post,
    recordedAt: around.now,
    occurredOn: around.today,
    revision: instance.revision + 1 + index,
  })
  return decided.events.reduce<unknown>(
    (before, event, index) => instance.workflow.evolve[event.type]?.(before as never, event.data as never, meta(index)),
    instance.data,
  )
}

const claimantOf = (
  instance: Instance,
  { expected, claiming }: Pick<Made, 'expected' | 'claiming'>,
  request: Prepared,
): Claimant => ({
  instance,
  expected,
  claims: claiming.claims,
  cause: { command: request.commandId, $correlationId: request.correlation ?? request.commandId },
})

const answerOf = (instance: Instance, made: Made, appended: Appended): CommandAnswer => ({
  id: instance.id,
  revision: appended.revision,
  position: appended.position,
  state: made.state,
  events: made.events.map(({ type }, index) => ({ type, revision: made.expected + 1 + index })),
  repeated: false,
})
