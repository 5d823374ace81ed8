/**
 * What a policy does about one event: it makes its commands and sends them one after another. Sent again, after a crash
 * or by another process, each is known by its id. What is refused is answered by the policy, or comes back to be parked.
 */
import { pause } from './bell.ts'
import type { CommandRequest } from './command.ts'
import type { CommandHandler } from './command-handler.ts'
import { EngineError, type EngineErrorCode } from './engine-error.ts'
import { commandIdOf, type Fact } from './event-codec.ts'
import type { EventStore, RecordedEvent } from './event-store.ts'
import type { Instances } from './instances.ts'
import type { Keys } from './keys.ts'
import { firstEventOf } from './known-commands.ts'
import { errorOf, type ToPark } from './parked.ts'
import { isPassing } from './passing.ts'
import { type Cause, type NotNeeded, type Policy, type Sending, senderOf } from './policy.ts'
import { lookFor } from './policy-look.ts'
import { type Replay, replayOf } from './replay.ts'
import { silent, type Telemetry, tellPolicy } from './telemetry.ts'
import type { Traceparent } from './trace.ts'

export type SendingParts = {
  store: EventStore
  instances: Pick<Instances, 'get' | 'refresh'>
  keys: Pick<Keys, 'toOpen'>
  handler: Pick<CommandHandler, 'handle' | 'workflow'>
  /** What tells lives up to an event, where many follow each other. */
  replay?: Replay
  /** Hears what is tried again, and in which trace. */
  onTrouble?(error: unknown, traceparent?: Traceparent): void
  /** Hears of what policies do; nobody unless said. */
  telemetry?: Telemetry
}

/** One policy about one event of a workflow. */
export type Occasion = { policy: Policy; workflow: string; event: RecordedEvent }

/** Gives back what nobody answered. Throws only where `signal` aborts. */
export const actOn = (parts: SendingParts, occasion: Occasion, signal: AbortSignal): Promise<ToPark[]> =>
  tellPolicy(parts.telemetry ?? silent, occasion.policy.name, occasion.event, traceparent =>
    act(inTrace(parts, traceparent), occasion, traceparent, signal),
  )

const inTrace = ({ onTrouble, ...parts }: SendingParts, traceparent: Traceparent | undefined): SendingParts => ({
  ...parts,
  onTrouble: error => onTrouble?.(error, traceparent),
})

const act = async (
  parts: SendingParts,
  occasion: Occasion,
  traceparent: Traceparent | undefined,
  signal: AbortSignal,
): Promise<ToPark[]> => {
  const made = await patiently(parts, signal, () => make(parts, occasion))
  if ('failed' in made) return [parkedAt(occasion, 'all', made.failed)]
  const parked: ToPark[] = []
  for (const [n, sending] of named(made.value))
    parked.push(...(await send(parts, { ...occasion, ...made.value, traceparent }, sending, n, signal)))
  return parked
}

/**
 * Each command under words that are the same whenever it is made again. Whoever looked may make others the next time, in
 * another order: theirs tell what is sent to whom, and not the how-manieth it is.
 */
const named = ({ sendings, looked }: Made): [n: string, sending: Sending][] => {
  if (!looked) return sendings.map((sending, n) => [String(n), sending])
  const alike = Map.groupBy(sendings, ({ workflow, id = '', command }) => [workflow, id, command].join('/'))
  return [...alike].flatMap(([what, each]) => each.map((sending, n): [string, Sending] => [`${what}/${n}`, sending]))
}

/** What came of an occasion, and what is sent about it goes on from where. */
type Acting = Occasion & Made & { traceparent: Traceparent | undefined }
type Made = { cause: Cause<never, never>; fact: Fact; sendings: readonly Sending[]; looked: boolean }

const make = async (parts: SendingParts, { policy, workflow, event }: Occasion): Promise<Made> => {
  const { id, before, after, fact } = await tellerOf(parts)(parts.handler.workflow(workflow), event)
  const { metadata, revision } = fact
  const cause = { id, event: fact.data, before, after, meta: { ...metadata, revision } }
  const { look, looked } = lookFor(policy, parts)
  const sendings = (await policy.when[workflow]?.[event.type]?.(cause as never, look)) ?? []
  for (const sending of sendings) checkSent(policy, sending)
  return { cause: cause as never, fact, sendings, looked: looked() }
}

const tellerOf = ({ replay, store }: SendingParts): Replay => replay ?? replayOf(store)

const checkSent = (policy: Policy, { workflow, command }: Sending): void => {
  if (!policy.sends[workflow]?.includes(command))
    throw new Error(`policy ${policy.name} makes '${command}' of ${workflow}, which it does not say that it sends`)
}

/** `n`: which of the occasion's commands, in words that stay the same. */
const send = async (
  parts: SendingParts,
  occasion: Acting,
  sending: Sending,
  n: string,
  signal: AbortSignal,
): Promise<ToPark[]> => {
  const request = requestOf(occasion, sending, n)
  const sent = await patiently(parts, signal, async () => {
    if (!(await wasRefused(parts, occasion, n))) await parts.handler.handle(request).catch(sentBefore(occasion))
  })
  if (!('failed' in sent)) return []
  const told = await tell(parts, occasion, sending, { n, refused: sent.failed, signal })
  if (told === 'told') return []
  return [parkedAt(occasion, n, sent.failed, { request, ...told })]
}

/** Whoever looked sees more the second time: what was sent the first time under the same id is what was sent. */
const sentBefore =
  ({ looked }: Made) =>
  (error: unknown): void => {
    if (!(looked && error instanceof EngineError && error.code === 'key-reused')) throw error
  }

type No = { n: string; refused: unknown; signal: AbortSignal }

/** What `otherwise` makes of a refusal; `undefined` where it waits for an operator. */
const tell = async (
  parts: SendingParts,
  occasion: Acting,
  sending: Sending,
  { n, refused, signal }: No,
): Promise<'told' | NotNeeded | undefined> => {
  const found = await patiently(parts, signal, async () => otherwiseOf(occasion, sending, refused))
  if ('failed' in found || !found.value) return undefined
  if ('notNeeded' in found.value) return found.value
  const { answer, orElse } = found.value
  const told = await patiently(parts, signal, () => parts.handler.handle(requestOf(occasion, answer, noTo(n))))
  if (!('failed' in told)) return 'told'
  return isOver(told.failed) ? orElse : undefined
}

const isOver = (error: unknown): boolean => error instanceof EngineError && error.code === 'not-in-this-state'

const noTo = (n: string): string => `${n}:no`

/** Whoever was told "no" must not find later that it was done: a second delivery is not decided anew. */
const wasRefused = async (
  { instances, handler }: SendingParts,
  occasion: Occasion & Made,
  n: string,
): Promise<boolean> => {
  const { policy, cause } = occasion
  if (!policy.otherwise) return false
  const workflow = handler.workflow(occasion.workflow)
  const told = commandIdOf(senderOf(policy), workflow.name, cause.id, keyOf(occasion, noTo(n)))
  const life = await instances.get(workflow, cause.id)
  await instances.refresh(life)
  return firstEventOf(life.commands, told) !== undefined
}

/** What is no mistake of the policy's own, but a "no" that the asking life has a way for. */
const ANSWERABLE: ReadonlySet<EngineErrorCode> = new Set<EngineErrorCode>([
  'refused',
  'not-in-this-state',
  'unknown-instance',
  'taken',
  'kept-apart',
])

type Otherwise = NotNeeded | { answer: Sending; orElse?: NotNeeded | undefined }

const otherwiseOf = (
  { policy, workflow, cause }: Occasion & Made,
  sending: Sending,
  error: unknown,
): Otherwise | undefined => {
  if (!(error instanceof EngineError) || !ANSWERABLE.has(error.code)) return undefined
  const reasons = 'reasons' in error.detail ? error.detail.reasons : []
  const stands = 'state' in error.detail ? { state: error.detail.state } : {}
  const made = policy.otherwise?.(cause, sending, { code: error.code, reasons, ...stands })
  if (!made || 'notNeeded' in made) return made
  const { orElse, ...command } = made
  const answer: Sending = { workflow, id: cause.id, ...command }
  checkSent(policy, answer)
  return { answer, orElse }
}

const keyOf = ({ event }: Occasion, n: string): string => `${event.id}:${n}`

const requestOf = (occasion: Acting, sending: Sending, n: string): CommandRequest => ({
  ...sending,
  person: senderOf(occasion.policy),
  key: keyOf(occasion, n),
  correlation: occasion.fact.metadata.$correlationId,
  causation: occasion.event.id,
  ...(occasion.traceparent !== undefined && { traceparent: occasion.traceparent }),
})

const parkedAt = (
  { policy, event }: Occasion,
  n: string,
  error: unknown,
  more: Pick<ToPark, 'request' | 'notNeeded'> = {},
): ToPark => ({
  key: `${policy.name}:${event.id}:${n}`,
  sender: senderOf(policy),
  cause: { stream: event.stream, revision: event.revision },
  ...more,
  error: errorOf(error),
})

const RETRY_MS = { first: 100, most: 5_000 }

/** Again and again while what is wrong may pass. */
const patiently = async <T>(
  { onTrouble }: SendingParts,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<{ value: T } | { failed: unknown }> => {
  for (let wait = RETRY_MS.first; ; wait = Math.min(2 * wait, RETRY_MS.most)) {
    signal.throwIfAborted()
    try {
      return { value: await work() }
    } catch (error) {
      if (!isPassing(error)) return { failed: error }
      onTrouble?.(error)
      await pause(wait, signal)
    }
  }
}
