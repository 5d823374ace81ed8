/**
 * When a request came in, for the commands that are in time by that: the moment at which its last byte was there. Whoever
 * is turned away by load is given a receipt of it, signed, which they bring along when they come again; it is good for the
 * same person, address, key and body, some minutes long, and for nothing else.
 */
import { createHmac, hash, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Clock } from '../../engine/clock.ts'
import type { Workflow } from '../../engine/definition.ts'
import type { ClockSkew } from '../clock-skew.ts'
import { EdgeError } from './problem.ts'

/** What a receipt is for. `body`: SHA-256 of its bytes. */
export type Arriving = { person: string; path: string; key: string; body: string }

export type Arrival = {
  /** ISO in UTC; of a request that comes again, when it came first. */
  at: string
  receipt: string
}

export type Arrivals = {
  /** Whether it counts when a request of this kind comes in. */
  countsFor(method: string | undefined, url: string): boolean
  /** Of a request that had come whole at `came`. Throws where the receipt that it brings is not good for it. */
  of(arriving: Arriving, came: Date, brought: string | undefined): Arrival
}

export const RECEIPT = 'arrival-receipt'

/** A list that counts arrivals is closed when receipts of what came in time have ended. */
const GOOD_MS = 10 * 60_000

type Parts = { workflows: readonly Workflow[]; key: KeyObject; clock: Clock; skew: Pick<ClockSkew, 'checked'> }

export const arrivalsFor = ({ workflows, key, clock, skew }: Parts): Arrivals => {
  const receiptFor = (arriving: Arriving, at: number): string =>
    `1.${at}.${markOf(key, arriving, at).toString('base64url')}`

  /** When it came first, as the receipt says. */
  const firstAt = (arriving: Arriving, brought: string): number => {
    const [, at, mark] = WRITTEN.exec(brought) ?? []
    const wanted = markOf(key, arriving, Number(at))
    if (mark === undefined || !timingSafeEqual(Buffer.from(mark, 'base64url'), wanted))
      throw new EdgeError('receipt-not-for-this', {})
    if (clock.now().getTime() > Number(at) + GOOD_MS)
      throw new EdgeError('receipt-over', { arrived: new Date(Number(at)).toISOString(), minutes: GOOD_MS / 60_000 })
    return Number(at)
  }

  return {
    countsFor: (method, url) => method === 'POST' && countsAt(workflows, url),
    of: (arriving, came, brought) => {
      skew.checked()
      const at = brought === undefined ? came.getTime() : firstAt(arriving, brought)
      return { at: new Date(at).toISOString(), receipt: receiptFor(arriving, at) }
    },
  }
}

const WRITTEN = /^1\.(\d{1,15})\.([\w-]{43})$/

const markOf = (key: KeyObject, { person, path, key: idempotency, body }: Arriving, at: number): Buffer =>
  createHmac('sha256', key).update(['arrival 1', person, path, idempotency, body, at].join('\n')).digest()

/** By the address alone: it is asked before anything of a request is read. */
const countsAt = (workflows: readonly Workflow[], url: string): boolean => {
  const [, version, name, id, command] = pathIn(url).split('/')
  const workflow = version === 'v1' ? workflows.find(each => each.name === name) : undefined
  return workflow?.arrivalCounts.includes((id === undefined ? workflow.startCommand : command) ?? '') ?? false
}

export const pathIn = (url: string): string => url.split('?')[0] ?? ''

export const digestOfBody = (bytes: Buffer | string): string => hash('sha256', bytes)

export const receiptIn = (headers: IncomingHttpHeaders): string | undefined => {
  const brought = headers[RECEIPT]
  return typeof brought === 'string' ? brought : undefined
}
