/** A micro-project's people, inputs that fit, and how far a story goes. */
import { hash } from 'node:crypto'
import type { Actor } from '../../engine/definition.ts'
import { microProject } from '../../workflows/micro-project/index.ts'
import { organisation } from '../../workflows/organisation.ts'
import { actor, idOf, type Life, lifeOf, TODAY } from './given.ts'

export const PROJECT = idOf(1)
export const TWIN = idOf(2)
export const ORGANISATION = idOf(3)
export const FUNDER = idOf(4)
const DISTRICT = '420106'
const STREET = '420106012'
export const COMMUNITY = '420106012021'

const office = (n: number, role: string, place: string): Actor => actor(idOf(n), [{ role, place }])
export const people = {
  community: office(11, 'community', COMMUNITY),
  street: office(12, 'street', STREET),
  secondStreet: office(13, 'street', STREET),
  bureau: office(14, 'bureau', DISTRICT),
  secondBureau: office(15, 'bureau', DISTRICT),
  finance: office(16, 'finance', STREET),
  secondFinance: office(17, 'finance', DISTRICT),
  otherStreet: office(18, 'street', '420106010'),
  chair: actor(idOf(21), [{ role: 'chair', organisation: ORGANISATION }]),
  member: actor(idOf(22), [{ role: 'member', organisation: ORGANISATION }]),
  funder: actor(idOf(23), [{ role: 'funder', organisation: FUNDER }]),
  resident: actor(idOf(24)),
  /** An officer of the organisation by its register, without a post in it. */
  treasurer: idOf(25),
}
const { community, street, secondStreet, finance, secondFinance, chair, member, funder } = people

/** What `upload` of `./service.ts` sends unless told otherwise. */
export const proof = { name: '证明.txt', sha256: hash('sha256', '证明.txt（测试）', 'hex') }
export const reason = '经集体讨论决定'
const minutes = proof
const proofs = [proof]

export const need = {
  title: '独居老人敲门探访',
  category: 'charity',
  field: 'elders-and-orphans',
  place: COMMUNITY,
  beneficiaries: 86,
  budget: 1_200_000,
  detail: '每周两次上门探访独居老人',
}
export const matching = { organisation: ORGANISATION, reasons: [{ list: 'supply', text: '驻地在本社区' }] }
export const AWARD = 1_200_000
export const proposal = {
  summary: '每周两次上门探访',
  lines: [
    { item: '志愿者交通补贴', amount: 1_000_000 },
    { item: '宣传材料', amount: 300_000 },
  ],
  requested: AWARD,
  ownShare: 100_000,
}
export const agreement = {
  lines: proposal.lines,
  matchingShare: 100_000,
  tranches: [{ amount: AWARD, conditions: ['协议已签订'] }],
  from: '2026-04-01',
  until: '2026-12-31',
  document: proof,
}
export const commitment = {
  funder: FUNDER,
  source: 'charity-fund',
  channel: 'venture-competition',
  amount: AWARD,
}
export const activity = { on: TODAY, what: '上门探访二十一户', participants: 21, proofs }
export const graded = (grade: string) => ({ grade, findings: '资料齐全', proofs })
export const spent = [{ line: 1, amount: 800_000, vouchers: 8 }]

type Told = readonly [by: Actor, command: string, input?: object]

/** One project's way to its archive, in chapters. */
export const chapters = {
  drafted: [[community, 'draft-need', need]],
  posted: [[community, 'post-need']],
  takenIn: [[street, 'accept-need']],
  proposed: [[community, 'propose-match', matching]],
  agreed: [
    [chair, 'accept-match-as-organisation', { match: 1 }],
    [community, 'accept-match-as-need-side', { match: 1 }],
  ],
  entered: [[street, 'enter-round', { round: '2026年第一轮', submitBy: '2026-06-30' }]],
  submitted: [
    [chair, 'write-proposal', proposal],
    [chair, 'submit-proposal', { version: 1 }],
  ],
  ranked: [
    [street, 'pass-eligibility', { version: 1 }],
    [street, 'shortlist', { minutes }],
    [street, 'enter-rank', { rank: 1, ranked: 12, score: '86.50', minutes }],
  ],
  public: [[street, 'open-publicity', { until: '2026-03-12', where: '社区公示栏' }]],
} satisfies Record<string, readonly Told[]>

export const afterPublicity = {
  awarded: [
    [street, 'close-publicity'],
    [street, 'award', { amount: AWARD, minutes }],
  ],
  signing: [[secondStreet, 'draw-up-agreement', agreement]],
  signed: [
    [chair, 'sign-agreement-as-organisation', { document: proof }],
    [street, 'sign-agreement-as-street', { document: proof }],
  ],
  committed: [[funder, 'commit-fund', commitment]],
  delivering: [[chair, 'start-delivery']],
  paid: [
    [street, 'check-condition', { tranche: 1, condition: 1, evidence: proof }],
    [secondStreet, 'prepare-payment', { tranche: 1, amount: AWARD }],
    [finance, 'approve-payment', { tranche: 1, amount: AWARD }],
    [finance, 'instruct-payment', { tranche: 1 }],
    [finance, 'confirm-payment', { tranche: 1, paidOn: '2026-03-13', bankReference: '20260313000127' }],
  ],
  midTerm: [
    [member, 'log-activity', activity],
    [community, 'check-activity', { activity: 1, finding: 'confirmed', findings: '属实' }],
    [street, 'grade-mid-term', graded('A')],
  ],
  evaluating: [[chair, 'complete-delivery']],
  gathered: [
    [chair, 'submit-final-report', { summary: '完成全部探访', beneficiaries: 92, proofs }],
    [chair, 'submit-accounts', { spent, proofs }],
    [community, 'record-satisfaction', { respondents: 60, satisfaction: '93.50', proofs }],
  ],
  graded: [[street, 'grade-final', graded('A')]],
  accepted: [
    [chair, 'record-matching-share', { amount: 100_000, evidence: proof }],
    [street, 'check-matching-share', { contribution: 1 }],
    [secondStreet, 'accept-project'],
  ],
  settled: [
    [secondFinance, 'reconcile-payment', { tranche: 1, statement: proof }],
    [finance, 'settle-payments'],
  ],
  archived: [[secondStreet, 'archive', { manifest: proofs }]],
} satisfies Record<string, readonly Told[]>

export type Chapter = keyof typeof chapters | keyof typeof afterPublicity

/** The organisation, on the register with a treasurer, and a project that others may be merged into. */
export const world = (): Life[] => [
  lifeOf(organisation, ORGANISATION).given(
    [street, 'enrol', { name: '东亭邻里互助队', tier: 'community-managed', field: need.field, place: COMMUNITY }],
    [street, 'name-officers', { officers: [{ person: people.treasurer, duty: 'treasurer' }] }],
  ),
  lifeOf(microProject, TWIN).given(...chapters.drafted),
]

/** A project told up to the end of a chapter, in its own order. */
export const told = (until: Chapter, lives: readonly Life[] = world()): Life => {
  const life = lifeOf(microProject, PROJECT, lives)
  for (const [chapter, commands] of Object.entries(chapters)) {
    life.given(...commands)
    if (chapter === until) return life
  }
  life.later(8)
  for (const [chapter, commands] of Object.entries(afterPublicity)) {
    life.given(...commands)
    if (chapter === until) return life
  }
  return life
}
