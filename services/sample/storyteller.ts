/** Sends a story's commands as its people, on its days. */
import type { FastifyInstance } from 'fastify'
import { addDays, type simulatedClock } from '../../engine/clock.ts'
import { appointFirst } from '../appoint-first.ts'
import type { Answer, Send } from '../lists/send-list.ts'
import type { LocalIssuer } from '../local-issuer.ts'
import { passTime } from '../passing-time.ts'
import type { Runtime } from '../runtime.ts'

type Clock = ReturnType<typeof simulatedClock>

export type Storyteller = {
  lastDay: string
  /** From the first day to the last. */
  days: number
  /** Moves the clock to a civil day so many days before the last, to an hour of Shanghai's day; never past the moment of loading. */
  at(daysBefore: number, hour?: number): Promise<string>
  /** The person who gave the first post, and may give all others. */
  founder(first: { name: string; phone: string }): Promise<string>
  /** Sends as a person. */
  as(person: string): Send
  /** Hands in a file that must be taken in. */
  upload(person: string, name: string, bytes: Buffer): Promise<{ sha256: string }>
  /** Sends a command that must be accepted; its key follows from the words given. */
  tell(
    person: string,
    path: string,
    body: unknown,
    key: string,
  ): Promise<{ id: string; revision: number; position: string }>
}

export class StoryRefused extends Error {
  readonly code = 'story-refused'
}

export const storyteller = (words: {
  app: FastifyInstance
  runtime: Runtime
  clock: Clock
  local: LocalIssuer
  lastDay: string
  days: number
  until: Date
}): Storyteller => {
  const { app, runtime, clock, local, lastDay, days, until } = words
  const tokens = new Map<string, { token: string; until: number }>()

  const tokenOf = async (person: string): Promise<string> => {
    const kept = tokens.get(person)
    if (kept && clock.now().getTime() < kept.until) return kept.token
    const token = await local.sign(person, clock.now(), 3_600)
    tokens.set(person, { token, until: clock.now().getTime() + 1_800_000 })
    return token
  }

  const as =
    (person: string): Send =>
    async ({ method, path, body, key }): Promise<Answer> => {
      const response = await app.inject({
        method,
        url: path,
        headers: {
          authorization: `Bearer ${await tokenOf(person)}`,
          ...(key && { 'idempotency-key': key }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { payload: JSON.stringify(body) }),
      })
      return { status: response.statusCode, body: response.json() }
    }

  return {
    lastDay,
    days,
    at: async (daysBefore, hour = 10) => {
      const day = addDays(lastDay, -daysBefore)
      const instant = new Date(Date.parse(`${day}T00:00:00Z`) + (hour - 8) * 3_600_000)
      if (instant > clock.now()) await passTime(runtime, clock, instant < until ? instant : until)
      return day
    },
    founder: first => appointFirst({ handler: runtime.handler, clock }, { ...first, role: 'bureau', place: '4201' }),
    as,
    upload: async (person, name, bytes) => {
      const response = await app.inject({
        method: 'POST',
        url: `/v1/files?name=${encodeURIComponent(name)}`,
        headers: {
          authorization: `Bearer ${await tokenOf(person)}`,
          'content-type': 'application/octet-stream',
        },
        payload: bytes,
      })
      if (response.statusCode >= 300) throw new StoryRefused(`${name} was refused: ${response.body}`)
      return response.json()
    },
    tell: async (person, path, body, key) => {
      const { status, body: answer } = await as(person)({ method: 'POST', path, body, key })
      if (status >= 300) throw new StoryRefused(`${path} was refused: ${JSON.stringify(answer)}`)
      // What follows in other lives follows on the same day.
      await runtime.policies.idle()
      return answer as { id: string; revision: number; position: string }
    },
  }
}
