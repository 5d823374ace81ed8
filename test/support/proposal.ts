/** A proposal's people, the round that it is handed in to, inputs that fit, and how far a story goes. */

import type { Actor } from '../../engine/definition.ts'
import { competitionRound } from '../../workflows/competition-round/index.ts'
import { digestOf } from '../../workflows/judging/list.ts'
import { microProject } from '../../workflows/micro-project/index.ts'
import { organisation } from '../../workflows/organisation.ts'
import type { Entry, Proposal } from '../../workflows/proposal/data.ts'
import { proposal } from '../../workflows/proposal/index.ts'
import { roundPackLife } from '../../workflows/round-pack/index.ts'
import type { RoundPack } from '../../workflows/round-pack/pack.ts'
import { commitment, round, runners, system, people as theRounds } from './competition-round.ts'
import { actor, idOf, type Life, lifeOf } from './given.ts'
import {
  COMMUNITY,
  chapters,
  need,
  ORGANISATION,
  people as officials,
  PROJECT,
  proof,
  reason,
} from './micro-project.ts'
import { district } from './round-packs.ts'

export const PROPOSAL = idOf(51)
export const ROUND = idOf(52)
export const OTHER_ROUND = idOf(53)
const PACK = idOf(54)
export const JUDGE = idOf(55)
export const ANOTHER = idOf(56)
/** Two organisations that may apply together with the one whose proposal it is; one person chairs both. */
export const PARTNER = idOf(57)
export const SECOND_PARTNER = idOf(58)
const DISTRICT = '420106'

export const people = {
  ...officials,
  panelChair: theRounds.chair,
  observer: theRounds.observer,
  judge: actor(JUDGE),
  partnerChair: actor(idOf(59), [
    { role: 'chair', organisation: PARTNER },
    { role: 'chair', organisation: SECOND_PARTNER },
  ]),
  partnerMember: actor(idOf(60), [{ role: 'member', organisation: PARTNER }]),
}
const { street, bureau, secondBureau, chair, observer } = people

/** As a policy or a deadline sends it. */
export const by = system

// ── the world ───────────────────────────────────────────────────────────────────────────────────

const published = (pack: RoundPack): Life =>
  lifeOf(roundPackLife, PACK).given(
    [bureau, 'draft-pack', { place: DISTRICT, pack }],
    [secondBureau, 'check-pack', { digest: digestOf(pack) }],
    [bureau, 'publish-pack', { basis: '局务会' }],
  )

const opened = (id: string, pack: Life): Life =>
  lifeOf(competitionRound, id, [pack, ...runners()]).given(
    [bureau, 'draft-round', { ...round, pack: PACK }],
    [bureau, 'commit-seed', commitment('organiser')],
    [observer, 'commit-seed', commitment('observer')],
    [bureau, 'open-round'],
  )

const partner = (id: string, name: string): Life =>
  lifeOf(organisation, id).given([
    street,
    'enrol',
    { name, tier: 'community-managed', field: need.field, place: COMMUNITY },
  ])

/** The register, the pack, two open rounds, a project that was sent to the first, and two more organisations. */
export const world = (pack: RoundPack = district): Life[] => {
  const register = lifeOf(organisation, ORGANISATION)
    .later(-365)
    .given(
      [
        street,
        'enrol',
        { name: '东亭邻里互助队', tier: 'filed', filingNumber: '备-1', field: need.field, place: COMMUNITY },
      ],
      [street, 'name-officers', { officers: [{ person: people.treasurer, duty: 'treasurer' }] }],
    )
  const rules = published(pack)
  const rounds = [opened(ROUND, rules), opened(OTHER_ROUND, rules)]
  const project = lifeOf(microProject, PROJECT, [register, ...rounds]).given(
    ...['drafted', 'posted', 'takenIn', 'proposed', 'agreed'].flatMap(
      chapter => chapters[chapter as 'drafted'] as never[],
    ),
    [street, 'join-round', { competition: ROUND }],
  )
  return [register, rules, ...rounds, project, partner(PARTNER, '东亭合唱队'), partner(SECOND_PARTNER, '东亭书画社')]
}
export const roundIn = (lives: readonly Life[], id = ROUND): Life =>
  lives.find(({ instance }) => instance.id === id) as Life

// ── inputs ──────────────────────────────────────────────────────────────────────────────────────

export const draft = { round: ROUND, organisation: ORGANISATION, project: PROJECT, title: '独居老人敲门探访' }
export const version = {
  summary: '每周两次上门探访独居老人，记录居家安全',
  activities: ['每周两次上门探访', '每月一次集体生日会'],
  team: '东亭骨干志愿者八人',
  lines: [
    { item: '志愿者交通补贴', class: 'volunteers', amount: 200_000 },
    { item: '活动物料', class: 'materials', amount: 1_000_000 },
  ],
  requested: 800_000,
  ownShare: 300_000,
  matching: [{ from: '驻区单位赞助', amount: 100_000 }],
  coApplicants: [],
  attachments: [{ file: proof, forJudges: true }],
}
export const result = {
  total: '86.50',
  rank: 3,
  of: 40,
  means: district.rubric.criteria.map(({ id }, n) => ({ criterion: id, mean: `${8 + n}.50` })),
  comments: [],
  objectUntil: '2026-05-06',
}
export const decided = (met = true) => district.applicants.rules.map(({ id }) => ({ rule: id, met, reason }))

// ── a story ─────────────────────────────────────────────────────────────────────────────────────

type Told = readonly [by: Actor, command: string, input?: object]

const chaptersOf = {
  drafted: [[chair, 'draft-proposal', draft]],
  written: [[chair, 'write-version', version]],
  submitted: [[chair, 'submit-version', { version: 1 }]],
  entered: [[by('confirm-proposal-when-entered'), 'confirm-entry', { version: 1 }]],
  eligible: [[street, 'check-eligibility', { version: 1, verdicts: decided() }]],
  opened: [[by('open-proposal-to-its-judge'), 'open-to-judge', { judge: JUDGE }]],
  judged: [[by('give-result-when-publicity-opens'), 'take-result', result]],
  offered: [[by('offer-award-when-decided'), 'offer-award', { amount: 700_000, partial: true }]],
  accepted: [[chair, 'accept-offer', { amount: 700_000 }]],
} satisfies Record<string, readonly Told[]>
export type Chapter = keyof typeof chaptersOf

/** The call is closed and its list settled, with this proposal on it. */
export const settle = (round: Life, entry: object): void => {
  const { proposal: _, ...given } = { proposal: PROPOSAL, ...entry }
  round.given([by('enter-proposal-when-submitted'), 'enter-proposal', { proposal: PROPOSAL, ...given }])
  round.later(27).given([by('deadlines'), 'close-call'], [by('deadlines'), 'settle-list'])
}

/** A proposal told up to the end of a chapter; its round is settled once it is entered. */
export const told = (until: Chapter, lives: readonly Life[] = world()): Life => {
  const life = lifeOf(proposal, PROPOSAL, lives)
  for (const [chapter, commands] of Object.entries(chaptersOf)) {
    life.given(...commands)
    if (chapter === 'entered') {
      const { blind: _, round: __, ...entry } = (life.data as Proposal).entered as Entry
      settle(roundIn(lives), entry)
      life.later(27)
    }
    if (chapter === until) return life
  }
  return life
}
