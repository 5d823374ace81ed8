/** A client that sends a command until it is answered: with the same key, to whichever process is up. */

import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { jsonOrNothing } from '../../services/json.ts'
import type { Random } from '../fuzz/random.ts'
import type { Accepted, Command, Entry, Journal, Outcome } from './journal.ts'
import type { Slot } from './world.ts'

export type Client = {
  slots: readonly Slot[]
  journal: Journal
  random: Random
  token(person: string): Promise<string>
  /** Hears which process answered a command with success. */
  answered?(slot: Slot): void
}

type Answer = { status: number; body: { code?: string; reference?: string } & Partial<Accepted> }

const PATIENCE_MS = 20_000
/** A client that asked so often is given up by whoever looks at it: the service does not answer. */
const MOST_TRIES = 400
const PERCENT_TWICE_AT_ONCE = 6
/** What may pass, beside 429 and 5xx: another has claimed the thing or moved the life, and may let go of it. */
const PASSING = new Set(['conflict', 'claim-pending', 'request-too-slow'])

export const deliver = async (client: Client, command: Command): Promise<Outcome | undefined> => {
  const { journal, random } = client
  const entry = journal.begin(command)
  const ask = () => untilAnswered(client, command)
  const twice = random.percent(PERCENT_TWICE_AT_ONCE)
  const [outcome, again] = await Promise.all(twice ? [ask(), ask()] : [ask()])
  if (twice) compareTwo(journal, entry, outcome, again)
  const known = outcome ?? again
  entry.endedAt = known ? performance.now() : Number.POSITIVE_INFINITY
  if (known) entry.outcome = acceptedOf(outcome, again) ?? known
  journal.count(known ? ('accepted' in known ? 'accepted' : 'refused') : 'unanswered')
  return entry.outcome
}

const acceptedOf = (...outcomes: (Outcome | undefined)[]): Outcome | undefined =>
  outcomes.find(outcome => outcome && 'accepted' in outcome)

/** Both accepted is one answer told twice. Refused and accepted is what a life that moved between the two may bring. */
const compareTwo = (journal: Journal, entry: Entry, one: Outcome | undefined, other: Outcome | undefined): void => {
  journal.count('delivered twice at once')
  if (!one || !other || !('accepted' in one && 'accepted' in other)) return
  if (!isDeepStrictEqual(one.accepted, other.accepted))
    journal.findings.push(
      `${entry.stream} ${entry.name}: two answers to one command: ${JSON.stringify([one.accepted, other.accepted])}`,
    )
}

const untilAnswered = async (client: Client, command: Command): Promise<Outcome | undefined> => {
  const { journal, random } = client
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const slot = random.pick(client.slots)
    const answer = await send(client, slot, command)
    if (answer) {
      const outcome = outcomeOf(answer)
      if (outcome && 'accepted' in outcome) client.answered?.(slot)
      if (outcome) return outcome
    }
    if (answer?.status === 500)
      journal.findings.push(`an answer of 500 to ${command.name}: see ${answer.body.reference} in the service's log`)
    journal.count(answer ? `asked again after ${answer.body.code ?? answer.status}` : 'asked again after no answer')
    await sleep(20 + random.below(Math.min(20 * tries, 300)))
  }
  return undefined
}

const send = async (client: Client, slot: Slot, command: Command): Promise<Answer | undefined> => {
  const address = slot.process.address()
  if (!address) return undefined
  const { workflow, id, name, input, person, key, ifMatch } = command
  const path = id === undefined ? `/v1/${workflow}` : `/v1/${workflow}/${id}/${name}`
  const headers = {
    authorization: `Bearer ${await client.token(person)}`,
    'content-type': 'application/json',
    'idempotency-key': key,
    ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
  }
  try {
    const response = await fetch(address + path, {
      method: 'POST',
      headers,
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    return { status: response.status, body: (jsonOrNothing(await response.text()) ?? {}) as Answer['body'] }
  } catch {
    return undefined
  }
}

const outcomeOf = ({ status, body }: Answer): Outcome | undefined => {
  if (status < 300) return { accepted: acceptedFrom(body as Accepted) }
  const { code = String(status) } = body
  return status >= 500 || status === 429 || PASSING.has(code) ? undefined : { refused: code }
}

const acceptedFrom = ({ id, revision, position, events }: Accepted): Accepted => ({
  id,
  revision,
  position,
  events: events.map(({ type, revision: at }) => ({ type, revision: at })),
})
