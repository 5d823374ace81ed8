/** What was entered wrong is said anew: when, by whom, with what following from it; and what no correction can do. */
import t from 'tap'
import type { Actor } from '../engine/definition.ts'
import { type MicroProject, paidOut } from '../workflows/micro-project/data.ts'
import { actor, type Life, TODAY } from './support/given.ts'
import {
  AWARD,
  agreement,
  commitment,
  FUNDER,
  graded,
  ORGANISATION,
  people,
  proof,
  reason,
  told,
} from './support/micro-project.ts'

const { community, street, secondStreet, bureau, secondBureau, finance, secondFinance, chair, member, funder } = people

const answer = (life: Life, by: Actor, command: string, input: object = {}): string => {
  const outcome = life.when(by, command, { reason, ...input })
  return 'refused' in outcome ? [outcome.refused, ...new Set(outcome.unmet)].join(' ') : 'accepted'
}
const decide = (life: Life, by: Actor, command: string, correction = 1, entry: object = {}): string => {
  const outcome = life.when(by, command, { correction, ...entry })
  return 'refused' in outcome ? [outcome.refused, ...new Set(outcome.unmet)].join(' ') : 'accepted'
}
const dataOf = (life: Life): MicroProject => life.data as MicroProject

const prepared = (amount = AWARD): Life =>
  told('delivering').given(
    [street, 'check-condition', { tranche: 1, condition: 1, evidence: proof }],
    [secondStreet, 'prepare-payment', { tranche: 1, amount }],
  )

// ── at once ─────────────────────────────────────────────────────────────────────────────────────

t.test('an amount typed with a nought missing is put right before it is approved, by who may prepare it', async t => {
  const life = prepared(AWARD / 10)
  t.equal(answer(life, finance, 'correct-payment', { tranche: 1, amount: AWARD }), 'not-permitted')
  t.equal(answer(life, street, 'correct-payment', { tranche: 1 }), 'refused correctPaymentSaysWhat')
  t.match(answer(life, street, 'correct-payment', { tranche: 1, amount: AWARD + 1 }), 'correctedWithinTheTranche')
  t.match(answer(life, street, 'correct-payment', { tranche: 2, amount: 1 }), 'correctsPrepared')
  t.equal(answer(life, street, 'correct-payment', { tranche: 1, amount: AWARD }), 'accepted')
  t.match(dataOf(life).tranches[0], { status: 'prepared', paying: AWARD })
  const unseen = { tranche: 1, amount: AWARD / 10 }
  t.match(life.when(finance, 'approve-payment', unseen), { refused: 'refused', unmet: ['approvesTheAmount'] })
})

t.test('whoever corrects a payment is kept from approving it, as whoever prepared it still is', async t => {
  const both: [string, Actor][] = [
    ['who prepared it', actor(secondStreet.person, [{ role: 'finance', place: '420106' }])],
    ['who corrected it', actor(street.person, [{ role: 'finance', place: '420106' }])],
  ]
  const life = prepared(AWARD / 10).given([street, 'correct-payment', { tranche: 1, amount: AWARD, reason }])
  for (const [who, by] of both)
    for (const command of ['approve-payment', 'instruct-payment'])
      t.equal(decideTranche(life, by, command), 'kept-apart', `${who}: ${command}`)
  t.equal(decideTranche(life, finance, 'approve-payment'), 'accepted')
})

const decideTranche = (life: Life, by: Actor, command: string): string => {
  const amount = command === 'approve-payment' ? { amount: dataOf(life).tranches[0]?.paying } : {}
  const outcome = life.when(by, command, { tranche: 1, ...amount })
  return 'refused' in outcome ? outcome.refused : 'accepted'
}

t.test('after approval nothing of a payment can be corrected', async t => {
  const steps = ['approve-payment', 'instruct-payment'] as const
  const life = prepared()
  for (const step of steps) {
    t.equal(decideTranche(life, finance, step), 'accepted')
    t.equal(answer(life, street, 'correct-payment', { tranche: 1, amount: 1 }), 'refused correctsPrepared', step)
  }
  const paid = told('paid')
  t.equal(answer(paid, street, 'correct-payment', { tranche: 1, amount: 1 }), 'refused correctsPrepared')
  t.equal(answer(paid, chair, 'withdraw-match', { match: 1 }), 'not-in-this-state')
  t.equal(answer(paid, bureau, 'correct-commitment', { source: 'special-fund' }), 'refused nothingIsPaid')
  t.equal(paidOut(dataOf(paid)), AWARD)
  t.equal(dataOf(paid).match?.organisation, ORGANISATION, 'the payee stays')
})

t.test('what is corrected after it was checked is checked anew, by somebody else', async t => {
  const checks = { activity: 1, finding: 'confirmed', findings: '属实' }
  const life = told('midTerm')
  t.equal(answer(life, member, 'correct-activity', { activity: 1, on: '2027-01-01' }), 'refused correctedNotAhead')
  t.equal(answer(life, member, 'correct-activity', { activity: 1, participants: 12 }), 'accepted')
  t.same(dataOf(life).activities, ['logged'])
  const corrector = actor(member.person, [{ role: 'community', place: '420106012021' }])
  t.match(life.when(corrector, 'check-activity', checks), { refused: 'kept-apart' })
  life.given([community, 'check-activity', { ...checks, finding: 'unproven' }])
  t.equal(answer(life, community, 'correct-activity-check', { activity: 1, finding: 'confirmed' }), 'accepted')
  t.same(dataOf(life).activities, ['confirmed'])
  const late = told('evaluating')
  t.equal(answer(late, member, 'correct-activity', { activity: 1, participants: 12 }), 'refused activityIsUnderway')
  t.equal(
    answer(late, community, 'correct-activity-check', { activity: 1, finding: 'unproven' }),
    'refused checkIsUnderway',
  )

  const share = told('delivering').given(
    [chair, 'record-matching-share', { amount: 1_000_000, evidence: proof }],
    [street, 'check-matching-share', { contribution: 1 }],
  )
  t.equal(answer(share, chair, 'correct-matching-share', { contribution: 1, amount: 100_000 }), 'accepted')
  t.same(dataOf(share).contributions, [{ amount: 100_000, checked: false }])
  t.match(answer(told('accepted'), chair, 'correct-matching-share', { contribution: 1, amount: 1 }), 'shareNotAccepted')
})

t.test('satisfaction, until the project is graded on it', async t => {
  const input = { satisfaction: '39.50' }
  t.equal(answer(told('gathered'), community, 'correct-satisfaction', input), 'accepted')
  t.match(answer(told('gathered'), community, 'correct-satisfaction', { satisfaction: '100.01' }), 'correctedOfHundred')
  t.match(answer(told('graded'), community, 'correct-satisfaction', input), 'satisfactionIsUngraded')
})

t.test('a mid-term grade or an acceptance is taken back by somebody else, before anything follows from it', async t => {
  const regraded = told('midTerm')
  t.equal(answer(regraded, bureau, 'reopen-mid-term'), 'accepted')
  t.match(dataOf(regraded).midTerm, undefined)
  regraded.given([street, 'grade-mid-term', graded('C')])
  const rectifying = { until: '2026-04-01', demands: ['补充签到'] }
  regraded.given(
    [street, 'open-rectification', rectifying],
    [chair, 'report-rectification', { report: '已补充', proofs: [proof] }],
    [street, 'close-rectification', graded('B')],
  )
  t.equal(answer(regraded, secondBureau, 'reopen-mid-term'), 'refused midTermNotRectified')

  const accepted = told('accepted')
  t.equal(answer(accepted, bureau, 'reopen-project'), 'accepted')
  t.match(accepted.state, { running: { stage: { evaluation: 'graded' } } })
})

// ── with a second person ────────────────────────────────────────────────────────────────────────

const correctedRank = { rank: 2, score: '68.50' }

t.test('a rank is corrected by two, and only until it is public', async t => {
  const life = told('ranked')
  t.equal(answer(life, street, 'correct-rank', { rank: 13 }), 'refused correctedAmongRanked')
  t.equal(answer(life, bureau, 'correct-rank', correctedRank), 'accepted')
  t.match(life.state, { running: { corrections: 'proposed' } })
  t.match(dataOf(life).rank, { rank: 1, score: '86.50' }, 'proposed, it changes nothing')
  t.equal(answer(life, street, 'correct-rank', correctedRank), 'not-in-this-state', 'one waits already')
  t.equal(decide(life, bureau, 'approve-rank-correction'), 'kept-apart')
  t.equal(decide(life, street, 'approve-rank-correction'), 'not-permitted')
  t.equal(decide(life, secondBureau, 'approve-rank-correction', 2), 'refused approveRankCorrectionIsOpen')
  t.equal(decide(life, secondBureau, 'approve-award-correction'), 'refused approveAwardCorrectionIsOpen isAwardedStill')
  t.equal(decide(life, secondBureau, 'approve-rank-correction'), 'accepted')
  t.same(dataOf(life).rank, { rank: 2, ranked: 12, score: '68.50' })
  t.match(life.state, { running: { corrections: 'none' } })
  t.equal(answer(told('public'), bureau, 'correct-rank', correctedRank), 'refused rankIsNotPublic')
})

t.test('what was proposed is judged again when it is approved: meanwhile it was published', async t => {
  const life = told('ranked').given([bureau, 'correct-rank', { ...correctedRank, reason }])
  life.given([street, 'open-publicity', { until: '2026-03-12', where: '社区公示栏' }])
  t.equal(decide(life, secondBureau, 'approve-rank-correction'), 'refused rankIsNotPublicStill')
  t.equal(answer(life, secondBureau, 'reject-correction', { correction: 1 }), 'accepted', 'the way on')
  t.match(dataOf(life).rank, { rank: 1, score: '86.50' })
})

t.test('a rejected proposal does not come back: the next has a number of its own', async t => {
  const life = told('ranked').given(
    [bureau, 'correct-rank', { ...correctedRank, reason }],
    [secondBureau, 'reject-correction', { correction: 1, reason }],
    [bureau, 'correct-rank', { rank: 12, reason }],
  )
  t.equal(decide(life, secondBureau, 'approve-rank-correction', 1), 'refused approveRankCorrectionIsOpen')
  t.equal(answer(life, secondBureau, 'reject-correction', { correction: 1 }), 'refused rejectedCorrectionIsOpen')
  t.equal(decide(life, secondBureau, 'approve-rank-correction', 2), 'accepted')
})

t.test('an award is corrected until the agreement is drawn up on it', async t => {
  const life = told('awarded')
  t.match(answer(life, street, 'correct-award', { amount: AWARD + 1 }), 'correctedWithinRequest')
  t.equal(answer(life, bureau, 'correct-award', { amount: AWARD / 10 }), 'accepted')
  t.equal(decide(life, secondBureau, 'approve-award-correction'), 'accepted')
  t.equal(dataOf(life).award, AWARD / 10)
  const signing = told('signing')
  t.equal(answer(signing, bureau, 'correct-award', { amount: 1 }), 'refused awardIsNotAgreed')
  signing.given([street, 'reopen-agreement', { reason }])
  t.equal(answer(signing, bureau, 'correct-award', { amount: AWARD / 10 }), 'accepted')
  t.equal(decide(signing, secondBureau, 'approve-award-correction'), 'accepted')
  t.match(signing.when(street, 'draw-up-agreement', agreement), { unmet: ['tranchesAddUp', 'agreedLinesAddUp'] })
  t.match(answer(told('signed'), bureau, 'correct-award', { amount: 1 }), 'awardIsNotAgreed')
})

t.test('whoever proposes to correct an award counts as having decided it, and approves no payment of it', async t => {
  const proposer = actor(street.person, [{ role: 'finance', place: '420106' }])
  const life = told('awarded').given(
    [street, 'correct-award', { amount: AWARD / 10, reason }],
    [secondBureau, 'reject-correction', { correction: 1, reason }],
  )
  t.match(life.when(proposer, 'approve-payment', { tranche: 1, amount: AWARD }), { refused: 'kept-apart' })
})

t.test('the source of a fund, until money is on its way from it', async t => {
  const life = told('committed')
  t.equal(answer(life, funder, 'correct-commitment', { source: 'special-fund' }), 'accepted')
  t.equal(decide(life, funder, 'approve-commitment-correction'), 'kept-apart')
  t.equal(decide(life, bureau, 'approve-commitment-correction'), 'accepted')
  t.match(dataOf(life).fund, { ...commitment, funder: FUNDER, source: 'special-fund' })
})

t.test('when and by which transfer it was paid; it stays paid, and is reconciled anew', async t => {
  const life = told('paid').given([secondFinance, 'reconcile-payment', { tranche: 1, statement: proof }])
  t.equal(
    answer(life, finance, 'correct-confirmation', { tranche: 1, paidOn: '2027-01-01' }),
    'refused correctedByToday',
  )
  t.equal(answer(life, finance, 'correct-confirmation', { tranche: 1, bankReference: '20260313000128' }), 'accepted')
  const approve = (by: Actor, tranche = 1) => decide(life, by, 'approve-confirmation-correction', 1, { tranche })
  t.equal(approve(finance), 'kept-apart')
  t.equal(approve(secondFinance, 2), 'refused approveConfirmationCorrectionIsOpen')
  t.equal(approve(secondFinance), 'accepted')
  t.match(dataOf(life).tranches[0], { status: 'paid', paying: AWARD, reconciled: false })
  t.match(life.when(finance, 'reconcile-payment', { tranche: 1, statement: proof }), { refused: 'kept-apart' })
  t.match(life.when(secondFinance, 'reconcile-payment', { tranche: 1, statement: proof }), { events: [{}] })
  const settled = told('settled')
  t.match(answer(settled, finance, 'correct-confirmation', { tranche: 1, bankReference: '1' }), 'paymentsAreOpen')
})

t.test('a final grade, until the project is accepted on it', async t => {
  const life = told('graded')
  t.equal(answer(life, secondStreet, 'correct-final-grade', { grade: 'C' }), 'accepted')
  t.equal(decide(life, bureau, 'approve-final-grade-correction'), 'accepted')
  t.equal(dataOf(life).finalGrade, 'C')
  t.match(life.when(secondStreet, 'accept-project'), { refused: 'kept-apart' }, 'who proposed the grade gave it')
  t.match(answer(told('accepted'), street, 'correct-final-grade', { grade: 'C' }), 'gradeIsNotAccepted')
})

t.test('what is due back and what came back', async t => {
  const due = { due: 500, by: '2026-05-31', reason, calculation: proof }
  const life = told('paid').given(
    [street, 'terminate', { reason, proofs: [proof] }],
    [street, 'demand-recovery', due],
    [finance, 'record-recovery', { amount: 300, receivedOn: TODAY, bankReference: '1' }],
  )
  t.match(answer(life, street, 'correct-demand', { due: 299 }), 'correctedWithinPaid')
  t.match(answer(life, street, 'correct-demand', { due: AWARD + 1 }), 'correctedWithinPaid')
  life.given([street, 'correct-demand', { due: 400, reason }], [bureau, 'approve-demand-correction', { correction: 1 }])
  t.match(answer(life, finance, 'correct-receipt', { receipt: 1, amount: 401 }), 'correctedWithinDue')
  t.match(answer(life, finance, 'correct-receipt', { receipt: 2, amount: 1 }), 'correctsReturned')
  life.given(
    [finance, 'correct-receipt', { receipt: 1, amount: 400, reason }],
    [secondFinance, 'approve-receipt-correction', { correction: 2, receipt: 1 }],
  )
  t.match(dataOf(life).recovery, { due: 400, receipts: [400] })
  t.match(life.when(bureau, 'close-recovery'), { events: [{}] })
})
