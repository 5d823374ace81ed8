/** Sends requests that chance makes, one after the other, and judges every answer. */
import { jsonOrNothing } from '../../services/json.ts'
import type { Operation } from './document.ts'
import { type Random, randomFrom } from './random.ts'
import { faultsLeft } from './remains.ts'
import { type Request, requestFor } from './request.ts'
import { type Answer, sender } from './send.ts'
import { faultsOf } from './verdict.ts'
import type { World } from './world.ts'

export type Fault = { nth: number; what: string; request: string; answer: string }
export type Report = {
  /** How often each status was answered. */
  statuses: Record<string, number>
  /** The operations that accepted something at least once. */
  accepted: ReadonlySet<string>
  slowestMs: number
  faults: readonly Fault[]
}

type Asked = { requests: number; seed: number; told?(done: number): void }

export const fuzz = async (world: World, { requests, seed, told = () => undefined }: Asked): Promise<Report> => {
  const random = randomFrom(seed)
  const { send, close } = sender(world.address)
  const report = { statuses: {} as Record<string, number>, accepted: new Set<string>(), slowestMs: 0 }
  const faults: Fault[] = []
  let lead: Lead | undefined
  for (let nth = 1; nth <= requests; nth++) {
    const request = nextRequest(random, world, lead, `${seed}-${nth}`)
    const answer = await send(request).catch(unanswered)
    const exchange = { request, answer, recorded: await world.recorded(), hidden: world.hiddenFrom(request.by) }
    report.statuses[answer.status] = (report.statuses[answer.status] ?? 0) + 1
    report.slowestMs = Math.max(report.slowestMs, answer.tookMs)
    if (answer.status < 400) report.accepted.add(request.operation.id)
    faults.push(...faultsOf(exchange).map(what => ({ nth, what, ...excerpts(request, answer) })))
    lead = leadOf(world, request, answer)
    told(nth)
  }
  close()
  const left = (await faultsLeft(world)).map(what => ({ nth: requests, what, request: '', answer: '' }))
  return { ...report, faults: [...faults, ...left] }
}

// ── what is asked next ──────────────────────────────────────────────────────────────────────────

/** What an answer offered: without following it, few requests would be accepted and no life would come far. */
type Lead = { by: string | undefined; workflow: string; id: string; commands: readonly string[] }

const WILD = 12
const FOLLOWED_CALMLY = 3

const nextRequest = (random: Random, { material, operations }: World, lead: Lead | undefined, key: string): Request => {
  const offered =
    lead && operations.find(({ path }) => path === `/v1/${lead.workflow}/{id}/${random.pick(lead.commands)}`)
  if (lead && offered) {
    const draft = { operation: offered, by: lead.by, key, wild: FOLLOWED_CALMLY }
    return requestFor(random, draft, { ...material, idsOf: () => [lead.id] })
  }
  const by = random.percent(97) ? random.pick(material.people) : undefined
  return requestFor(random, { operation: random.pick(ofOneKind(random, operations)), by, key, wild: WILD }, material)
}

/** Most operations are commands: without a favour for looking and starting, few lives would be met at all. */
const ofOneKind = (random: Random, operations: readonly Operation[]): readonly Operation[] => {
  const kind = random.pick(['', '', '', '.get', '.get', '.start'])
  return operations.filter(({ id }) => id.endsWith(kind))
}

type Said = { id?: string; workflow?: string; commands?: { command: string; status: string }[] }

const leadOf = (world: World, { by, operation }: Request, { status, text }: Answer): Lead | undefined => {
  const { id, workflow, commands = [] } = (status < 300 && (jsonOrNothing(text) as Said | null)) || {}
  if (status === 201 && id) world.learn(operation.path.split('/').at(-1) ?? '', id)
  const open = commands.filter(each => each.status !== 'refused').map(({ command }) => command)
  return id && workflow && open.length > 0 ? { by, workflow, id, commands: open } : undefined
}

// ── what is told of it ──────────────────────────────────────────────────────────────────────────

/** No answer at all is a fault like any other. */
const unanswered = (error: Error): Answer => ({ status: 599, type: '', text: String(error), tookMs: 0 })

const EXCERPT = 600

const excerpts = ({ method, path, by, headers, body }: Request, { status, text }: Answer) => ({
  request: `${by}: ${method} ${path}\n${JSON.stringify({ ...headers, authorization: undefined })}\n${body ?? ''}`.slice(
    0,
    EXCERPT,
  ),
  answer: `${status} ${text}`.slice(0, EXCERPT),
})
