/** The inputs that a walk over the micro-project tries: enough to take every transition, few enough to end soon. */
import type { StateValue } from 'xstate'
import { leavesOf } from '../../engine/chart.ts'
import type { MicroProject } from '../../workflows/micro-project/data.ts'
import { TODAY } from './given.ts'
import {
  AWARD,
  activity,
  agreement,
  commitment,
  graded,
  matching,
  need,
  people,
  proof,
  proposal,
  reason,
  spent,
  TWIN,
} from './micro-project.ts'
import { JUDGE, PROPOSAL, ROUND } from './proposal.ts'
import type { Case } from './walk.ts'

const because = [{ input: { reason } }]
const minutes = proof
const proofs = [proof]
const theMatch = ({ match }: MicroProject) => [{ input: { match: match?.number ?? 1, reason } }]
const theMatchAlone = ({ match }: MicroProject) => [{ input: { match: match?.number ?? 1 } }]
const submitted = ({ submitted = 1 }: MicroProject) => ({ version: submitted })
const grades = ['A', 'C'].map(grade => ({ input: graded(grade) }))
/** The tranche whose turn it is. */
const current = ({ tranches }: MicroProject): number =>
  tranches.findIndex(({ status, reconciled }) => !reconciled && status !== 'cancelled') + 1 || 1
const tranche = (data: MicroProject) => [{ input: { tranche: current(data) } }]
const trancheBecause = (data: MicroProject) => [{ input: { tranche: current(data), reason } }]
/** Two tranches, two budget lines, no matching share. */
const twoTranches = {
  ...agreement,
  matchingShare: 0,
  lines: [900_000, 300_000].map(amount => ({ item: '活动支出', amount })),
  tranches: [1, 2].map(() => ({ amount: AWARD / 2, conditions: ['协议已签订'] })),
}
const once = <T>(done: readonly unknown[], cases: readonly T[]): readonly T[] => (done.length === 0 ? cases : [])
const plainChange = { explanation: '服务对象增加' }

/** As far as a proposal is handed in, and each way that leads on from there. */
const stepsAfter = (step: string | undefined): readonly string[] => {
  if (step === undefined) return ['drafted']
  return step === 'drafted' ? ['submitted'] : ['accepted', 'excluded', 'withdrawn', 'cancelled']
}

const theCorrection = ({ corrections }: MicroProject) => [{ input: { correction: corrections.proposed || 1 } }]
const ofEntry =
  (at: string) =>
  ({ corrections }: MicroProject) => [{ input: { correction: corrections.proposed || 1, [at]: 1 } }]
const rejected = ({ corrections }: MicroProject) => [{ input: { correction: corrections.proposed || 1, reason } }]

const inputs: Record<string, (data: MicroProject) => readonly Case[]> = {
  'draft-need': () => [{ input: need }],
  'revise-need': () => [{ input: need }],
  'return-need': () => because,
  'propose-match': ({ matches }) => (matches < 2 ? [{ input: matching }] : []),
  'offer-to-serve': ({ matches }) => (matches < 2 ? [{ input: matching }] : []),
  'accept-match-as-organisation': theMatchAlone,
  'decline-match-as-organisation': theMatch,
  'accept-match-as-need-side': theMatchAlone,
  'decline-match-as-need-side': theMatch,
  'withdraw-match': theMatch,
  'lapse-match': () => [{}],
  'take-to-fair': () => [{ input: { fair: '春季对接会', on: TODAY } }],
  'leave-fair': () => because,
  commission: () => [{ input: { amount: AWARD, reason, minutes } }],
  'enter-round': () => [{ input: { round: '2026年第一轮', submitBy: '2026-06-30' } }],
  'join-round': () => [{ input: { competition: ROUND } }],
  'follow-round': ({ following }) =>
    stepsAfter(following?.step).map(step => ({
      input: { competition: ROUND, proposal: PROPOSAL, step, amount: AWARD },
    })),
  'leave-round': () => because,
  'note-judges': ({ following, judges = [] }) =>
    following ? once(judges, [{ input: { competition: ROUND, judges: [JUDGE], deciders: [] } }]) : [],
  'write-proposal': ({ proposals }) => (proposals.length < 2 ? [{ input: proposal }] : []),
  'submit-proposal': ({ proposals }) => [{ input: { version: proposals.length || 1 } }],
  'withdraw-proposal': () => because,
  'extend-call': ({ round }) =>
    round?.submitBy === '2026-07-31' ? [] : [{ input: { submitBy: '2026-07-31', reason } }],
  'return-proposal': data => [{ input: { ...submitted(data), missing: ['缺少安全预案'], submitBy: '2026-06-30' } }],
  'pass-eligibility': data => [{ input: submitted(data) }],
  'fail-eligibility': data => [{ input: { ...submitted(data), reason } }],
  'appeal-eligibility': () => because,
  shortlist: () => [{ input: { minutes } }],
  'leave-off-shortlist': () => [{ input: { reason, minutes } }],
  'enter-rank': () => [{ input: { rank: 1, ranked: 12, score: '86.50', minutes } }],
  'open-publicity': () => [{ input: { until: '2026-03-12', where: '社区公示栏' } }],
  'note-objection': ({ objections }) => (objections.length < 2 ? [{ input: { statement: '名单有误' } }] : []),
  'settle-objection': ({ objections }) =>
    ['rejected', 'recheck', 'rerank'].map(finding => ({
      input: { objection: objections.indexOf('open') + 1 || 1, finding, reason, minutes },
    })),
  'close-publicity': () => [{ on: '2026-03-13' }],
  award: () => [{ input: { amount: AWARD, minutes } }],
  'hold-in-reserve': () => because,
  decline: () => because,
  'draw-up-agreement': () => [{ input: twoTranches }],
  'renounce-award': () => because,
  'reopen-agreement': () => because,
  'sign-agreement-as-organisation': () => [{ input: { document: proof } }],
  'sign-agreement-as-street': () => [{ input: { document: proof } }],
  'commit-fund': () => [{ input: commitment }],
  'check-condition': data => [{ input: { tranche: current(data), condition: 1, evidence: proof } }],
  'prepare-payment': data => [{ input: { tranche: current(data), amount: AWARD / 2 } }],
  'return-payment': trancheBecause,
  'approve-payment': data => [{ input: { tranche: current(data), amount: AWARD / 2 } }],
  'instruct-payment': tranche,
  'confirm-payment': data => [{ input: { tranche: current(data), paidOn: TODAY, bankReference: '20260305000127' } }],
  'fail-payment': trancheBecause,
  'reconcile-payment': data => [{ input: { tranche: current(data), statement: proof } }],
  'cancel-tranche': trancheBecause,
  'record-matching-share': ({ contributions }) => once(contributions, [{ input: { amount: 1, evidence: proof } }]),
  'check-matching-share': () => [{ input: { contribution: 1 } }],
  'log-activity': ({ activities }) => once(activities, [{ input: activity }]),
  'check-activity': () => [{ input: { activity: 1, finding: 'confirmed', findings: '属实' } }],
  'visit-site': () => [{ input: { on: TODAY, findings: '按计划开展' } }],
  'give-guidance': () => [{ input: { on: TODAY, advice: '完善签到' } }],
  'request-change': ({ changes, activities }) =>
    activities.length > 0
      ? []
      : once(changes, [
          { input: { kind: 'schedule', until: '2027-01-31', ...plainChange } },
          { input: { kind: 'scope', ...plainChange } },
          { input: { kind: 'budget-line', from: 1, to: 2, amount: 100_000, ...plainChange } },
          { input: { kind: 'budget-line', from: 1, to: 2, amount: 500_000, ...plainChange } },
        ]),
  'endorse-change': () => [{ input: { change: 1 } }],
  'approve-change': () => [
    { input: { change: 1 }, by: people.street },
    { input: { change: 1 }, by: people.funder },
  ],
  'reject-change': () => [{ input: { change: 1, reason } }],
  'grade-mid-term': () => grades,
  'open-rectification': () => [{ input: { until: '2026-03-25', demands: ['补充签到记录'] } }],
  'report-rectification': () => [{ input: { report: '已补充', proofs } }],
  'close-rectification': () => [...grades, { input: graded('C'), on: '2026-03-26' }],
  'submit-final-report': () => [{ input: { summary: '完成', beneficiaries: 92, proofs } }],
  'return-report': () => because,
  'submit-accounts': () => [{ input: { spent, proofs } }],
  'return-accounts': () => because,
  'record-satisfaction': () => [{ input: { respondents: 60, satisfaction: '93.50', proofs } }],
  'grade-final': () => grades,
  'reopen-evaluation': () => because,
  archive: () => [{ input: { manifest: proofs } }],
  'redact-objection': () => [{ input: { objection: 1, reason } }],
  'redact-text': () => [{ input: { revision: 0, field: 'title', reason } }],
  withdraw: () => because,
  reject: () => because,
  merge: () => [{ input: { into: TWIN, reason } }],
  suspend: () => because,
  resume: () => because,
  terminate: () => [{ input: { reason, proofs } }],
  'demand-recovery': () => [0, 1].map(due => ({ input: { due, by: '2026-04-30', reason, calculation: proof } })),
  'record-recovery': () => [{ input: { amount: 1, receivedOn: TODAY, bankReference: '20260305000128' } }],
  'correct-payment': data => [{ input: { tranche: current(data), amount: AWARD / 2, reason } }],
  'correct-matching-share': () => [{ input: { contribution: 1, amount: 1, reason } }],
  'correct-activity': () => [{ input: { activity: 1, participants: 12, reason } }],
  'correct-activity-check': () => [{ input: { activity: 1, finding: 'confirmed', reason } }],
  'correct-satisfaction': () => [{ input: { satisfaction: '39.50', reason } }],
  'correct-rank': () => [{ input: { score: '68.50', reason } }],
  'correct-award': () => [{ input: { amount: AWARD, reason } }],
  'correct-commitment': () => [{ input: { source: 'special-fund', reason } }],
  'correct-confirmation': () => [{ input: { tranche: 1, paidOn: '2026-03-04', reason } }],
  'correct-final-grade': () => [{ input: { grade: 'A', reason } }],
  'correct-demand': () => [{ input: { due: 1, reason } }],
  'correct-receipt': () => [{ input: { receipt: 1, bankReference: '20260305000129', reason } }],
  'approve-confirmation-correction': ofEntry('tranche'),
  'approve-receipt-correction': ofEntry('receipt'),
  'reject-correction': rejected,
  'reopen-mid-term': () => because,
  'reopen-project': () => because,
  'note-resource-refused': ({ match }) => [{ input: { match: match?.number ?? 1, resource: TWIN, why: 'taken' } }],
  'take-in-duplicate': () => [{ input: { project: TWIN } }],
  'waive-recovery': () => [{ input: { amount: 1, reason, decision: proof } }],
}

/** Every input that could fit where the data stand like this; a command that is not here takes none. */
export const inputsFor = (command: string, data: MicroProject): readonly Case[] =>
  (inputs[command] ?? (approves(command) ? theCorrection : () => [{}]))(data)

const approves = (command: string): boolean => /^approve-.*-correction$/.test(command)

const inPayments = new Set(Object.keys(inputs).filter(name => /payment|tranche|condition|matching-share/.test(name)))

const paymentsMatter = (command: string, at: string): boolean =>
  at.includes('delivery.underway') || (at.includes('recovery') && /confirm|fail/.test(command))

/** Payments, changes and suspension are tried where little else has happened: all their mixtures would never end. */
export const casesFor = (command: string, data: MicroProject, value: StateValue): readonly Case[] => {
  const at = leavesOf(value).join(' ')
  const quiet = data.activities.length === 0 && data.changes.length === 0 && data.midTerm === undefined
  const untouched = data.tranches.every(({ status, conditions }) => status === 'planned' && !conditions[0]?.checked)
  if (at.includes('corrections.proposed')) return /correction$/.test(command) ? inputsFor(command, data) : []
  if (/^correct-/.test(command) && at.includes('standing.suspended')) return []
  if (/correct-(commitment|confirmation)/.test(command) && !(quiet && at.includes('delivery.underway'))) return []
  if (inPayments.has(command) && !(quiet && paymentsMatter(command, at))) return []
  if (/suspend|request-change/.test(command) && !(quiet && untouched)) return []
  if (command === 'record-matching-share' && !(untouched || data.settled)) return []
  return inputsFor(command, data)
}

/** What tells two states of one value apart in a walk: only what the stage they stand in still asks about. */
export const keyOf = (data: MicroProject, value: StateValue): unknown => {
  const at = leavesOf(value).join(' ')
  if (/stage\.(need|matchmaking)/.test(at)) return data.matches
  if (/stage\.competition/.test(at)) return competitionKey(data)
  return [
    data.corrections.open?.command,
    data.tranches.map(trancheKey),
    data.contributions,
    data.activities,
    data.changes,
    data.finalGrade,
    data.recovery,
  ]
}

const competitionKey = (data: MicroProject): unknown => {
  const { proposals, submitted, appealed, round, following, objections, corrections } = data
  return [
    proposals.length,
    submitted,
    appealed,
    round?.submitBy,
    following?.step,
    objections,
    corrections.open?.command,
  ]
}

const trancheKey = ({ status, conditions, reconciled }: MicroProject['tranches'][number]): unknown => [
  status,
  conditions.map(({ checked }) => checked),
  reconciled,
]
