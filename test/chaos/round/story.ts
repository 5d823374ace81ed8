/**
 * A small round as people run it who do not wait for each other: proposals come in around the close, judges score side by
 * side, a sheet is amended and a judge leaves a proposal while the chair closes and reveals. From its rules to the archive.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { chairOf, declined, type Offered, open, publicityOver } from '../../../services/demo/awards.ts'
import { CALL, handedIn, openCall, publishRules, written } from '../../../services/demo/call.ts'
import { assemble } from '../../../services/demo/cast.ts'
import {
  drawn,
  type Panellist,
  type Paper,
  published,
  recuse,
  revealed,
  sheetBy,
  underAnother,
} from '../../../services/demo/judging.ts'
import { objections } from '../../../services/demo/objections.ts'
import { looked, met } from '../../../services/demo/screening.ts'
import type { Stage } from '../../../services/demo/stage.ts'
import type { Told } from '../../../services/demo/story.ts'
import { type Entered, part, type Round } from '../../../services/demo/told.ts'

export type Contested = Stage & {
  /** What may come too late: whether it was accepted. */
  ventured(by: string, path: string, body?: object): Promise<boolean>
  /** What several people do in the same moment. */
  together(works: readonly (() => Promise<unknown>)[]): Promise<void>
}

const APPLICANTS = 4
/** The first applicant asks twice; the last is handed in while the call closes, and is not eligible where it came in time. */
const PROPOSALS = 6
/** All of the pool sit on the panel, so that who judges does not hang on which proposals came in time. */
const JUDGES = 7
/** Who leaves a sheet out, who amends one while judging closes, and who withdraws from a proposal then. */
const parts = {
  missing: { judge: 2, proposal: 2 },
  amended: { judge: 4, proposal: 1 },
  left: { judge: 3, proposal: 3 },
}

export const contestedRound = async (stage: Contested): Promise<Told> => {
  const cast = await assemble(stage, APPLICANTS, JUDGES)
  const opened = await openCall(stage, cast, await publishRules(stage, cast), PROPOSALS)
  const called = await applied(stage, { ...opened, cast })
  await screened(stage, called)
  await stage.until(CALL + 23)
  const round = await judged(stage, called, await drawn(stage, called))
  await stage.until(CALL + 24)
  await published(stage, round)
  const publishedLast = await objections(stage, round, CALL + 24)
  const day = await publicityOver(stage, round, publishedLast)
  await stage.until(day)
  await answered(stage, round)
  await stage.send(cast.organiser, `${round.at}/archive`)
  await stage.settled()
  return { round, day }
}

// ── applications and screening ──────────────────────────────────────────────────────────────────

const EARLY = 2
const LAST = PROPOSALS - 1
/** Two organisations apply for it together. */
const JOINT = 2

const applied = async (stage: Contested, round: Omit<Round, 'proposals'>): Promise<Round> => {
  const { applicants } = round.cast
  const proposals: Entered[] = []
  await stage.until(CALL + 1)
  await stage.together(
    Array.from({ length: PROPOSALS }, (_, number) => async () => {
      const applicant = applicants[number % APPLICANTS] as Entered['applicant']
      const beside = number === JOINT ? applicants.slice(0, 1) : []
      proposals[number] = await written(stage, round.id, { applicant, beside }, number)
    }),
  )
  await stage.together(proposals.slice(0, EARLY).map(each => () => handedIn(stage, each)))
  await stage.until(CALL + 20, 23.5)
  await stage.together(proposals.slice(EARLY, LAST).map(each => () => handedIn(stage, each)))
  const { id, applicant } = proposals[LAST] as Entered
  await stage.together([
    () => stage.ventured(applicant.chair, `/v1/proposal/${id}/submit-version`, { version: 1 }),
    () => stage.until(CALL + 21, 0.1),
  ])
  await stage.until(CALL + 21)
  return { ...round, proposals }
}

const screened = async (stage: Contested, round: Round): Promise<void> => {
  const { at, cast, rules } = round
  const verdict = (number: number) => ({ version: 1, verdicts: met(rules, number === LAST ? part.barred : number) })
  const checks = round.proposals.map(({ id }) => `/v1/proposal/${id}/check-eligibility`)
  await looked(stage, round)
  await stage.together([
    ...checks.map((path, number) => () => {
      const check = number === LAST ? stage.ventured : stage.send
      return check(cast.checker, path, verdict(number))
    }),
    async () => {
      for (const { judge } of cast.judges) await stage.send(cast.organiser, `${at}/invite-judge`, { judge })
      const accepts = ({ person }: { person: string }) =>
        stage.send(person, `${at}/answer-invitation`, { accepts: true })
      await stage.together(cast.judges.map(judge => () => accepts(judge)))
    },
  ])
  await stage.settled()
  await stage.send(cast.organiser, `${at}/finish-screening`)
  await stage.settled()
}

// ── judging ─────────────────────────────────────────────────────────────────────────────────────

/** The round as another chairs it. */
const judged = async (stage: Contested, begun: Round, panel: readonly Panellist[]): Promise<Round> => {
  // By the order of the pool, which is that of their names: seats are in the order that was drawn.
  const seats = panel.toSorted((one, other) => (one.name < other.name ? -1 : 1))
  await stage.together(seats.map((seat, judge) => () => scored(stage, begun, seat, judge)))
  const round = await underAnother(stage, begun)
  const [amending, leaving] = [seats[parts.amended.judge], seats[parts.left.judge]] as [Panellist, Panellist]
  await stage.together([
    () => amended(stage, round, amending),
    () => revealed(stage, round),
    () => recuse(stage, leaving, proposalAt(round, parts.left.proposal)),
  ])
  await stage.settled()
  await stage.send(round.cast.panelChair, `${round.at}/settle-ranking`)
  return round
}

const proposalAt = ({ proposals }: Round, number: number): string => (proposals[number] as Entered).id

const scored = async (stage: Contested, round: Round, seat: Panellist, judge: number): Promise<void> => {
  const path = `/v1/ballot/${seat.ballot}`
  await stage.send(seat.person, `${path}/declare-conflicts`, { organisations: [], none: true })
  const missing = judge === parts.missing.judge ? proposalAt(round, parts.missing.proposal) : undefined
  for (const [n, { proposal }] of (await assigned(stage, seat)).entries()) {
    if (proposal === missing) continue
    const sheet = sheetBy(round, seat.name, proposal)
    if (n === 0) await stage.send(seat.person, `${path}/save-draft`, sheet)
    await stage.send(seat.person, `${path}/submit-sheet`, sheet)
  }
}

const LOOK_EVERY_MS = 50
const GIVEN_UP_AFTER_MS = 120_000

const assigned = async (stage: Contested, { person, ballot }: Panellist): Promise<Paper['data']['sheets']> => {
  for (const until = performance.now() + GIVEN_UP_AFTER_MS; performance.now() < until; await sleep(LOOK_EVERY_MS)) {
    const { data } = await stage.read<Paper>(person, `/v1/ballot/${ballot}`)
    if (data.sheets.length > 0) return data.sheets
  }
  throw new Error(`nothing was assigned in ballot ${ballot}`)
}

/** The same scores, in other words: it makes no difference whether it came before the seal. */
const amended = (stage: Contested, round: Round, { name, person, ballot }: Panellist) =>
  stage.ventured(person, `/v1/ballot/${ballot}/submit-sheet`, {
    ...sheetBy(round, name, proposalAt(round, parts.amended.proposal)),
    comments: { overall: '补充：预算说明清楚。' },
  })

// ── offers ──────────────────────────────────────────────────────────────────────────────────────

const answered = async (stage: Contested, round: Round): Promise<void> => {
  // Not the first that is offered one: entries are in the order of their arrival, which is another each time.
  const [first] = (await open(stage, round)).toSorted((one, other) => one.amount - other.amount)
  await declined(stage, round, first as Offered)
  const offers = await open(stage, round)
  await stage.together(
    offers.map(({ proposal, amount }) => () => {
      return stage.send(chairOf(round, proposal), `/v1/proposal/${proposal}/accept-offer`, { amount })
    }),
  )
}
