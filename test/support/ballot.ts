/** A ballot's people, its round, and inputs that fit. */
import type { Ballot } from '../../workflows/ballot/data.ts'
import { ballot } from '../../workflows/ballot/index.ts'
import { competitionRound } from '../../workflows/competition-round/index.ts'
import { microProject } from '../../workflows/micro-project/index.ts'
import { organisation } from '../../workflows/organisation.ts'
import { roundPackLife } from '../../workflows/round-pack/index.ts'
import { actor, idOf, type Life, lifeOf, standing, TODAY } from './given.ts'
import { need, people } from './micro-project.ts'
import { district } from './round-packs.ts'

export const [BALLOT, ROUND, PACK] = [idOf(101), idOf(102), idOf(103)]
export const [FIRST, SECOND, THIRD] = [idOf(111), idOf(112), idOf(113)]
export const [GROUP, OTHER_GROUP, PROJECT] = [idOf(121), idOf(122), idOf(123)]
export const [JUDGE, CHAIR, OFFICER] = [idOf(131), idOf(132), idOf(133)]
export const UNTIL = '2026-03-20'

export const itsJudge = actor(JUDGE)
export const panelChair = actor(CHAIR)
export const by = (policy: string) => actor(`system:${policy}`)

const OPENS = by('open-ballots-when-judging-opens')
const ASSIGNS = by('assign-proposals-when-conflicts-declared')
export const SEALS = by('seal-ballots-when-judging-closes')
export const REOPENS = by('reopen-ballots-when-judging-goes-on')
export const REVEALS = by('open-sheets-when-revealed')

export const opening = {
  round: ROUND,
  pack: PACK,
  chair: CHAIR,
  name: 'C03',
  judge: idOf(141),
  person: JUDGE,
  until: UNTIL,
  sitting: 1,
  applicants: [GROUP, OTHER_GROUP],
}
export const none = { organisations: [], none: true }
export const sheets = [
  { proposal: FIRST, project: PROJECT, applicants: [GROUP] },
  { proposal: SECOND, applicants: [OTHER_GROUP] },
  { proposal: THIRD, applicants: [OTHER_GROUP, GROUP] },
]

/** Four fifths of each criterion: no comment is needed. */
export const scores = Object.fromEntries(
  district.rubric.criteria.map(({ id, weight }) => [id, String((weight * 4) / 5)]),
)
export const written = (proposal: string, more: object = {}) => ({
  proposal,
  scores,
  comments: { overall: '需求摸底扎实' },
  ...more,
})

const group = { tier: 'community-managed', field: 'dance', place: '420106012021' }
const named = (id: string, name: string, officer?: string): Life => {
  const life = lifeOf(organisation, id).given([people.community, 'enrol', { ...group, name }])
  return officer
    ? life.given([people.street, 'name-officers', { officers: [{ person: officer, duty: 'chair' }] }])
    : life
}

/** The round while it is judged, its pack, both applicants, and a project whose need somebody posted. */
export const world = (round: object = {}): Life[] => [
  standing(competitionRound, ROUND, { standing: 'judging', judging: { from: TODAY, until: UNTIL }, ...round }),
  standing(roundPackLife, PACK, { pack: district }),
  named(GROUP, '东亭互助队', OFFICER),
  named(OTHER_GROUP, '水果湖邻里社'),
  lifeOf(microProject, PROJECT).given([people.community, 'draft-need', need], [people.community, 'post-need']),
]

export const opened = (around = world()): Life => lifeOf(ballot, BALLOT, around).given([OPENS, 'open-ballot', opening])

/** With all three proposals to score. */
export const scoring = (around = world()): Life =>
  opened(around).given([itsJudge, 'declare-conflicts', none], [ASSIGNS, 'assign-proposals', { sheets }])

export const sheetIn = (life: Life, proposal: string) =>
  (life.data as Ballot).sheets.find(each => each.proposal === proposal)
