import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { commandsAt, nodesOf } from '../engine/chart.ts'
import { decide } from '../engine/decide.ts'
import type { Actor, AnyCommand, Workflow } from '../engine/definition.ts'
import { EngineError } from '../engine/engine-error.ts'
import { explain } from '../engine/explain.ts'
import { actKey, blankInstance, type Instance } from '../engine/instance.ts'
import { initialValue } from '../engine/machine.ts'
import { maySee } from '../engine/permission.ts'
import type { MicroProject } from '../workflows/micro-project/data.ts'
import { microProject } from '../workflows/micro-project/index.ts'
import { actor, idOf, type Life, lifeOf, TODAY } from './support/given.ts'
import {
  AWARD,
  activity,
  agreement,
  commitment,
  graded,
  matching,
  need,
  ORGANISATION,
  PROJECT,
  people,
  proof,
  proposal,
  reason,
  spent,
  TWIN,
  told,
  world,
} from './support/micro-project.ts'
import { casesFor, inputsFor, keyOf } from './support/micro-project-cases.ts'
import { world as competitionWorld, roundIn } from './support/proposal.ts'
import { everyWay, walk } from './support/walk.ts'

const { community, street, secondStreet, bureau, finance, secondFinance, chair, member, funder, resident } = people

const answer = (life: Life, by: Actor, command: string, input: object = {}): string => {
  const outcome = life.when(by, command, input)
  return 'refused' in outcome ? [outcome.refused, ...new Set(outcome.unmet)].join(' ') : 'accepted'
}
const stageOf = (life: Life): unknown => (life.state as { running?: { stage: unknown } }).running?.stage ?? life.state
const dataOf = (life: Life): MicroProject => life.data as MicroProject

// ── the chart, walked ───────────────────────────────────────────────────────────────────────────

const [register, twin] = world() as [Life, Life]
const consulted = { organisation: register.data, twin: twin.data, competition: roundIn(competitionWorld()).data }
const walked = walk<MicroProject>(
  { workflow: microProject, id: PROJECT, by: street, consulted, cases: casesFor, key: keyOf },
  { data: microProject.start as MicroProject, value: initialValue(microProject.machine) },
)

/** What follows an objection is not carried through every stage: a test of its own tells it of an end. */
const afterTheEnd = (way: string): boolean => way.includes('redact-objection') && !way.startsWith('running')

t.test('a walk over real decisions reaches every state and takes every transition', async t => {
  t.comment(`${walked.states} states`)
  t.same(
    nodesOf(microProject.chart).flatMap(({ path }) => (walked.nodes.has(path) ? [] : [path])),
    [],
    'states never reached',
  )
  t.same(
    everyWay(microProject).filter(way => !walked.ways.has(way) && !afterTheEnd(way)),
    [],
    'transitions never taken',
  )
})

// ── the way through ─────────────────────────────────────────────────────────────────────────────

t.test('one need goes from its draft to the archive', async t => {
  const life = told('archived')
  t.equal(life.state, 'archived')
  t.match(dataOf(life), { award: AWARD, finalGrade: 'A', settled: true, tranches: [{ status: 'paid', paying: AWARD }] })
  t.equal(microProject.label(life.data as never), need.title)
})

t.test('need', async t => {
  const fresh = () => lifeOf(microProject, PROJECT, world())
  const cases: [string, Actor, object, string][] = [
    ['a community posts its own', community, need, 'accepted'],
    ['without budget or day', community, { ...need, budget: undefined, neededBy: undefined }, 'accepted'],
    ['a leap day', community, { ...need, neededBy: '2028-02-29' }, 'accepted'],
    ['no leap day', community, { ...need, neededBy: '2027-02-29' }, 'invalid-input neededBy'],
    ['another street', people.otherStreet, need, 'outside-your-place'],
    ['a field of another category', community, { ...need, field: 'dance' }, 'refused draftedFieldFits'],
    ['no place', community, { ...need, place: '420199999999' }, 'invalid-input place'],
    ['half a fen', community, { ...need, budget: 0.5 }, 'invalid-input budget'],
    ['less than nothing', community, { ...need, budget: -1 }, 'invalid-input budget'],
    ['beyond 10^13 fen', community, { ...need, budget: 10 ** 13 + 1 }, 'invalid-input budget'],
    ['a blank title', community, { ...need, title: ' ' }, 'invalid-input title'],
    ['a control character', community, { ...need, title: '探访\u0007' }, 'invalid-input title'],
    ['a turn of direction', community, { ...need, title: '探访\u202e' }, 'invalid-input title'],
    ['half a character', community, { ...need, title: '探访\ud800' }, 'invalid-input title'],
    ['an unknown field', community, { ...need, colour: 'red' }, 'invalid-input '],
  ]
  for (const [name, by, input, expected] of cases) t.equal(answer(fresh(), by, 'draft-need', input), expected, name)
  const drafted = told('drafted')
  t.equal(answer(drafted, street, 'revise-need', { ...need, place: '420106012' }), 'refused needStaysInPlace')
  t.equal(answer(drafted, community, 'revise-need', { ...need, beneficiaries: 90 }), 'accepted')
  t.equal(answer(told('posted'), street, 'return-need', { reason }), 'accepted')
})

t.test('matchmaking', async t => {
  const cases: [string, Life, Actor, string, object, string][] = [
    ['not on the register', told('takenIn', []), street, 'propose-match', matching, 'refused matchedIsActive'],
    ['the organisation offers itself', told('takenIn'), chair, 'offer-to-serve', matching, 'accepted'],
    [
      'a match gone by',
      told('proposed'),
      chair,
      'accept-match-as-organisation',
      { match: 2 },
      'refused organisationAcceptsCurrent',
    ],
    ['the other side', told('proposed'), street, 'accept-match-as-organisation', { match: 1 }, 'not-permitted'],
    [
      'a fair gone by',
      told('takenIn'),
      street,
      'take-to-fair',
      { fair: '对接会', on: '2026-03-04' },
      'refused fairIsAhead',
    ],
    [
      'too much to commission',
      told('agreed'),
      street,
      'commission',
      { amount: 3_000_001, reason, minutes: proof },
      'refused withinCommissionCap',
    ],
    [
      'commissioned by who proposed it',
      told('agreed'),
      community,
      'commission',
      { amount: 1, reason, minutes: proof },
      'not-permitted',
    ],
    ['commissioned', told('agreed'), street, 'commission', { amount: AWARD, reason, minutes: proof }, 'accepted'],
    [
      'a call gone by',
      told('agreed'),
      street,
      'enter-round',
      { round: '第一轮', submitBy: '2026-03-04' },
      'refused callIsAhead',
    ],
  ]
  for (const [name, life, by, command, input, expected] of cases)
    t.equal(answer(life, by, command, input), expected, name)
  const offered = told('takenIn').given([chair, 'offer-to-serve', matching])
  t.match(stageOf(offered), { matchmaking: { proposed: { organisationSide: 'accepted', needSide: 'asked' } } })
  t.equal(answer(offered, community, 'accept-match-as-need-side', { match: 1 }), 'accepted')
  t.same(stageOf(offered), { matchmaking: 'agreed' })
})

t.test('an organisation suspended since takes nothing on', async t => {
  const lives = world()
  const life = told('entered', lives)
  lives[0]?.given([bureau, 'suspend', { reason }])
  life.given([chair, 'write-proposal', proposal])
  t.equal(answer(life, chair, 'submit-proposal', { version: 1 }), 'refused submittingIsActive')
  lives[0]?.given([bureau, 'reinstate', { reason }])
  t.equal(answer(life, chair, 'submit-proposal', { version: 1 }), 'accepted')
})

t.test('a proposal keeps its versions, adds up, and comes in time', async t => {
  const life = told('entered')
  t.equal(answer(life, chair, 'write-proposal', { ...proposal, requested: AWARD - 1 }), 'refused budgetAddsUp')
  t.equal(answer(life, chair, 'submit-proposal', { version: 1 }), 'refused versionIsWritten')
  life.given([chair, 'write-proposal', proposal], [chair, 'submit-proposal', { version: 1 }])
  t.equal(answer(life, chair, 'submit-proposal', { version: 1 }), 'refused versionIsNew')
  life.given(
    [chair, 'write-proposal', { ...proposal, summary: '改为每周三次' }],
    [chair, 'submit-proposal', { version: 2 }],
  )
  t.equal(dataOf(life).proposals.length, 2)
  t.equal(answer(life, street, 'pass-eligibility', { version: 1 }), 'refused passesSubmitted')

  const late = told('entered').given([chair, 'write-proposal', proposal]).later(150)
  t.equal(answer(late, chair, 'submit-proposal', { version: 1 }), 'refused callIsOpen')
  late.given([street, 'extend-call', { submitBy: '2026-12-31', reason }])
  t.equal(answer(late, chair, 'submit-proposal', { version: 1 }), 'accepted', 'the way back')
})

t.test('incomplete, ineligible, left off, in reserve: each has a reason and a way on', async t => {
  const returned = told('submitted').given([
    street,
    'return-proposal',
    { version: 1, missing: ['缺少安全预案'], submitBy: '2026-03-20' },
  ])
  returned.given([chair, 'write-proposal', proposal], [chair, 'submit-proposal', { version: 2 }])
  returned.given([street, 'fail-eligibility', { version: 2, reason }], [chair, 'appeal-eligibility', { reason }])
  returned.given([street, 'fail-eligibility', { version: 2, reason }])
  t.equal(answer(returned, chair, 'appeal-eligibility', { reason }), 'refused appealsOnce')
  t.equal(answer(returned, street, 'decline', { reason }), 'accepted')
  t.equal(returned.state, 'declined')

  const withdrawn = told('ranked').given([chair, 'withdraw-proposal', { reason }])
  t.same(stageOf(withdrawn), { matchmaking: 'open' }, 'the need may be matched anew')
  t.equal(dataOf(withdrawn).match, undefined)

  const reserve = told('public').later(8).given([street, 'close-publicity'], [street, 'hold-in-reserve', { reason }])
  t.equal(answer(reserve, street, 'award', { amount: AWARD + 1, minutes: proof }), 'refused awardWithinRequest')
  t.equal(answer(reserve, street, 'award', { amount: AWARD, minutes: proof }), 'accepted')
})

t.test('publicity and objections', async t => {
  const ranked = told('ranked')
  t.equal(
    answer(ranked, street, 'open-publicity', { until: '2026-03-11', where: '公示栏' }),
    'refused publicityIsLongEnough',
  )
  const objected = () => told('public').given([resident, 'note-objection', { statement: '预算重复' }])
  const settle = (objection: number, finding: string) => ({ objection, finding, reason, minutes: proof })

  t.equal(answer(told('public'), street, 'close-publicity'), 'refused publicityIsOver')
  t.equal(answer(told('public').later(8), resident, 'note-objection', { statement: '晚了' }), 'refused objectionInTime')
  t.equal(answer(objected(), street, 'settle-objection', settle(1, 'rejected')), 'not-permitted')
  t.match(answer(objected(), bureau, 'settle-objection', settle(2, 'rejected')), 'objectionIsOpen')

  const two = objected().given([idle(31), 'note-objection', { statement: '名单有误' }])
  t.match(answer(two, bureau, 'settle-objection', settle(1, 'recheck')), 'otherObjectionsSettled')
  two.given([bureau, 'settle-objection', settle(1, 'rejected')])
  t.same(stageOf(two), { competition: { publicity: 'objection' } })
  two.given([bureau, 'settle-objection', settle(2, 'rerank')])
  t.same(stageOf(two), { competition: 'shortlisted' })

  const upheld = objected().given([bureau, 'settle-objection', settle(1, 'recheck')])
  t.same(stageOf(upheld), { competition: 'submitted' })
  t.same(stageOf(objected().given([bureau, 'settle-objection', settle(1, 'rejected')])), {
    competition: { publicity: 'open' },
  })
})

t.test('what an objection says is taken back once it is answered, also after the end', async t => {
  const life = told('public').given([resident, 'note-objection', { statement: '预算重复' }])
  const redact = (objection: number, by = street) => answer(life, by, 'redact-objection', { objection, reason })
  t.equal(redact(1), 'refused objectionIsAnswered')
  t.match(redact(2), 'statementStands')
  life.given(
    [bureau, 'settle-objection', { objection: 1, finding: 'rejected', reason, minutes: proof }],
    [street, 'withdraw', { reason }],
  )
  t.equal(redact(1, resident), 'not-permitted')
  t.equal(redact(1), 'accepted')
  t.equal(redact(1), 'refused statementStands')
  t.same([life.state, dataOf(life).statements], ['withdrawn', [null]])
})

const idle = (n: number): Actor => actor(idOf(n))

t.test('the agreement adds up and both sides sign it', async t => {
  const life = told('awarded')
  const tranches = [{ amount: AWARD - 1, conditions: ['协议已签订'] }]
  t.equal(answer(life, street, 'draw-up-agreement', { ...agreement, tranches }), 'refused tranchesAddUp')
  t.equal(answer(life, street, 'draw-up-agreement', { ...agreement, matchingShare: 0 }), 'refused agreedLinesAddUp')
  t.equal(
    answer(life, street, 'draw-up-agreement', { ...agreement, until: agreement.from }),
    'refused periodRunsForward',
  )
  life.given([street, 'draw-up-agreement', agreement], [chair, 'sign-agreement-as-organisation', { document: proof }])
  t.equal(answer(life, funder, 'commit-fund', commitment), 'refused agreementIsSigned')
  life.given([chair, 'reopen-agreement', { reason }], [street, 'draw-up-agreement', agreement])
  t.same(dataOf(life).signedBy, { organisation: false, street: false }, 'reopened, it is signed anew')
  const signed = told('signed')
  t.equal(answer(signed, chair, 'start-delivery'), 'refused fundIsCommitted')
  t.equal(answer(signed, funder, 'commit-fund', { ...commitment, amount: AWARD - 1 }), 'refused commitsTheAward')
  t.equal(answer(told('awarded'), chair, 'renounce-award', { reason }), 'accepted')
})

// ── payments ────────────────────────────────────────────────────────────────────────────────────

const half = AWARD / 2
const inHalves = (): Life =>
  told('awarded').given(
    [
      secondStreet,
      'draw-up-agreement',
      { ...agreement, tranches: [1, 2].map(() => ({ amount: half, conditions: ['一', '二'] })) },
    ],
    [chair, 'sign-agreement-as-organisation', { document: proof }],
    [street, 'sign-agreement-as-street', { document: proof }],
    [funder, 'commit-fund', commitment],
    [chair, 'start-delivery'],
  )
const checked = (tranche: number) =>
  [1, 2].map(condition => [secondStreet, 'check-condition', { tranche, condition, evidence: proof }] as const)
const paid = (tranche: number) =>
  [
    ...checked(tranche),
    [street, 'prepare-payment', { tranche, amount: half }],
    [finance, 'approve-payment', { tranche, amount: half }],
    [finance, 'instruct-payment', { tranche }],
    [finance, 'confirm-payment', { tranche, paidOn: TODAY, bankReference: '20260305000127' }],
  ] as const

t.test('a tranche is paid in its turn, on checked conditions, within what is committed', async t => {
  const life = inHalves()
  t.equal(
    answer(life, street, 'check-condition', { tranche: 1, condition: 3, evidence: proof }),
    'refused conditionIsKnown',
  )
  t.equal(
    answer(life, street, 'check-condition', { tranche: 3, condition: 1, evidence: proof }),
    'refused conditionIsKnown checkedBeforePrepared',
  )
  t.equal(answer(life, street, 'prepare-payment', { tranche: 1, amount: half }), 'refused conditionsAreChecked')
  life.given(...checked(1), ...checked(2))
  t.equal(answer(life, street, 'prepare-payment', { tranche: 2, amount: half }), 'refused earlierAreOver')
  t.equal(answer(life, street, 'prepare-payment', { tranche: 1, amount: half + 1 }), 'refused withinTheTranche')
  life.given([street, 'prepare-payment', { tranche: 1, amount: half }])
  t.equal(answer(life, finance, 'instruct-payment', { tranche: 1 }), 'refused instructsApproved')
  life.given(
    [finance, 'return-payment', { tranche: 1, reason }],
    [street, 'prepare-payment', { tranche: 1, amount: half }],
  )
  life.given([finance, 'approve-payment', { tranche: 1, amount: half }], [finance, 'instruct-payment', { tranche: 1 }])
  life.given(
    [finance, 'fail-payment', { tranche: 1, reason }],
    [street, 'prepare-payment', { tranche: 1, amount: half }],
  )
  t.equal(dataOf(life).tranches[0]?.status, 'prepared', 'what failed is prepared again')
  t.equal(answer(life, finance, 'settle-payments'), 'refused everyTrancheIsOver')
  t.equal(answer(life, street, 'cancel-tranche', { tranche: 1, reason }), 'refused cancelsUnprepared')
})

t.test('an invoice pays one tranche, of one project', async t => {
  const life = inHalves().given(...checked(1), ...checked(2))
  const prepare = (tranche: number, invoice?: string) => ({ tranche, amount: half, ...(invoice && { invoice }) })
  life.given([street, 'prepare-payment', prepare(1, '2442 2000 0001')])
  const held = life.holds
  t.same(Object.keys(held), ['invoice|1'])
  life.given([finance, 'return-payment', { tranche: 1, reason }])
  t.same(life.holds, {}, 'what is not paid is free')
  life.given([street, 'prepare-payment', prepare(1, '２４４２２００００００１')])
  t.same(life.holds, held, 'the same however it is typed')
  life.given([secondStreet, 'correct-payment', { tranche: 1, invoice: '244220000009', reason }])
  t.same(Object.keys(life.holds), ['invoice|1'])
  t.notSame(life.holds, held, 'a correction moves it')
  life.given([secondStreet, 'correct-payment', { tranche: 1, invoice: '244220000001', reason }])
  life.given(
    [finance, 'approve-payment', { tranche: 1, amount: half }],
    [finance, 'instruct-payment', { tranche: 1 }],
    [finance, 'confirm-payment', { tranche: 1, paidOn: TODAY, bankReference: '20260305000127' }],
  )
  t.same(life.holds, held, 'for good once it is paid')
  t.equal(answer(life, street, 'prepare-payment', prepare(2, '244220000001')), 'refused invoiceIsNew')
  life.given([street, 'prepare-payment', prepare(2)])
  t.same(life.holds, held, 'a payment without one claims none')
})

t.test('later tranches are paid while delivery and evaluation run', async t => {
  const life = inHalves().given(
    ...paid(1),
    [member, 'log-activity', activity],
    [community, 'check-activity', { activity: 1, finding: 'confirmed', findings: '属实' }],
    [street, 'grade-mid-term', graded('B')],
    [chair, 'complete-delivery'],
  )
  t.match(life.state, { running: { stage: { evaluation: {} }, payments: { open: 'begun' } } })
  life.given(...paid(2))
  t.match(life.state, { running: { stage: { evaluation: {} }, payments: { open: 'begun' } } })
  const late = { tranche: 2, statement: proof }
  life.given([secondFinance, 'reconcile-payment', { ...late, tranche: 1 }], [secondFinance, 'reconcile-payment', late])
  t.equal(answer(life, secondFinance, 'reconcile-payment', late), 'refused reconcilesPaid')
  t.equal(answer(life, finance, 'settle-payments'), 'accepted')
})

// ── delivery and evaluation ─────────────────────────────────────────────────────────────────────

t.test('who may approve what change', async t => {
  const asks = { schedule: { kind: 'schedule', until: '2027-01-31' }, scope: { kind: 'scope' } }
  const move = (amount: number) => ({ kind: 'budget-line', from: 1, to: 2, amount })
  const asked = (change: object) =>
    told('delivering').given([chair, 'request-change', { explanation: reason, ...change }])
  const one = { change: 1 }
  t.equal(answer(asked(asks.schedule), community, 'approve-change', one), 'accepted')
  t.match(answer(asked(asks.schedule), funder, 'approve-change', one), 'refused')
  t.match(answer(asked(move(120_000)), community, 'approve-change', one), 'actsForStreet')
  t.equal(answer(asked(move(120_000)), street, 'approve-change', one), 'accepted')
  t.match(answer(asked(move(120_001)), street, 'approve-change', one), 'movesWithinStreetShare')
  t.equal(answer(asked(move(120_001)), funder, 'approve-change', one), 'accepted')
  t.match(answer(asked(asks.scope), funder, 'approve-change', one), 'changeIsEndorsed')
  t.equal(answer(asked(asks.scope).given([street, 'endorse-change', one]), funder, 'approve-change', one), 'accepted')
  t.match(answer(asked(asks.scope), street, 'approve-change', { change: 2 }), 'approvedIsOpen')

  const twice = asked(move(100_000)).given([street, 'approve-change', one])
  t.match(dataOf(twice).agreement, { lines: [{ amount: 900_000 }, { amount: 400_000 }] })
  twice.given([chair, 'request-change', { explanation: reason, ...move(30_000) }])
  t.match(answer(twice, street, 'approve-change', { change: 2 }), 'movesWithinStreetShare', 'small moves add up')

  const ask = (change: object) =>
    answer(told('delivering'), chair, 'request-change', { explanation: reason, ...change })
  t.equal(ask({ kind: 'budget-line', from: 1, to: 2 }), 'refused changeIsWhole')
  t.equal(ask({ kind: 'scope', until: '2027-01-31' }), 'refused changeIsWhole')
  t.equal(ask({ kind: 'budget-line', from: 1, to: 3, amount: 1 }), 'refused linesCarryChange')
  t.equal(ask({ kind: 'budget-line', from: 2, to: 1, amount: 300_001 }), 'refused linesCarryChange')
})

t.test('grade C is put right within 15 to 30 days and re-checked once, or the project ends', async t => {
  const poor = () => told('paid').given([street, 'grade-mid-term', graded('C')])
  const open = (until: string) => answer(poor(), street, 'open-rectification', { until, demands: ['补充签到'] })
  t.equal(open('2026-03-27'), 'refused rectificationLastsRight', '14 days')
  t.equal(open('2026-03-28'), 'accepted', '15 days')
  t.equal(open('2026-04-12'), 'accepted', '30 days')
  t.equal(open('2026-04-13'), 'refused rectificationLastsRight', '31 days')
  const rectifying = () => poor().given([street, 'open-rectification', { until: '2026-04-01', demands: ['补充签到'] }])
  t.equal(answer(rectifying(), street, 'close-rectification', graded('C')), 'refused rectificationIsDue')
  t.equal(
    answer(rectifying().later(30), street, 'close-rectification', graded('C')),
    'accepted',
    'nothing came in time',
  )
  const report = [chair, 'report-rectification', { report: '已补充', proofs: [proof] }] as const
  const again = rectifying().given(report, [street, 'close-rectification', graded('C')])
  t.same(stageOf(again), { delivery: 'failing' })
  t.equal(answer(again, street, 'terminate', { reason, proofs: [proof] }), 'accepted')
  const right = rectifying().given(report, [street, 'close-rectification', graded('B')])
  t.same(stageOf(right), { delivery: 'pastMidTerm' })

  const unpaid = told('delivering').given([street, 'grade-mid-term', graded('C')])
  unpaid.given([street, 'check-condition', { tranche: 1, condition: 1, evidence: proof }])
  t.equal(answer(unpaid, street, 'prepare-payment', { tranche: 1, amount: AWARD }), 'refused notWhileRectifying')
})

t.test('delivery is complete when its activities are checked', async t => {
  const life = told('delivering').given([street, 'grade-mid-term', graded('B')])
  t.equal(answer(life, chair, 'complete-delivery'), 'refused anActivityIsConfirmed')
  life.given([member, 'log-activity', activity])
  t.equal(answer(life, chair, 'complete-delivery'), 'refused anActivityIsConfirmed everyActivityIsChecked')
  t.equal(answer(life, member, 'log-activity', { ...activity, on: '2026-04-01' }), 'refused activityNotAhead')
  t.equal(
    answer(life, community, 'check-activity', { activity: 2, finding: 'confirmed', findings: '属实' }),
    'refused activityIsUnchecked',
  )
})

t.test('accounts keep within the lines; grading waits for all three papers', async t => {
  const account = (lines: object[]) =>
    answer(told('evaluating'), chair, 'submit-accounts', { spent: lines, proofs: [proof] })
  t.equal(account([...spent, ...spent]), 'refused spentPerLine')
  t.equal(account([{ line: 1, amount: 1_000_001, vouchers: 1 }]), 'refused spentWithinLines')
  t.equal(account([{ line: 3, amount: 0, vouchers: 0 }]), 'refused spentWithinLines')
  t.equal(account([{ line: 1, amount: 1, vouchers: 0 }]), 'refused spentHasVouchers')
  t.equal(
    answer(told('evaluating'), street, 'grade-final', graded('A')),
    'refused reportIsGiven accountsAreGiven satisfactionIsGiven',
  )
  const returned = told('gathered').given([finance, 'return-accounts', { reason }])
  t.equal(answer(returned, street, 'grade-final', graded('A')), 'refused accountsAreGiven')
})

t.test('acceptance and archive', async t => {
  t.equal(answer(told('graded'), secondStreet, 'accept-project'), 'refused matchingShareIsMet')
  const poor = told('gathered').given([street, 'grade-final', graded('C')])
  t.equal(answer(poor, secondStreet, 'accept-project'), 'refused finalGradePasses matchingShareIsMet')
  t.equal(answer(told('accepted'), street, 'archive', { manifest: [proof] }), 'refused paymentsAreSettled')
})

// ── side exits ──────────────────────────────────────────────────────────────────────────────────

t.test('withdrawn, rejected, merged before the agreement is signed, terminated after', async t => {
  const early = ['drafted', 'posted', 'proposed', 'submitted', 'awarded', 'signing'] as const
  for (const chapter of early) {
    t.equal(answer(told(chapter), street, 'terminate', { reason, proofs: [proof] }), 'refused signedBefore', chapter)
    t.equal(answer(told(chapter), street, 'withdraw', { reason }), 'accepted', chapter)
    t.equal(answer(told(chapter), street, 'reject', { reason }), 'accepted', chapter)
  }
  for (const chapter of ['signed', 'delivering', 'evaluating', 'accepted'] as const) {
    t.equal(answer(told(chapter), street, 'withdraw', { reason }), 'refused notYetSigned', chapter)
    t.equal(answer(told(chapter), street, 'terminate', { reason, proofs: [proof] }), 'accepted', chapter)
  }
  const merge = (life: Life, into: string) => answer(life, street, 'merge', { into, reason })
  t.equal(merge(told('posted'), TWIN), 'accepted')
  t.equal(merge(told('posted'), idOf(99)), 'refused twinExists')
  t.equal(merge(told('proposed'), TWIN), 'refused notYetMatched')
  t.match(merge(told('posted'), PROJECT), 'mergesIntoAnother')
  const lives = world()
  lives[1]?.given([street, 'withdraw', { reason }])
  t.equal(merge(told('posted', lives), TWIN), 'refused twinExists', 'nothing is merged into what has ended')
})

t.test('a suspended project stands still and resumes where it stood', async t => {
  const life = told('delivering').given([street, 'check-condition', { tranche: 1, condition: 1, evidence: proof }])
  const before = life.state
  life.given([street, 'suspend', { reason }])
  t.equal(answer(life, member, 'log-activity', activity), 'refused notSuspended')
  t.equal(answer(life, secondStreet, 'prepare-payment', { tranche: 1, amount: AWARD }), 'refused notSuspended')
  life.given([street, 'resume', { reason }])
  t.same(life.state, before)
  const onItsWay = told('paid').given([street, 'suspend', { reason }])
  t.equal(answer(onItsWay, secondFinance, 'reconcile-payment', { tranche: 1, statement: proof }), 'accepted')
  t.equal(answer(onItsWay, street, 'terminate', { reason, proofs: [proof] }), 'accepted', 'it may end')
})

t.test('recovery closes when what is due is returned or waived', async t => {
  const ended = told('paid').given([street, 'terminate', { reason, proofs: [proof] }])
  const due = (amount: number) => ({ due: amount, by: '2026-05-31', reason, calculation: proof })
  t.equal(answer(ended, street, 'terminate', { reason, proofs: [proof] }), 'refused notTerminatedYet')
  t.equal(answer(ended, street, 'demand-recovery', due(AWARD + 1)), 'refused dueWithinPaid')
  ended.given([street, 'demand-recovery', due(500)])
  const returned = (amount: number) => ({ amount, receivedOn: TODAY, bankReference: '1' })
  t.equal(answer(ended, finance, 'record-recovery', returned(501)), 'refused recoveredWithinDue')
  ended.given([finance, 'record-recovery', returned(300)])
  t.equal(answer(ended, bureau, 'close-recovery'), 'refused nothingIsDue')
  ended.given([bureau, 'waive-recovery', { amount: 200, reason, decision: proof }])
  t.equal(answer(ended, secondFinance, 'close-recovery'), 'accepted')
  t.equal(ended.state, 'terminated')

  const underWay = inHalves().given(...paid(1).slice(0, -1), [street, 'terminate', { reason, proofs: [proof] }])
  t.equal(answer(underWay, street, 'demand-recovery', due(0)), 'refused noPaymentUnderWay')
  t.equal(
    answer(underWay, secondStreet, 'prepare-payment', { tranche: 2, amount: half }).includes('notTerminated'),
    true,
  )
})

// ── who is kept apart ───────────────────────────────────────────────────────────────────────────

/** A life in which the command is accepted from whoever may send it, as the walk found it. */
const readyFor = (command: string): { instance: Instance; asked: AnyCommand; today: string } => {
  const found = walked.moments.get(command)
  if (!found) throw new Error(`the walk never sent '${command}'`)
  const instance = { ...blankInstance(microProject as Workflow, PROJECT), data: found.data, value: found.value }
  return { instance: { ...instance, startedOn: TODAY, revision: 9 }, asked: found.command, today: found.today }
}

const decided = (instance: Instance, asked: AnyCommand, today: string, by: Actor): string => {
  const lives = { organisation: register.instance, twin: twin.instance }
  try {
    decide(instance, asked, { actor: by, lives, now: `${today}T04:00:00.000Z`, today })
    return 'accepted'
  } catch (error) {
    if (error instanceof EngineError) return error.code
    throw error
  }
}

const offices = ['community', 'street', 'bureau', 'finance'].map(role => ({ role, place: '420106012' }))
const ofTheFund = { role: 'funder', organisation: idOf(4) }
const everyOffice = [...offices, ofTheFund]
const seat = { role: 'chair', organisation: ORGANISATION }

t.test("nobody handles their own organisation's project", async t => {
  const forbidden =
    `propose-match accept-match-as-need-side commission pass-eligibility fail-eligibility shortlist enter-rank
    settle-objection award sign-agreement-as-street commit-fund check-condition check-matching-share prepare-payment
    approve-payment instruct-payment reconcile-payment visit-site check-activity approve-change grade-mid-term
    close-rectification grade-final record-satisfaction accept-project terminate waive-recovery`.split(/\s+/)
  const own: [string, Actor][] = [
    ['who chairs it', actor(idOf(71), [...everyOffice, seat])],
    ['who chaired it in the life of the project', actor(idOf(72), everyOffice, [{ ...seat, to: TODAY }])],
    ['its treasurer', actor(people.treasurer, everyOffice)],
  ]
  const clean = actor(idOf(74), everyOffice, [{ ...seat, to: '2026-03-04' }])
  for (const command of forbidden) {
    const { instance, asked, today } = readyFor(command)
    for (const [name, by] of own) t.equal(decided(instance, asked, today, by), 'kept-apart', `${command}: ${name}`)
    t.equal(decided(instance, asked, today, clean), 'accepted', `${command}: who left before the need was drafted`)
  }
})

t.test('who did one thing does not do the other', async t => {
  const pairs: [did: string, mayNot: string, same?: string][] = [
    ['MatchAcceptedByOrganisation', 'accept-match-as-need-side'],
    ['ServiceOffered', 'accept-match-as-need-side'],
    ['MatchProposed', 'commission'],
    ['MatchProposed', 'enter-rank'],
    ['MatchProposed', 'award'],
    ['ObjectionNoted', 'settle-objection'],
    ['EligibilityPassed', 'settle-objection'],
    ['EligibilityFailed', 'settle-objection'],
    ['RankEntered', 'settle-objection'],
    ['PaymentPrepared', 'approve-payment', 'tranche'],
    ['PaymentPrepared', 'instruct-payment', 'tranche'],
    ['ConditionChecked', 'approve-payment', 'tranche'],
    ['PaymentInstructed', 'reconcile-payment', 'tranche'],
    ['PaymentConfirmed', 'reconcile-payment', 'tranche'],
    ['MatchingShareRecorded', 'check-matching-share', 'contribution'],
    ['NeedPosted', 'approve-payment'],
    ['MatchProposed', 'approve-payment'],
    ['RankEntered', 'approve-payment'],
    ['Awarded', 'approve-payment'],
    ['Commissioned', 'approve-payment'],
    ['ActivityChecked', 'approve-payment'],
    ['SiteVisited', 'approve-payment'],
    ['MidTermGraded', 'approve-payment'],
    ['RectificationClosed', 'approve-payment'],
    ['FinallyGraded', 'approve-payment'],
    ['ActivityLogged', 'check-activity', 'activity'],
    ['ChangeRequested', 'endorse-change', 'change'],
    ['ChangeRequested', 'approve-change', 'change'],
    ['ChangeRequested', 'reject-change', 'change'],
    ['ChangeEndorsed', 'approve-change', 'change'],
    ['FinallyGraded', 'accept-project'],
    ['RecoveryDemanded', 'waive-recovery'],
    ['MoneyReturned', 'close-recovery'],
    ['RecoveryWaived', 'close-recovery'],
    ['MidTermGraded', 'reopen-mid-term'],
    ['ProjectAccepted', 'reopen-project'],
    // Who may not make an entry does not correct it either, and who proposes a correction does not approve it.
    ['MatchProposed', 'correct-rank'],
    ['MatchProposed', 'approve-rank-correction'],
    ['MatchProposed', 'correct-award'],
    ['MatchProposed', 'approve-award-correction'],
    ['MatchProposed', 'reject-correction'],
    ['ActivityLogged', 'correct-activity-check', 'activity'],
    ['FinallyGraded', 'reopen-project'],
    ['RankCorrectionProposed', 'approve-rank-correction', 'correction'],
    ['AwardCorrectionProposed', 'approve-award-correction', 'correction'],
    ['CommitmentCorrectionProposed', 'approve-commitment-correction', 'correction'],
    ['ConfirmationCorrectionProposed', 'approve-confirmation-correction', 'correction'],
    ['FinalGradeCorrectionProposed', 'approve-final-grade-correction', 'correction'],
    ['DemandCorrectionProposed', 'approve-demand-correction', 'correction'],
    ['ReceiptCorrectionProposed', 'approve-receipt-correction', 'correction'],
  ]
  const officer = actor(idOf(75), everyOffice)
  for (const [did, command, same] of pairs) {
    const { instance, asked, today } = readyFor(command)
    const after = (value: unknown) => ({ ...instance, acts: new Set([actKey(did, officer.person, same, value)]) })
    const value = (asked.data as Record<string, unknown>)[same ?? '']
    t.equal(decided(after(value), asked, today, officer), 'kept-apart', `${did} → ${command}`)
    t.equal(decided(instance, asked, today, officer), 'accepted', `${command} by somebody else`)
    if (same) t.equal(decided(after(99), asked, today, officer), 'accepted', `${command} of another ${same}`)
  }
  const declared = microProject.apart.flatMap(pair =>
    'did' in pair ? pair.did.flatMap(did => pair.mayNot.map(command => `${did} ${command}`)) : [],
  )
  t.same(
    [...new Set(declared)].sort(),
    pairs.map(([did, command]) => `${did} ${command}`).sort(),
    'every pair has its test',
  )
})

t.test('what can be done here, and by whom if not', async t => {
  const { instance } = told('signed')
  const around = { actor: chair, lives: { organisation: register.instance, twin: undefined }, now: '', today: TODAY }
  const said = new Map(explain(instance, around).map(each => [each.command, each]))
  t.match(said.get('start-delivery'), {
    status: 'refused',
    reasons: [{ rule: 'fundIsCommitted', who: ['funder', 'bureau'] }],
  })
  t.match(said.get('commit-fund'), { status: 'refused', because: { code: 'not-permitted' } })
  t.match(said.get('write-proposal'), { status: 'refused', possibleIn: ['running.stage.competition.drafting'] })
  const commits = new Map(explain(instance, { ...around, actor: bureau }).map(each => [each.command, each]))
  t.match(commits.get('commit-fund'), { status: 'depends', on: ['amount'] })
  t.match(commits.get('terminate'), { status: 'allowed' })
})

t.test('who sees a project', async t => {
  const { instance } = told('committed')
  for (const by of [community, street, bureau, finance, chair, member, funder]) t.ok(maySee(instance, by))
  for (const by of [people.otherStreet, resident]) t.notOk(maySee(instance, by))
})

// ── properties ──────────────────────────────────────────────────────────────────────────────────

type Recorded = { type: string; data: unknown }
const everyone = [street, chair, funder, bureau, finance, secondStreet, community, secondFinance, member]

/** One command, chosen among those that the state knows, by the first of the people who is not refused. */
const tellOne = (life: Life, pick: number): Recorded[] => {
  const data = dataOf(life)
  const known = commandsAt(microProject.chart, life.instance.value).filter(
    name => !/withdraw|reject$|merge|terminate/.test(name),
  )
  const tries = known.flatMap(command => inputsFor(command, data).map(({ input = {} }) => [command, input] as const))
  const chosen = tries[pick % tries.length]
  if (!chosen) return []
  for (const by of everyone) {
    const before = structuredClone([life.data, life.state])
    const outcome = life.when(by, ...chosen)
    if ('events' in outcome) return outcome.events
    if (!isDeepStrictEqual([life.data, life.state], before))
      throw new Error(`'${chosen[0]}' was refused and yet changed it`)
  }
  return []
}

t.test('the fold of a history is the state reached, and a refused command changes nothing', async () => {
  const chapters = ['drafted', 'agreed', 'submitted', 'signed', 'delivering', 'evaluating'] as const
  fc.assert(
    fc.property(fc.constantFrom(...chapters), fc.array(fc.nat(), { minLength: 5, maxLength: 25 }), (chapter, picks) => {
      const life = told(chapter)
      const { data: from, revision } = { ...life.instance }
      const history = picks.flatMap(pick => tellOne(life, pick))
      const refolded = history.reduce<unknown>(
        (data, { type, data: event }, index) =>
          microProject.evolve[type]?.(data as never, event as never, {
            person: '',
            recordedAt: '',
            occurredOn: TODAY,
            revision: revision + 1 + index,
          }),
        from,
      )
      return isDeepStrictEqual(life.data, refolded)
    }),
    { numRuns: 60 },
  )
})

t.test('commands that have nothing to do with each other come to the same in any order', async () => {
  const independent = [
    [street, 'visit-site', { on: TODAY, findings: '按计划开展' }],
    [street, 'check-condition', { tranche: 1, condition: 1, evidence: proof }],
    [member, 'log-activity', activity],
    [chair, 'record-matching-share', { amount: 100_000, evidence: proof }],
    [chair, 'request-change', { kind: 'scope', explanation: reason }],
    [secondStreet, 'grade-mid-term', graded('B')],
  ] as const
  const inOrder = (order: readonly (typeof independent)[number][]) => {
    const { data, state } = told('delivering').given(...order)
    return { data, state }
  }
  const expected = inOrder(independent)
  fc.assert(
    fc.property(fc.shuffledSubarray([...independent], { minLength: independent.length }), order =>
      isDeepStrictEqual(inOrder(order), expected),
    ),
    { numRuns: 25 },
  )
})
