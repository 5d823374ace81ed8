/** Why somebody may not judge: each reason for itself, its years, and whoever the judge was before. */
import t from 'tap'
import {
  conflictsBetween,
  type KnownApplicant,
  type KnownJudge,
  type KnownProject,
} from '../../workflows/judging/conflicts.ts'
import { idOf } from '../support/given.ts'

const [JUDGE, DOUBLE, OTHER] = [idOf(1), idOf(2), idOf(3)]
const [APPLICANT, ANOTHER] = [idOf(11), idOf(12)]
const WHEN = { today: '2026-03-05', yearsApart: 3 }

const judge: KnownJudge = { person: JUDGE, doubles: [DOUBLE], posts: [], ties: [] }
const applicant: KnownApplicant = { id: APPLICANT, officers: [{ person: OTHER }], formerOfficers: [] }
const project: KnownProject = { posted: [OTHER], matched: [OTHER] }

type Told = { judge?: Partial<KnownJudge>; applicant?: Partial<KnownApplicant>; project?: Partial<KnownProject> }
const conflicts = (told: Told) =>
  conflictsBetween(
    { ...judge, ...told.judge },
    { ...applicant, ...told.applicant },
    { ...project, ...told.project },
    WHEN,
  )

const post = { id: '1', role: 'member', organisation: APPLICANT, from: '2020-01-01' }
const tie = { organisation: APPLICANT, kind: 'adviser', from: '2020-01-01' } as const

t.test('who has nothing to do with the applicant may judge', async t => {
  t.strictSame(conflicts({}), [])
  t.strictSame(
    conflicts({ judge: { posts: [{ ...post, organisation: ANOTHER }], ties: [{ ...tie, organisation: ANOTHER }] } }),
    [],
  )
})

t.test('whoever posted the need or proposed the match, under any id of theirs', async t => {
  for (const person of [JUDGE, DOUBLE]) {
    t.strictSame(conflicts({ project: { posted: [OTHER, person] } }), ['posted-the-need'])
    t.strictSame(conflicts({ project: { matched: [person] } }), ['proposed-the-match'])
    t.strictSame(conflicts({ applicant: { officers: [{ person }] } }), ['officer'])
  }
})

t.test('office held within the years counts, until the day', async t => {
  const former = (until: string) => conflicts({ applicant: { formerOfficers: [{ person: JUDGE, until }] } })
  t.strictSame(former('2023-03-05'), ['officer'])
  t.strictSame(former('2023-03-04'), [])
})

t.test('a post counts while it lasts, before it begins, and for the years after it', async t => {
  const held = (more: object) => conflicts({ judge: { posts: [{ ...post, ...more }] } })
  t.strictSame(held({}), ['post'])
  t.strictSame(held({ from: '2026-09-01' }), ['post'])
  t.strictSame(held({ to: '2023-03-05' }), ['post'])
  t.strictSame(held({ to: '2023-03-04' }), [])
  t.strictSame(
    held({ to: '2022-01-01', ended: '2026-03-01' }),
    ['post'],
    'an end that is dated back is counted from when it was told',
  )
})

t.test('declared ties count as posts do; a relative’s without an end always', async t => {
  const tied = (more: object) => conflicts({ judge: { ties: [{ ...tie, ...more }] } })
  for (const kind of ['employer', 'post', 'adviser', 'kin']) t.strictSame(tied({ kind }), ['tie'])
  t.strictSame(tied({ to: '2023-03-05' }), ['tie'])
  t.strictSame(tied({ to: '2023-03-04' }), [])
})

t.test('every reason is told', async t => {
  const everything = {
    judge: { posts: [post], ties: [tie] },
    applicant: { officers: [{ person: JUDGE }] },
    project: { posted: [JUDGE], matched: [JUDGE] },
  }
  t.strictSame(conflicts(everything), ['posted-the-need', 'proposed-the-match', 'officer', 'post', 'tie'])
})
