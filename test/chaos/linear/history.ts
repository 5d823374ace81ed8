/** Many clients on few purses, against all processes at once: what each asked, and was told. */
import { setTimeout as sleep } from 'node:timers/promises'
import { jsonOrNothing } from '../../../services/json.ts'
import { COMMUNITY } from '../../support/micro-project.ts'
import { type Client, deliver } from '../deliver.ts'
import type { Outcome } from '../journal.ts'
import type { Operation } from './checker.ts'
import { type Asked, LIMIT, type Told } from './purse-model.ts'

export type History = Operation<Asked, Told>[]

export type Recording = {
  client: Client
  /** A street puts and spends, a bureau empties. */
  bureau: string
  street: string
  organisation: string
}

/** What somebody knows of a purse: where an answer placed it, and when that was asked for. */
type Known = { position: string; revision: number; askedAt: number }

const PURSES = 3
const CLIENTS = 6
/** Of each client, on one set of purses: a search through much more would take long. */
const OPERATIONS = 40
const MOST_BETWEEN_MS = 200
const TODAY = '2026-03-05'
const PERCENT_READS = 25
const PERCENT_EMPTY = 10
const PERCENT_IF_MATCH = 15

/** One history for each purse, and new purses again and again until it is over. */
export const recordHistories = async (recording: Recording, over: () => boolean): Promise<History[]> => {
  const histories: History[] = []
  for (let set = 1; set === 1 || !over(); set++) histories.push(...(await recordSet(recording, set)))
  return histories
}

const recordSet = async (recording: Recording, set: number): Promise<History[]> => {
  const { client } = recording
  const names = Array.from({ length: PURSES }, (_, n) => `purse-${set}-${n}`)
  const purses = await Promise.all(
    names.map(async name => ({ id: await openPurse(recording, name), history: [] as History })),
  )
  const work = async (n: number): Promise<void> => {
    const known = new Map<string, Known>()
    for (let nth = 0; nth < OPERATIONS; nth++) {
      const { id, history } = client.random.pick(purses)
      const operation = await operate(recording, id, known, `purse-${set}-${n}-${nth}`)
      if (operation) history.push(operation)
      await sleep(client.random.below(MOST_BETWEEN_MS))
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, (_, n) => work(n)))
  return purses.map(({ history }) => history)
}

const openPurse = async ({ client, street, organisation }: Recording, key: string): Promise<string> => {
  const input = { place: COMMUNITY, organisation, limit: LIMIT, on: TODAY, title: '钱袋' }
  const opening = { workflow: 'purse', name: 'open', input, person: street, key }
  const outcome = await deliver(client, opening)
  if (!outcome || 'refused' in outcome) throw new Error(`a purse could not be opened: ${JSON.stringify(outcome)}`)
  return outcome.accepted.id
}

const operate = async (
  recording: Recording,
  id: string,
  known: Map<string, Known>,
  key: string,
): Promise<Operation<Asked, Told> | undefined> => {
  const { client, bureau, street } = recording
  const before = known.get(id)
  if (before && client.random.percent(PERCENT_READS)) return read(recording, id, before)
  const asked = askedBy(client.random, before)
  const person = asked.command === 'empty' ? bureau : street
  const invokedAt = performance.now()
  const outcome = await deliver(client, { workflow: 'purse', id, person, key, ...sentFor(asked) })
  if (!outcome) return { input: asked, invokedAt, endedAt: Number.POSITIVE_INFINITY }
  if ('accepted' in outcome) known.set(id, { ...outcome.accepted, askedAt: invokedAt })
  return { input: asked, invokedAt, endedAt: performance.now(), output: toldBy(outcome) }
}

const askedBy = (random: Client['random'], known: Known | undefined): Asked => {
  if (random.percent(PERCENT_EMPTY)) return { command: 'empty' }
  const amount = 100 * (1 + random.below(6))
  const command = random.pick(['put', 'spend'] as const)
  return { command, amount, ...(known && random.percent(PERCENT_IF_MATCH) && { ifMatch: known.revision }) }
}

const sentFor = (asked: Asked): { name: string; input: object; ifMatch?: number } => {
  if (!('amount' in asked)) return { name: asked.command, input: {} }
  const { command, amount, ...match } = asked
  return { name: command, input: { amount, ...(command === 'spend' && { on: TODAY }) }, ...match }
}

const toldBy = (outcome: Outcome): Told =>
  'refused' in outcome ? { refused: outcome.refused } : { revision: outcome.accepted.revision }

/**
 * A reading shows at least what its reader knew of, and may be a little old beyond that: so it may take effect at any
 * moment since what it names was asked for.
 */
const read = async (
  { client, street }: Recording,
  id: string,
  known: Known,
): Promise<Operation<Asked, Told> | undefined> => {
  const address = client.random.pick(client.slots).process.address()
  const headers = { authorization: `Bearer ${await client.token(street)}` }
  const response = await fetch(`${address}/v1/purse/${id}?after=${known.position}`, { headers }).catch(() => undefined)
  const body = jsonOrNothing((await response?.text().catch(() => '')) ?? '') as Shown | undefined
  if (!response?.ok || !body) return undefined
  const output = { revision: body.revision, held: body.data.held }
  return { input: { command: 'read' }, invokedAt: known.askedAt, endedAt: performance.now(), output }
}

type Shown = { revision: number; data: { held: number } }
