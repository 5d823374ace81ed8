/**
 * A closing evening: forty judges send in two thousand sheets within twenty seconds, over HTTP, each sheet when it is its
 * turn and whether or not the one before was answered. Policies and read models are at work meanwhile.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { simulatedClock } from '../engine/clock.ts'
import { settled } from '../services/passing-time.ts'
import { ballotIn, type Judge, roundIn, roundJudgedIn, type World, written } from '../test/support/judged-round.ts'
import { START, service } from '../test/support/service.ts'
import type { Measure, Stops } from './support.ts'

const JUDGES = 40
const PROPOSALS = 50
const WITHIN_MS = 20_000

/** Milliseconds that all but one answer in a hundred took at most, from when it was the sheet's turn. One evening is measured once. */
export const closingEvening = async (databaseUrl: string, stops: Stops): Promise<Measure> => {
  const clock = simulatedClock(new Date(START))
  const teardown = (stop: () => unknown) => void stops.push(async () => stop())
  const s = await service({ teardown } as never, { clock, beside: { url: databaseUrl } })
  const world = await roundJudgedIn(s, clock, { judges: JUDGES, proposals: PROPOSALS })
  const sheets = await sheetsOf(world, await ballotsOf(world))
  const took = (await evening(world, sheets)).sort((one, other) => one - other)
  const p99 = took[Math.floor(took.length * 0.99)] ?? Number.NaN
  return async () => p99
}

type Held = { judge: Judge; ballot: string }
type Sheet = Held & { proposal: string }

/** A panel is small: all others of the pool are given a ballot of the same round beside it, as if several rounds closed. */
const ballotsOf = async (world: World): Promise<Held[]> => {
  const { s, round, chair } = world
  const { pack, judging, entries, panel } = await roundIn(world)
  const opening = {
    round,
    pack,
    chair: chair.id,
    until: judging?.until,
    sitting: 1,
    applicants: entries.map(({ applicant }) => applicant).sort(),
  }
  const opened = world.judges.map(async (judge, n): Promise<Held> => {
    const seat = panel.find(({ person }) => person === judge.id)
    if (seat?.ballot) return { judge, ballot: seat.ballot }
    const input = { ...opening, name: `C${String(n + 50)}`, judge: judge.life, person: judge.id }
    const sent = { workflow: 'ballot', command: 'open-ballot', input, person: OPENER, key: randomUUID() }
    return { judge, ballot: (await s.runtime.handler.handle(sent)).id }
  })
  return Promise.all(opened)
}
const OPENER = 'system:open-ballots-when-judging-opens'

/** One of each judge after the other: nobody sends all of theirs at once. */
const sheetsOf = async (world: World, held: readonly Held[]): Promise<Sheet[]> => {
  for (const { judge, ballot } of held)
    await world.s.given(judge, `/v1/ballot/${ballot}/declare-conflicts`, { organisations: [], none: true })
  await settled(world.s.runtime)
  const each = await Promise.all(
    held.map(async one => (await ballotIn(world, one.ballot)).sheets.map(({ proposal }) => ({ ...one, proposal }))),
  )
  return Array.from({ length: PROPOSALS }, (_, n) => each.flatMap(sheets => sheets[n] ?? [])).flat()
}

const evening = async ({ s }: World, sheets: readonly Sheet[]): Promise<number[]> => {
  const begun = performance.now()
  const sent = sheets.map(async ({ judge, ballot, proposal }, n) => {
    const turn = begun + (n * WITHIN_MS) / sheets.length
    await sleep(Math.max(0, turn - performance.now()))
    const { status, text } = await s.call(judge, 'POST', `/v1/ballot/${ballot}/submit-sheet`, written(proposal))
    if (status !== 200) throw new Error(`a sheet was not taken: ${text}`)
    return performance.now() - turn
  })
  return Promise.all(sent)
}
