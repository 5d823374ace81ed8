/** The chapters that the sample's lives are made of, in the order of the six stages. */
import { paper } from './papers.ts'
import { type Chapter, type Scene, step, type Told, wait } from './step.ts'

const because =
  (reason: string): Told['body'] =>
  () => ({ reason })
const yuan = (amount: number): number => amount * 100

// ── need ────────────────────────────────────────────────────────────────────────────────────────

export const takenIn: Chapter = [step(2, 'street', 'accept-need')]
export const returnedNeed = (reason: string): Chapter => [step(3, 'street', 'return-need', because(reason))]
export const revisedNeed = (addition: string): Chapter => [
  step(1, 'community', 'revise-need', ({ need }) => ({ ...need, detail: `${need.detail}${addition}` })),
]

// ── matchmaking ─────────────────────────────────────────────────────────────────────────────────

const basis = ({ title, organisation, resource }: Scene) => ({
  organisation,
  reasons: [
    { list: 'need', text: `社区需求清单列有“${title}”` },
    { list: 'supply', text: '该组织的服务范围和服务能力与需求相符' },
    ...(resource ? [{ list: 'resource', text: '资源清单中有合适的场地或物资' }] : []),
  ],
  ...(resource && { resource }),
})

export const proposed: Chapter = [step(2, 'community', 'propose-match', basis)]
const theMatch: Told['body'] = () => ({ match: 1 })
export const matched: Chapter = [
  ...proposed,
  step(1, 'chair', 'accept-match-as-organisation', theMatch),
  step(1, 'community', 'accept-match-as-need-side', theMatch),
]
export const turnedDown = (reason: string): Chapter => [
  ...proposed,
  step(3, 'chair', 'decline-match-as-organisation', () => ({ match: 1, reason })),
]
export const turnedDownByCommunity = (match: number, reason: string): Chapter => [
  ...proposed,
  step(2, 'community', 'decline-match-as-need-side', () => ({ match, reason })),
]
/** Asked and never answered, until the match lapses by itself. */
export const unanswered: Chapter = [...proposed, wait(30)]
export const matchWithdrawn = (reason: string): Chapter => [
  step(2, 'community', 'withdraw-match', () => ({ match: 1, reason })),
]
export const offered: Chapter = [
  step(3, 'chair', 'offer-to-serve', basis),
  step(2, 'community', 'accept-match-as-need-side', theMatch),
]
export const takenToFair = (fair: string): Chapter => [
  step(2, 'community', 'take-to-fair', ({ day }) => ({ fair, on: day(10) })),
]
export const leftFair = (reason: string): Chapter => [step(11, 'community', 'leave-fair', because(reason))]
export const commissioned: Chapter = [
  step(2, 'bureau', 'commission', scene => ({
    amount: scene.award,
    reason: '组织在本地服务多年，居民议事会同意直接委托',
    minutes: paper(scene, '委托会议纪要'),
  })),
]

// ── competition ─────────────────────────────────────────────────────────────────────────────────

const entered = step(1, 'street', 'enter-round', ({ day }) => ({
  round: '武昌区社区公益创投大赛',
  submitBy: day(20),
}))
const wrote = (after: number): Told =>
  step(after, 'chair', 'write-proposal', ({ title, lines, award, own }) => ({
    summary: `“${title}”实施方案：服务对象由社区提供名单，组织按月安排活动，公示收支并接受居民评议。`,
    lines,
    requested: award,
    ownShare: own,
  }))
const handedIn = (version: number): Told => step(3, 'chair', 'submit-proposal', () => ({ version }))

export const drafted: Chapter = [entered, wrote(6)]
export const callExtended = (reason: string): Chapter => [
  step(4, 'street', 'extend-call', ({ day }) => ({ submitBy: day(20), reason })),
]
export const proposalWithdrawn = (reason: string): Chapter => [step(4, 'chair', 'withdraw-proposal', because(reason))]
export const applied: Chapter = [...drafted, handedIn(1)]
export const returnedProposal = (...missing: string[]): Chapter => [
  step(3, 'street', 'return-proposal', ({ day }) => ({ version: 1, missing, submitBy: day(10) })),
]
export const appliedAgain: Chapter = [wrote(4), handedIn(2)]
export const eligible = (version = 1): Chapter => [step(4, 'street', 'pass-eligibility', () => ({ version }))]
export const ineligible = (reason: string): Chapter => [
  step(4, 'street', 'fail-eligibility', () => ({ version: 1, reason })),
]
export const appealed: Chapter = [step(3, 'chair', 'appeal-eligibility', because('年检报告已于昨日补交，请复核'))]
export const shortlisted: Chapter = [
  step(3, 'street', 'shortlist', scene => ({ minutes: paper(scene, '入围会议纪要') })),
]
export const leftOff = (reason: string): Chapter => [
  step(3, 'street', 'leave-off-shortlist', scene => ({ reason, minutes: paper(scene, '入围会议纪要') })),
]

type Result = { rank: number; of: number; score: string }
export const ranked = ({ rank, of, score }: Result): Chapter => [
  step(8, 'bureau', 'enter-rank', scene => ({
    rank,
    ranked: of,
    score,
    minutes: paper(scene, `评审会议纪要（得分${score}）`),
  })),
]

/** Five working days and more, whatever holidays lie between: from 23 September 2026 on, fifteen days hold no more than five. */
const PUBLIC_DAYS = 16
export const madePublic: Chapter = [
  step(1, 'street', 'open-publicity', ({ day }) => ({ until: day(PUBLIC_DAYS), where: '社区公示栏和街道公众号' })),
]
/** It closes by itself when its last day is over. */
export const publicised: Chapter = [...madePublic, wait(PUBLIC_DAYS + 1)]

const objected = (statement: string): Chapter => [step(2, 'resident', 'note-objection', () => ({ statement }))]
/** Handed in at the community's counter, a day after it was written. */
export const objectedOnPaper = (statement: string): Chapter => [
  { ...step(2, 'community', 'note-objection', () => ({ statement })), of: 'resident' },
]
const settled = (finding: string, reason: string): Told =>
  step(3, 'secondBureau', 'settle-objection', scene => ({
    objection: 1,
    finding,
    reason,
    minutes: paper(scene, '异议处理纪要'),
  }))
const statementRedacted = step(1, 'street', 'redact-objection', () => ({
  objection: 1,
  reason: '异议内容点名了评委',
}))
/** Publicity runs its full time around the objection. */
export const publicisedDespite = (statement: string, answer: string): Chapter => [
  ...madePublic,
  ...objected(statement),
  settled('rejected', answer),
  wait(PUBLIC_DAYS - 4),
]
export const rankedAnewAfter = (statement: string, answer: string, result: Result): Chapter => [
  ...madePublic,
  ...objected(statement),
  settled('rerank', answer),
  statementRedacted,
  ...ranked(result),
]

export const awarded: Chapter = [
  step(2, 'bureau', 'award', scene => ({ amount: scene.award, minutes: paper(scene, '资助决定') })),
]
export const heldInReserve: Chapter = [step(2, 'bureau', 'hold-in-reserve', because('本轮资金已用完，列为候补第一位'))]
export const declined = (reason: string): Chapter => [step(2, 'bureau', 'decline', because(reason))]
export const throughRound = (result: Result): Chapter => [
  ...applied,
  ...eligible(),
  ...shortlisted,
  ...ranked(result),
  ...publicised,
  ...awarded,
]

// ── funding ─────────────────────────────────────────────────────────────────────────────────────

/** The first money asks for the papers, the last for the results, what lies between for the mid-term grade. */
const conditionsOf = (tranche: number, of: number): string[] => {
  if (tranche === 1) return ['协议已签订', '收款账户已核对']
  return tranche === of ? ['结项报告和决算齐全'] : ['中期评估合格']
}

export const drawnUp: Chapter = [
  step(2, 'street', 'draw-up-agreement', scene => ({
    lines: scene.lines,
    matchingShare: scene.own,
    tranches: scene.tranches.map((amount, index) => ({
      amount,
      conditions: conditionsOf(index + 1, scene.tranches.length),
    })),
    from: scene.day(5),
    until: scene.day(150),
    document: paper(scene, '资助协议'),
  })),
]
export const signedByOrganisation: Chapter = [
  step(1, 'chair', 'sign-agreement-as-organisation', scene => ({ document: paper(scene, '资助协议签字页') })),
]
export const reopened = (reason: string): Chapter => [step(2, 'street', 'reopen-agreement', because(reason))]
export const signed: Chapter = [
  ...drawnUp,
  ...signedByOrganisation,
  step(1, 'street', 'sign-agreement-as-street', scene => ({ document: paper(scene, '资助协议盖章页') })),
]
const committed = step(3, 'funder', 'commit-fund', ({ grant, award }) => ({ ...grant, amount: award }))
export const secured: Chapter = [...signed, committed]
export const funded: Chapter = [...secured, step(2, 'chair', 'start-delivery')]
export const renounced: Chapter = [step(4, 'chair', 'renounce-award', because('主要成员外迁，难以按期实施'))]

const theTranche =
  (tranche: number): Told['body'] =>
  () => ({ tranche })
export const conditionsMet = (tranche: number): Chapter =>
  Array.from({ length: tranche === 1 ? 2 : 1 }, (_, index) =>
    step(0, 'street', 'check-condition', scene => ({
      tranche,
      condition: index + 1,
      evidence: paper(scene, `第${tranche}期拨付条件${index + 1}证明`),
    })),
  )
export const prepared = (tranche: number): Chapter => [
  step(1, 'street', 'prepare-payment', ({ tranches }) => ({ tranche, amount: tranches[tranche - 1] ?? 0 })),
]
const underApproval = (tranche: number): Chapter => [...conditionsMet(tranche), ...prepared(tranche)]
export const paymentReturned = (tranche: number, reason: string): Chapter => [
  step(2, 'finance', 'return-payment', () => ({ tranche, reason })),
]
export const trancheCancelled = (tranche: number, reason: string): Chapter => [
  step(2, 'street', 'cancel-tranche', () => ({ tranche, reason })),
]

const instructed = (tranche: number): Chapter => [
  step(1, 'finance', 'approve-payment', ({ tranches }) => ({ tranche, amount: tranches[tranche - 1] ?? 0 })),
  step(1, 'secondFinance', 'instruct-payment', theTranche(tranche)),
]
export const onItsWay = (tranche: number): Chapter => [...underApproval(tranche), ...instructed(tranche)]
const arrived = (tranche: number): Chapter => [
  step(1, 'secondFinance', 'confirm-payment', ({ day }) => ({
    tranche,
    paidOn: day(),
    bankReference: `${day().replaceAll('-', '')}${String(tranche).padStart(6, '0')}`,
  })),
  step(1, 'finance', 'reconcile-payment', scene => ({ tranche, statement: paper(scene, `第${tranche}期银行对账单`) })),
]
export const paid = (tranche: number): Chapter => [...onItsWay(tranche), ...arrived(tranche)]
export const failed = (tranche: number): Chapter => [
  ...onItsWay(tranche),
  step(2, 'secondFinance', 'fail-payment', () => ({ tranche, reason: '收款账户户名与协议不符，银行退票' })),
]
export const paidAtLast = (tranche: number): Chapter => [
  ...prepared(tranche),
  ...instructed(tranche),
  ...arrived(tranche),
]
export const ownSharePaid: Chapter = [
  step(3, 'chair', 'record-matching-share', scene => ({ amount: scene.own, evidence: paper(scene, '配套投入凭证') })),
  step(2, 'street', 'check-matching-share', () => ({ contribution: 1 })),
]
const paymentsSettled: Chapter = [step(1, 'finance', 'settle-payments')]

// ── delivery ────────────────────────────────────────────────────────────────────────────────────

/** Two people of the organisation take turns in logging, where it has two. */
const activity = (number: number, participants: number): Chapter => [
  step(5, number % 2 === 0 ? 'member' : 'chair', 'log-activity', scene => ({
    on: scene.day(-1),
    what: `${scene.title}第${number}次活动`,
    participants,
    proofs: [paper(scene, `第${number}次活动签到表`), paper(scene, `第${number}次活动照片`)],
  })),
  step(2, 'community', 'check-activity', () => ({
    activity: number,
    finding: 'confirmed',
    findings: '到场抽查，人数与签到表相符',
  })),
]
const guided = step(2, 'street', 'give-guidance', ({ day }) => ({
  on: day(),
  advice: '请把服务对象名单和经费支出同步公示，并留存活动记录',
}))
const visited = step(3, 'community', 'visit-site', scene => ({
  on: scene.day(),
  findings: '现场秩序良好，居民反映服务及时',
  proofs: [paper(scene, '走访记录')],
}))

/** What a visit found told too much of a resident. */
export const toldTooMuch: Chapter = [
  step(2, 'street', 'visit-site', ({ day }) => ({
    on: day(),
    findings: '三栋二单元五楼的独居老人反映上门时间不固定，已与组织当面沟通',
  })),
  step(1, 'street', 'redact-text', ({ last }) => ({
    revision: last,
    field: 'findings',
    reason: '走访情况写明了住户门牌，足以认出本人',
  })),
]

export const begun: Chapter = [...activity(1, 18), guided]
export const midTerm = (grade: 'A' | 'B' | 'C'): Chapter => [
  step(4, 'street', 'grade-mid-term', scene => ({
    grade,
    findings: grade === 'C' ? '活动次数不足约定的一半，台账不全' : '进度和经费使用与协议相符',
    proofs: [paper(scene, '中期评估表')],
  })),
]
export const firstHalf = (grade: 'A' | 'B' | 'C'): Chapter => [...begun, ...activity(2, 24), ...midTerm(grade)]
const completed = step(3, 'chair', 'complete-delivery')
export const secondHalf: Chapter = [visited, ...activity(3, 30), completed]

export const rectifying: Chapter = [
  step(2, 'street', 'open-rectification', ({ day }) => ({
    until: day(20),
    demands: ['补足未开展的活动', '补齐活动台账和签到表'],
  })),
]
export const rectified = (grade: 'B' | 'C'): Chapter => [
  ...rectifying,
  step(12, 'chair', 'report-rectification', scene => ({
    report: '已补办两次活动，台账和签到表已补齐',
    proofs: [paper(scene, '整改报告')],
  })),
  step(3, 'bureau', 'close-rectification', scene => ({
    grade,
    findings: grade === 'C' ? '补办活动无法核实，整改不合格' : '整改到位',
    proofs: [paper(scene, '整改复核表')],
  })),
]

const asks = (change: object | ((scene: Scene) => object)): Told =>
  step(3, 'chair', 'request-change', scene => (typeof change === 'function' ? change(scene) : change))
const decides = (by: Told['by']): Told => step(2, by, 'approve-change', () => ({ change: 1 }))

/** Of the award; above a tenth the funder decides. */
const moves = (percent: number): Told =>
  asks(scene => ({
    kind: 'budget-line',
    explanation: '物资涨价，人员补贴有结余',
    from: 1,
    to: 2,
    amount: Math.round((scene.award * percent) / 100),
  }))
export const movedLittle: Chapter = [moves(5), decides('street')]
export const movedMuch: Chapter = [moves(15), decides('funder')]
export const asksForTime: Chapter = [
  asks(({ day }) => ({ kind: 'schedule', explanation: '梅雨季节室外活动顺延', until: day(120) })),
]
export const givenTime: Chapter = [...asksForTime, decides('community')]
const asksForScope = asks({ kind: 'scope', explanation: '居民希望把活动改到晚间，并增加一处服务点' })
export const rescoped: Chapter = [
  asksForScope,
  step(2, 'street', 'endorse-change', () => ({ change: 1 })),
  decides('funder'),
]
export const scopeRefused: Chapter = [
  asksForScope,
  step(3, 'street', 'reject-change', () => ({ change: 1, reason: '新增服务点与另一项目重复' })),
]

// ── evaluation ──────────────────────────────────────────────────────────────────────────────────

/** A tenth is left of each line: enough for a small move between them. */
const spentOf = ({ lines }: Scene) =>
  lines.map(({ amount }, index) => ({ line: index + 1, amount: Math.floor(amount * 0.9), vouchers: 4 + index }))

export const reported: Chapter = [
  step(6, 'chair', 'submit-final-report', scene => ({
    summary: `“${scene.title}”按协议完成全部活动，居民参与面逐次扩大。`,
    beneficiaries: 92,
    proofs: [paper(scene, '结项报告')],
  })),
]
export const accounted: Chapter = [
  step(2, 'chair', 'submit-accounts', scene => ({ spent: spentOf(scene), proofs: [paper(scene, '决算和凭证')] })),
]
export const reportReturned: Chapter = [
  step(3, 'street', 'return-report', because('结项报告缺少受益人名册，请补充后重新提交')),
]
export const accountsReturned: Chapter = [
  step(3, 'finance', 'return-accounts', because('两张凭证日期早于协议，请更正后重新提交')),
]
const surveyed = step(2, 'community', 'record-satisfaction', scene => ({
  respondents: 60,
  satisfaction: '93.50',
  proofs: [paper(scene, '满意度问卷汇总')],
}))
export const evaluated = (grade: 'A' | 'B'): Chapter => [
  ...reported,
  ...accounted,
  surveyed,
  step(4, 'street', 'grade-final', scene => ({
    grade,
    findings: grade === 'A' ? '超额完成，居民满意度高，建议列入品牌培育' : '按协议完成',
    proofs: [paper(scene, '结项评估表')],
  })),
]
export const evaluatedAnew = (reason: string, grade: 'A' | 'B'): Chapter => [
  step(3, 'secondBureau', 'reopen-evaluation', because(reason)),
  ...evaluated(grade),
]
export const accepted: Chapter = [step(3, 'bureau', 'accept-project')]
export const archived: Chapter = [
  ...paymentsSettled,
  step(3, 'street', 'archive', scene => ({
    manifest: ['资助协议', '结项报告', '决算和凭证', '结项评估表'].map(what => paper(scene, what)),
  })),
]

// ── side exits ──────────────────────────────────────────────────────────────────────────────────

export const withdrawn: Chapter = [step(6, 'community', 'withdraw', because('街道已统一安排，社区撤回需求'))]
export const rejected: Chapter = [step(5, 'street', 'reject', because('不属于社区服务项目范围'))]
export const mergedInto = (need: string): Chapter => [
  step(3, 'street', 'merge', ({ project }) => ({
    into: project(need),
    reason: `与“${need}”服务对象和内容重复，合并办理`,
  })),
]
export const suspended: Chapter = [step(5, 'street', 'suspend', because('活动场地消防检查未通过，暂停实施'))]
export const resumed: Chapter = [step(12, 'street', 'resume', because('场地整改合格，恢复实施'))]

export const terminated = (reason: string): Chapter => [
  step(3, 'bureau', 'terminate', scene => ({ reason, proofs: [paper(scene, '终止决定')] })),
]
export const recoveryDemanded = (due: number): Chapter => [
  step(4, 'street', 'demand-recovery', scene => ({
    due: yuan(due),
    by: scene.day(30),
    reason: '未实施部分对应的资助资金应退回',
    calculation: paper(scene, '清算表'),
  })),
]
export const moneyReturned = (amount: number): Chapter => [
  step(9, 'finance', 'record-recovery', ({ day }) => ({
    amount: yuan(amount),
    receivedOn: day(),
    bankReference: `${day().replaceAll('-', '')}900001`,
  })),
]
export const restWaived = (amount: number): Chapter => [
  step(5, 'secondBureau', 'waive-recovery', scene => ({
    amount: yuan(amount),
    reason: '已支出的场地押金无法退回，经会议决定核销',
    decision: paper(scene, '核销决定'),
  })),
]
export const recoveryClosed: Chapter = [step(2, 'secondFinance', 'close-recovery')]
