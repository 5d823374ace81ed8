/** A fifth of all proposals come in the last minute, more than the service can take: none is lost, and none is in that came late. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { addDays, dayBegins, simulatedClock } from '../../engine/clock.ts'
import { openParked } from '../../engine/parked.ts'
import { passTime, settled } from '../../services/passing-time.ts'
import { digestOf } from '../../workflows/judging/list.ts'
import { heldLog } from '../support/hold.ts'
import { POSTGRES_ONLY } from '../support/log.ts'
import { need } from '../support/micro-project.ts'
import { type Scene, scene } from '../support/open-round.ts'
import { version } from '../support/proposal.ts'
import { district } from '../support/round-packs.ts'
import { type Answer, type Person, type Service, START, service } from '../support/service.ts'

const APPLICANTS = 10
/** In before the last minute; the rest, more than a fifth of all, comes within it. */
const EARLY = 40
const PROPOSALS = 52
/** Too late, whatever they do. */
const NEWCOMERS = 2
/** What the process at the door takes on at once, of everybody and of one person. */
const LIMITS = { requests: 6, requestsPerPerson: 1 }
const MINUTE = 60_000

const pack = { ...district, applicants: { ...district.applicants, mostPerApplicant: 10 } }

type Draft = { id: string; by: Person; key: string }
type Story = {
  w: Scene
  /** A second process on the same database, with little room: before the last minute there is enough. */
  door: Service
  clock: ReturnType<typeof simulatedClock>
  round: string
  closes: Date
  drafts: Draft[]
  newcomers: Draft[]
}

const groupOf = async ({ s }: Scene): Promise<{ organisation: string; by: Person }> => {
  const filing = { tier: 'filed', filingNumber: `备-${randomUUID().slice(0, 8)}` }
  const named = { name: `互助队${randomUUID().slice(0, 8)}`, field: need.field, place: need.place, ...filing }
  const { id } = await s.given(s.founder, '/v1/organisation', named)
  return { organisation: id, by: await s.somebody({ role: 'chair', organisation: id }) }
}

/** By one applicant after the other: whom ten lie between are of one person. */
const writtenIn = async (w: Scene, round: string): Promise<Draft[]> => {
  const groups = await Promise.all(Array.from({ length: APPLICANTS }, () => groupOf(w)))
  return Promise.all(
    Array.from({ length: PROPOSALS + NEWCOMERS }, async (_, n) => {
      const { organisation, by } = groups[n % APPLICANTS] as (typeof groups)[number]
      const about = { field: 'elders-and-orphans', place: need.place, title: `第${n + 1}号服务` }
      const { id } = await w.s.given(by, '/v1/proposal', { round, organisation, ...about })
      await w.s.given(by, `/v1/proposal/${id}/write-version`, { ...version, attachments: [] })
      return { id, by, key: randomUUID() }
    }),
  )
}

/** Everything is written, nothing handed in. */
const opened = async (t: Test): Promise<Story> => {
  const clock = simulatedClock(new Date(START))
  const w = await scene(await service(t, { clock }), pack)
  const door = await service(t, { clock, beside: w.s, role: 'api', limits: LIMITS })
  const round = await w.openRound()
  const { closesOn } = (await w.s.call(w.bureau, 'GET', `/v1/competition-round/${round}`)).body.data
  const closes = dayBegins(addDays(closesOn as string, 1))
  const written = await writtenIn(w, round)
  const [drafts, newcomers] = [written.slice(0, PROPOSALS), written.slice(PROPOSALS)]
  return { w, door, clock, round, closes, drafts, newcomers }
}

const handIn = ({ door }: Pick<Story, 'door'>, { id, by, key }: Draft, receipt?: string): Promise<Answer> => {
  const headers = { 'idempotency-key': key, 'arrival-receipt': receipt }
  return door.call(by, 'POST', `/v1/proposal/${id}/submit-version`, { version: 1 }, headers)
}

const isTurnedAway = ({ status }: Answer): boolean => status === 429 || status === 503
const receiptOf = ({ headers }: Answer): string | undefined => headers.get('arrival-receipt') ?? undefined

/** As a patient sender does it: whoever is turned away comes again, with what they were given. */
const handInUntilIn = async (story: Story, draft: Draft, brought?: string): Promise<Answer> => {
  const answer = await handIn(story, draft, brought)
  if (!isTurnedAway(answer)) return answer
  await sleep(20)
  return handInUntilIn(story, draft, receiptOf(answer))
}

/** The clock stands so long before the close (or after), and what falls due on the way has happened. */
const at = ({ w, clock, closes }: Story, fromClose: number) =>
  passTime(w.s.runtime, clock, new Date(closes.getTime() + fromClose))

const roundOf = async ({ w, round }: Story) => {
  await settled(w.s.runtime)
  return (await w.s.call(w.bureau, 'GET', `/v1/competition-round/${round}`)).body
}

/** `at`: by the clock of who sends it. */
type Arrived = { draft: Draft; at: string }
type Sent = Arrived & { answer: Promise<Answer> }
type Away = Arrived & { no: Answer }
type Burst = { inside: Sent[]; away: Away[]; letGo(): Promise<void> }

/** Nothing can be recorded, so that who is let in stays; whoever finds no place is turned away at once. */
const burst = async (t: Test, story: Story): Promise<Burst> => {
  const { w, door, clock, closes, drafts } = story
  const letGo = await heldLog(t, w.s.url)
  const away: Away[] = []
  const send = (draft: Draft): Sent => {
    const at = clock.now().toISOString()
    const answer = handIn(story, draft)
    void answer.then(no => isTurnedAway(no) && away.push({ draft, at, no }))
    return { draft, at, answer }
  }
  const [first, ...others] = drafts.slice(EARLY) as [Draft, ...Draft[]]
  const sent = [send(first)]
  while (door.runtime.admission.inside('requests') === 0) await sleep(5)
  // The same person once more, while there is room for others.
  sent.push(...others.filter(({ by }) => by === first.by).map(send))
  while (away.length === 0) await sleep(5)
  // All the others in the very last millisecond.
  clock.set(new Date(closes.getTime() - 1))
  sent.push(...others.filter(({ by }) => by !== first.by).map(send))
  while (away.length < sent.length - LIMITS.requests) await sleep(5)
  return { inside: sent.filter(({ draft }) => !away.some(each => each.draft === draft)), away, letGo }
}

/** A proposal whose sender was told that it is handed in, and when it arrived by the sender's own watch. */
type HandedIn = { proposal: string; arrivedAt: string }

const byProposal = <T extends { proposal: string }>(rows: readonly T[]): T[] =>
  rows.toSorted((one, other) => (one.proposal < other.proposal ? -1 : 1))

/** As applicants read it of their own, and not as the round does. */
const digestOfTheirs = async ({ w: { s } }: Story, drafts: readonly Draft[]): Promise<string> => {
  const theirs = await Promise.all(
    drafts.map(async ({ id: proposal, by }) => {
      const { entered } = (await s.call(by, 'GET', `/v1/proposal/${proposal}`)).body.data
      const { version, digest } = entered as { version: number; digest: string }
      return { proposal, version, digest }
    }),
  )
  return digestOf(byProposal(theirs))
}

t.test(
  'of a burst in the last minute none is lost, and none is in that came late',
  { skip: POSTGRES_ONLY },
  async t => {
    const story = await opened(t)
    const { w, clock, closes, drafts, newcomers } = story
    const [late, later] = newcomers as [Draft, Draft]
    const handedIn: HandedIn[] = []
    const isIn = ({ draft: { id: proposal }, at: arrivedAt }: Arrived, { status }: Answer) => {
      if (status === 200) handedIn.push({ proposal, arrivedAt })
    }
    const early = drafts.slice(0, EARLY).map(draft => ({ draft, at: clock.now().toISOString() }))
    await Promise.all(early.map(async each => isIn(each, await handIn({ door: w.s }, each.draft))))
    await at(story, -MINUTE / 2)

    const { inside, away, letGo } = await burst(t, story)
    const statuses = away.map(({ no }) => no.status)
    t.ok(statuses.includes(429) && statuses.includes(503), 'by their own haste, and by the haste of all')
    for (const { no } of away) t.ok(receiptOf(no), 'nobody is turned away without a receipt')
    clock.set(closes)
    const crowdedOut = await handIn(story, late)
    t.match(crowdedOut, { status: 503 })
    clock.set(new Date(closes.getTime() + MINUTE))
    await letGo()
    for (const each of inside) isIn(each, await each.answer)
    t.equal(handedIn.length, EARLY + LIMITS.requests, 'decided after the close, they arrived before')
    t.match(await roundOf(story), { state: { value: 'closed' } })

    const tooLate = { status: 422, body: { reasons: [{ rule: 'arrivedInTime', who: [{ role: 'chair' }] }] } }
    t.ok(receiptOf(crowdedOut), 'who comes when the call is over has one too')
    t.match(await handInUntilIn(story, late, receiptOf(crowdedOut)), tooLate, 'and it says that they came too late')
    const [one] = away as [Away]
    t.match(await handInUntilIn(story, { ...one.draft, key: randomUUID() }), tooLate, 'as who leaves theirs at home')

    await at(story, 9 * MINUTE)
    await Promise.all(away.map(async each => isIn(each, await handInUntilIn(story, each.draft, receiptOf(each.no)))))
    t.equal(handedIn.length, PROPOSALS, 'all have been told that they are in')
    await at(story, 15 * MINUTE - 1)
    t.match(await roundOf(story), { state: { value: 'closed' } }, 'whoever has a receipt is waited for')
    await at(story, 15 * MINUTE)
    const { state, data } = await roundOf(story)
    t.match(state, { value: 'screening' })
    const entries = (data.entries as HandedIn[]).map(({ proposal, arrivedAt }) => ({ proposal, arrivedAt }))
    t.strictSame(byProposal(entries), byProposal(handedIn), 'in the list is who was told so, each as they arrived')
    t.strictSame(data.list, { digest: await digestOfTheirs(story, drafts), proposals: PROPOSALS })

    const over = await handInUntilIn(story, later)
    t.match(over, { status: 422, body: { reasons: [{ rule: 'roundTakesProposals' }, { rule: 'arrivedInTime' }] } })
    t.strictSame(await openParked(w.s.runtime.pool), [])
  },
)
