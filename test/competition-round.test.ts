/** A round of the venture competition: its way through, who may what, and every way of its chart. */
import t from 'tap'
import { nodesOf } from '../engine/chart.ts'
import type { Actor } from '../engine/definition.ts'
import { initialValue } from '../engine/machine.ts'
import { grantedBy, seenAs } from '../engine/permission.ts'
import type { CompetitionRound } from '../workflows/competition-round/data.ts'
import { competitionRound } from '../workflows/competition-round/index.ts'
import {
  applicantOf,
  ballotSealed,
  type Chapter,
  chapters,
  dataOf,
  judge,
  people,
  proposalOf,
  ROUND,
  system,
  told,
} from './support/competition-round.ts'
import { casesFor, keyOf, smallPack } from './support/competition-round-cases.ts'
import type { Life } from './support/given.ts'
import { everyWay, walk } from './support/walk.ts'

// ── the chart, walked ───────────────────────────────────────────────────────────────────────────

const REGISTERED = { standing: 'active', posts: [], doubles: [] }

/** By the rules of a pack: what becomes of a seed that is not revealed is its choice. */
const walkedUnder = (unrevealedSeed: 'draw-without' | 'commit-anew') =>
  walk<CompetitionRound>(
    {
      workflow: competitionRound,
      id: ROUND,
      by: people.bureau,
      consulted: {
        pack: { pack: smallPack(unrevealedSeed), standing: 'published', digest: '0'.repeat(64) },
        chair: REGISTERED,
        observer: REGISTERED,
        judge: { person: judge(1).person, standing: 'active', outside: true, fields: ['elders-and-orphans'] },
      },
      cases: casesFor,
      key: keyOf,
    },
    { data: competitionRound.start as CompetitionRound, value: initialValue(competitionRound.machine) },
  )

t.test('a walk over real decisions reaches every state and takes every transition', async t => {
  const walks = [walkedUnder('draw-without'), walkedUnder('commit-anew')]
  t.comment(`${walks.map(({ states }) => states).join(' and ')} states`)
  const [nodes, ways] = [new Set(walks.flatMap(w => [...w.nodes])), new Set(walks.flatMap(w => [...w.ways]))]
  t.same(
    nodesOf(competitionRound.chart).flatMap(({ path }) => (nodes.has(path) ? [] : [path])),
    [],
    'states never reached',
  )
  t.same(
    everyWay(competitionRound).filter(way => !ways.has(way)),
    [],
    'transitions never taken',
  )
})

// ── the way through ─────────────────────────────────────────────────────────────────────────────

t.test('a round goes from its draft to the archive', async t => {
  const life = told('archived')
  t.equal(life.state, 'archived')
  const data = dataOf(life)
  t.match(
    data.publications[0]?.list.map(({ rank, proposal, outcome, amount }) => ({ rank, proposal, outcome, amount })),
    [
      { rank: 1, proposal: proposalOf(1), outcome: 'award', amount: 1_000_000 },
      { rank: 2, proposal: proposalOf(2), outcome: 'award', amount: 1_000_000 },
      { rank: 3, proposal: proposalOf(3), outcome: 'partial', amount: 500_000 },
      { rank: 4, proposal: proposalOf(4), outcome: 'reserve', amount: 0 },
    ],
  )
})

// ── who sees what ───────────────────────────────────────────────────────────────────────────────

const seenBy = (life: Life, by: Actor): string =>
  JSON.stringify(competitionRound.shows(life.data as never, seenAs(life.instance, by), life.data as never))
const holdsAny = (text: string, ids: readonly string[]): boolean => ids.some(id => text.includes(id))

const APPLICANTS = [1, 2, 3, 4].map(applicantOf)
const PEOPLE = [people.chair, people.observer, ...[1, 2, 3, 4, 5, 6, 7].map(judge)].map(({ person }) => person)

t.test('until publicity nobody but the offices learns who submitted, and nobody else who judges', async t => {
  const chaptersBefore = Object.keys(chapters).slice(0, Object.keys(chapters).indexOf('public')) as Chapter[]
  for (const chapter of chaptersBefore) {
    const life = told(chapter)
    for (const by of [people.resident, people.observer, judge(1), people.otherBureau])
      t.notOk(holdsAny(seenBy(life, by), [...APPLICANTS, ...PEOPLE]), `${chapter}: a stranger, the observer, a judge`)
    t.notOk(holdsAny(seenBy(life, people.chair), APPLICANTS), `${chapter}: the chair of the panel`)
    const entered = dataOf(life).entries.length > 0
    t.equal(holdsAny(seenBy(life, people.bureau), APPLICANTS), entered, `${chapter}: the office`)
  }
})

t.test('scores show to chair and bureau after the reveal, to anybody as the list has them', async t => {
  const total = dataOf(told('counted')).tally?.results[0]?.total as string
  for (const chapter of ['counted', 'ranked'] as const) {
    const life = told(chapter)
    for (const by of [people.chair, people.bureau]) t.ok(seenBy(life, by).includes(total), chapter)
    for (const by of [people.resident, people.street, judge(2)]) t.notOk(seenBy(life, by).includes(total), chapter)
  }
  const published = told('public')
  t.ok(seenBy(published, people.resident).includes(total))
  t.ok(holdsAny(seenBy(published, people.resident), APPLICANTS))
  t.notOk(seenBy(published, people.resident).includes('"dropped"'), 'single sheets stay with chair and bureau')
})

t.test('which ballots are sealed, and who owes a sheet, is seen by the chair alone', async t => {
  const life = told('scored')
  const [first] = dataOf(life).panel
  const owed = { ...ballotSealed(first?.name ?? ''), submitted: [proposalOf(1)] }
  life.given([system('note-sealed-when-ballot-sealed'), 'note-sealed', owed])
  t.match(JSON.parse(seenBy(life, people.chair)), { missing: [{ proposal: proposalOf(2) }, {}, {}] })
  for (const by of [people.bureau, people.resident, judge(1)]) t.notOk(seenBy(life, by).includes('"missing"'))
})

t.test('of most events strangers see that there was one, and not what it says', async t => {
  const life = told('archived')
  const lets = (type: string) =>
    grantedBy(life.instance, competitionRound.confidential[type] ?? [{ anyone: true }], people.resident) !== undefined
  t.strictSame(
    Object.keys(competitionRound.events)
      .filter(type => !lets(type))
      .sort(),
    [
      'BallotNoted',
      'BonusNoted',
      'ChairReplaced',
      'Deliberated',
      'EligibilityNoted',
      'EligibilityReopened',
      'EntryCompleted',
      'EntryWithdrawn',
      'InvitationAnswered',
      'JudgeInvited',
      'JudgeReplaced',
      'MissingVoided',
      'ObjectionTakenUp',
      'OfferAnswered',
      'OfficersNoted',
      'ProposalEntered',
      'ProposalExcluded',
      'RankingSettled',
      'RescoringOpened',
      'RoundDrafted',
      'RoundRevised',
      'SealNoted',
      'SheetsVoided',
      'TallyRecorded',
      'VoteRecorded',
    ],
  )
})
