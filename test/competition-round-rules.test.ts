/** What a round refuses, and why: durations, packs, seeds, the close to the millisecond, gaps, ties, decisions, late conflicts. */
import t, { type Test } from 'tap'
import type { Actor } from '../engine/definition.ts'
import { activePanel, type CompetitionRound } from '../workflows/competition-round/data.ts'
import { competitionRound } from '../workflows/competition-round/index.ts'
import { listDigest } from '../workflows/competition-round/results.ts'
import { judge as judgeLifecycle } from '../workflows/judge.ts'
import { person } from '../workflows/person/index.ts'
import {
  applicantOf,
  ballotSealed,
  type Chapter,
  CLOSES,
  commitment,
  dataOf,
  entry,
  judge,
  minutes,
  packLife,
  people,
  proposalOf,
  ROUND,
  reason,
  registered,
  round,
  runners,
  seeds,
  system,
  tallyOf,
  told,
  votes,
  world,
} from './support/competition-round.ts'
import { actor, idOf, type Life, lifeOf, standing } from './support/given.ts'

const { bureau, chair } = people
const enter = system('enter-proposal-when-submitted')
const seal = system('note-sealed-when-ballot-sealed')
const count = system('record-tally-when-sheets-open')
const answers = system('note-offer-answer-when-answered')
const hears = system('tell-round-when-objection-filed')
const takesUp = system('take-up-objection-when-decided')

const answer = (life: Life, by: Actor, command: string, input: object = {}): string => {
  const outcome = life.when(by, command, input)
  return 'refused' in outcome ? [outcome.refused, ...new Set(outcome.unmet)].join(' ') : 'accepted'
}
type Case = [what: string, life: Life, by: Actor, command: string, input: object, expected: string]
const tried = (t: Test, cases: readonly Case[]): void => {
  for (const [what, life, by, command, input, expected] of cases)
    t.equal(answer(life, by, command, input), expected, what)
}

const stateOf = (life: Life): unknown => life.state
const rankedIn = (life: Life) => dataOf(life).tally?.results.map(({ proposal, rank }) => [proposal, rank])
const recounted = (life: Life): Life => life.given([count, 'record-tally', tallyOf(dataOf(life))])

const retired = (): Life => packLife().given([bureau, 'retire-pack', { reason }])

// ── the call ────────────────────────────────────────────────────────────────────────────────────

t.test('a round is drafted and opened under a published pack, for as long as that says', async t => {
  const revised = (more: object) => told('committed').given([bureau, 'revise-round', { ...round, ...more }])
  tried(t, [
    [
      'chair and observer in one',
      told('drafted'),
      bureau,
      'revise-round',
      { ...round, chair: round.observer },
      'refused revisedForTwoPeople',
    ],
    ['elsewhere', told('drafted'), bureau, 'revise-round', { ...round, place: '420102' }, 'refused staysInPlace'],
    [
      'another observer once there is a seed',
      told('committed'),
      bureau,
      'revise-round',
      { ...round, observer: idOf(9) },
      'refused observerStaysOnceCommitted',
    ],
    ['no seeds', told('drafted'), bureau, 'open-round', {}, 'refused bothPartiesHaveCommitted'],
    ['twenty days', revised({ closesOn: '2026-03-25' }), bureau, 'open-round', {}, 'accepted'],
    ['nineteen days', revised({ closesOn: '2026-03-24' }), bureau, 'open-round', {}, 'refused callIsLongEnough'],
    ['forty-two days', revised({ closesOn: '2026-04-16' }), bureau, 'open-round', {}, 'accepted'],
    ['forty-three days', revised({ closesOn: '2026-04-17' }), bureau, 'open-round', {}, 'refused callIsShortEnough'],
    [
      'no such pack',
      told('committed', runners()),
      bureau,
      'open-round',
      {},
      'refused packIsPublished packFitsThePlace',
    ],
    [
      'a pack that was retired',
      told('committed', [retired(), ...runners()]),
      bureau,
      'open-round',
      {},
      'refused packIsPublished',
    ],
    [
      'nobody registered',
      told('committed', [packLife()]),
      bureau,
      'open-round',
      {},
      'refused chairMayAct observerMayAct',
    ],
    ['the office of another district', told('committed'), people.otherBureau, 'open-round', {}, 'outside-your-place'],
    ['extended within the pack', told('opened'), bureau, 'extend-call', { closesOn: '2026-04-16', reason }, 'accepted'],
    [
      'beyond it',
      told('opened'),
      bureau,
      'extend-call',
      { closesOn: '2026-04-17', reason },
      'refused extendsWithinPack',
    ],
    ['back', told('opened'), bureau, 'extend-call', { closesOn: '2026-03-29', reason }, 'refused extendsForward'],
    ['closed before its day is over', told('opened'), bureau, 'close-call', {}, 'refused callIsOver'],
  ])
})

t.test('seeds are committed by two people for two parties, and revealed as they were', async t => {
  const other = { commitment: commitment('observer').commitment }
  tried(t, [
    ['one party twice', told('committed'), people.secondBureau, 'commit-seed', other, 'refused partyCommitsOnce'],
    [
      'before the matrix',
      told('screened'),
      bureau,
      'reveal-seed',
      { seed: seeds.organiser },
      'refused matrixIsRecorded',
    ],
    [
      'another seed',
      told('compared'),
      bureau,
      'reveal-seed',
      { seed: seeds.observer },
      'refused seedFitsItsCommitment',
    ],
    ['once', told('revealed'), bureau, 'reveal-seed', { seed: seeds.organiser }, 'refused revealsItsOwn'],
    ['drawn without them', told('compared'), bureau, 'draw-panel', {}, 'refused seedsAreKnown'],
    [
      'the matrix once a seed is known',
      told('revealed'),
      system('record-matrix-when-screening-finished'),
      'record-matrix',
      { matrix: matrixOf(dataOf(told('revealed'))) },
      'refused noSeedIsKnown',
    ],
  ])
  const lost = { party: 'observer', reason }
  t.equal(answer(told('drafted'), chair, 'commit-seed', commitment('organiser')), 'not-permitted')
  const inOffice = actor(chair.person, bureau.posts)
  t.equal(answer(told('drafted'), inOffice, 'commit-seed', commitment('organiser')), 'refused partiesAreTwoPeople')
  tried(t, [
    ['left out by who holds the other', told('compared').later(4), bureau, 'forfeit-seed', lost, 'not-permitted'],
    [
      'on the last day to reveal it',
      told('compared').later(3),
      chair,
      'forfeit-seed',
      lost,
      'refused packDrawsWithout daysToRevealAreOver anotherSeedIsKnown',
    ],
  ])
  const anew = told('compared').later(4).given([chair, 'forfeit-seed', lost])
  t.equal(stateOf(anew), 'screening')
  t.strictSame(dataOf(anew).seeds, [], 'by this pack all commit anew')
  t.equal(answer(anew, bureau, 'finish-screening'), 'refused bothPartiesHaveCommitted')
})

const matrixOf = ({ judges }: CompetitionRound) =>
  judges.map(({ name, outside, fields }) => ({ name, outside, fields, mayNot: [] }))

t.test(
  'whether there is a panel at all is found before a seed is known; after that nobody goes back to screening',
  async t => {
    const back = { reason }
    const unfit = () => {
      const life = told('screened')
      const matrix = matrixOf(dataOf(life)).map(each => ({ ...each, mayNot: [1, 2, 3, 4].map(proposalOf) }))
      return life.given([system('record-matrix-when-screening-finished'), 'record-matrix', { matrix }])
    }
    const first = told('compared').given([bureau, 'reveal-seed', { seed: seeds.organiser }])
    tried(t, [
      ['no seed is known', told('compared'), bureau, 'return-to-screening', back, 'accepted'],
      ['one is', first, bureau, 'return-to-screening', back, 'refused nothingIsDrawnYet'],
      ['both are', told('revealed'), bureau, 'return-to-screening', back, 'refused nothingIsDrawnYet'],
      ['there is no panel', unfit(), bureau, 'reveal-seed', { seed: seeds.organiser }, 'refused panelExists'],
      ['so that more are invited', unfit(), bureau, 'return-to-screening', back, 'accepted'],
    ])
    const withdrawn = told('revealed').given([
      system('withdraw-entry-when-proposal-withdrawn'),
      'withdraw-entry',
      { proposal: proposalOf(2) },
    ])
    const drawOf = (life: Life) => dataOf(life.given([bureau, 'draw-panel'])).draw
    t.strictSame(drawOf(withdrawn), drawOf(told('revealed')), 'nor does who withdraws change what is drawn')
  },
)

t.test('what arrived before the close is in the list, to the millisecond, whenever it is recorded', async t => {
  const at = (arrivedAt: string) => entry(7, { arrivedAt })
  const [last, first] = [at('2026-03-30T15:59:59.999Z'), at('2026-03-30T16:00:00.000Z')]
  tried(t, [
    ['the last instant', told('entered'), enter, 'enter-proposal', last, 'accepted'],
    ['the next', told('entered'), enter, 'enter-proposal', first, 'refused arrivedInTime'],
    ['recorded after the close', told('closed'), enter, 'enter-proposal', last, 'accepted'],
    ['recorded while screening', told('settled'), enter, 'enter-proposal', last, 'accepted'],
    ['late, while screening', told('settled'), enter, 'enter-proposal', first, 'refused isListed arrivedInTime'],
    ['while drawing', told('compared'), enter, 'enter-proposal', last, 'accepted'],
    ['once the panel is drawn', told('drawn'), enter, 'enter-proposal', last, 'not-in-this-state'],
    ['the same version again', told('entered'), enter, 'enter-proposal', entry(1), 'refused versionIsLater'],
    ['a later version', told('entered'), enter, 'enter-proposal', entry(1, { version: 2 }), 'accepted'],
  ])
  const many = told('entered').given([enter, 'enter-proposal', entry(8, { applicant: applicantOf(1) })])
  const third = entry(9, { applicant: applicantOf(1) })
  t.equal(answer(many, enter, 'enter-proposal', third), 'refused applicantHasRoom', 'as many as the pack allows')
})

t.test('a late record amends the list, and takes the draw back', async t => {
  const life = told('revealed')
  const before = dataOf(life).list
  life.given([enter, 'enter-proposal', entry(7)])
  t.equal(stateOf(life), 'screening')
  const { list, seeds: bound, matrix } = dataOf(life)
  t.match([list?.proposals, bound, matrix], [5, [], undefined])
  t.not(list?.digest, before?.digest)
})

t.test('a call is reopened as long as nothing is drawn', async t => {
  const life = told('checked').given([bureau, 'reopen-call', { closesOn: '2026-04-20', reason }])
  t.equal(stateOf(life), 'open')
  life.given([enter, 'enter-proposal', entry(7, { arrivedAt: '2026-04-10T04:00:00.000Z' })])
  life.later(21).given([system('deadlines'), 'close-call'], [system('deadlines'), 'settle-list'])
  const { list, entries } = dataOf(life)
  t.match([list?.proposals, entries.map(({ eligible }) => eligible)], [5, [true, true, true, true, undefined]])
  t.equal(answer(told('screened'), bureau, 'reopen-call', { closesOn: '2026-04-20', reason }), 'not-in-this-state')
})

const noting = system('note-eligibility-when-decided')
const rechecking = system('note-recheck-when-eligibility-reopened')
const verdict = { proposal: proposalOf(1), eligible: false, overridden: [] }
const again = { proposal: proposalOf(1) }

t.test('a proposal that is checked again has no verdict meanwhile, and screening waits for one', async t => {
  const life = told('invited').given([rechecking, 'note-recheck', again])
  t.equal(dataOf(life).entries[0]?.eligible, undefined)
  t.equal(answer(life, rechecking, 'note-recheck', again), 'refused verdictWasNoted')
  t.match(answer(life, bureau, 'finish-screening'), 'everyEntryIsChecked')
  t.equal(answer(told('screened'), rechecking, 'note-recheck', again), 'accepted', 'no seed is known yet')
  const reopened = told('checked').given([bureau, 'reopen-call', { closesOn: '2026-04-20', reason }])
  t.equal(answer(reopened, noting, 'note-eligibility', verdict), 'accepted', 'also where the call is open once more')
})

t.test(
  'once a seed is known no verdict throws the draw away, and later only what an objection asked for is noted',
  async t => {
    const matrix = dataOf(told('screened')).judges.map(({ name, outside, fields }) => ({
      ...{ name, outside, fields, mayNot: [] },
    }))
    const known = told('screened').given(
      [system('record-matrix-when-screening-finished'), 'record-matrix', { matrix }],
      [bureau, 'reveal-seed', { seed: seeds.organiser }],
    )
    t.equal(answer(known, noting, 'note-eligibility', verdict), 'refused verdictLeavesTheDraw')
    t.equal(answer(known, rechecking, 'note-recheck', again), 'refused verdictLeavesTheDraw')
    t.match(dataOf(known).seeds, [{ seed: seeds.organiser }, {}])
    t.equal(answer(told('judging'), noting, 'note-eligibility', verdict), 'refused isBeingChecked')
    const stranger = { ...verdict, proposal: idOf(404) }
    t.equal(answer(told('judging'), noting, 'note-eligibility', stranger), 'refused checkedStandsInTheList')
  },
)

// ── judging ─────────────────────────────────────────────────────────────────────────────────────

t.test('a chair who is away is replaced by the bureau, by somebody with no part in the round', async t => {
  const deputy = actor(idOf(118))
  const double = actor(idOf(120))
  const around = [...world(), registered(deputy), ...withPosts(), joined(double, judge(3).person)]
  const replace = (life: Life, who: string, by = bureau) => answer(life, by, 'replace-chair', { chair: who, reason })
  for (const chapter of ['opened', 'closed', 'screened', 'drawn', 'sealed', 'counted', 'public', 'awarded'] as const)
    t.equal(replace(told(chapter, around), deputy.person), 'accepted', chapter)
  for (const chapter of ['committed', 'archived'] as const)
    t.equal(replace(told(chapter, around), deputy.person), 'not-in-this-state', chapter)
  const life = told('judging', around)
  t.equal(replace(life, chair.person), 'refused newChairIsAnother')
  t.equal(replace(life, people.observer.person), 'refused newChairIsAnother')
  const second = actor(idOf(121), bureau.posts)
  const byAnother = answer(life, second, 'replace-chair', { chair: bureau.person, reason })
  t.match(byAnother, 'newChairIsAnother', 'who holds a seed would declare the other one not revealed')
  t.equal(replace(life, judge(3).person), 'refused newChairJudgesNothing')
  t.equal(replace(life, double.person), 'refused newChairJudgesNothing', 'a judge under another record')
  t.equal(replace(life, BELONGS.member), 'refused newChairIsNoApplicants')
  t.equal(replace(life, BELONGS.left), 'refused newChairIsNoApplicants', 'who left since the call opened')
  t.equal(replace(life, BELONGS.long), 'accepted', 'who left before')
  t.equal(replace(life, idOf(9)), 'refused newChairMayAct')
  const officers = told('judging', around).given([
    system('note-officers-when-round-moves-on'),
    'note-officers',
    { people: [deputy.person, judge(3).person] },
  ])
  t.equal(replace(officers, deputy.person), 'refused newChairIsNoApplicants', 'an officer of one')
  t.match(replace(officers, double.person), 'newChairIsNoApplicants', 'and under another record')
  t.equal(replace(life, deputy.person, { ...bureau, person: deputy.person }), 'refused newChairIsNotTheSender')
  t.equal(replace(life, deputy.person, { ...bureau, doubles: [deputy.person] }), 'refused newChairIsNotTheSender')
  const member = actor(idOf(121), [...bureau.posts, { role: 'member', organisation: applicantOf(2) }])
  t.equal(replace(life, deputy.person, member), 'refused belongsToNoApplicant')
  for (const by of [chair, people.street]) t.match(replace(life, deputy.person, by), /not-permitted|outside-your-place/)
})

/** Who has, or had, a post in an applicant of the round. */
const BELONGS = { member: idOf(119), left: idOf(122), long: idOf(123) }
const withPosts = (): Life[] => {
  const post = { id: '1', role: 'member', organisation: applicantOf(2), from: '2020-01-01' }
  const holding = (id: string, held: object) =>
    standing(person, id, { standing: 'active', posts: [{ ...post, ...held }], doubles: [] })
  return [
    holding(BELONGS.member, {}),
    holding(BELONGS.left, { to: '2026-03-05' }),
    holding(BELONGS.long, { to: '2026-03-04' }),
  ]
}
/** A record into which another went. */
const joined = (who: Actor, double: string): Life =>
  standing(person, who.person, { standing: 'active', posts: [], doubles: [double] })

t.test('who chairs now does what is the chair’s; who did before neither chairs nor judges', async t => {
  const [deputy, third] = [actor(idOf(118)), actor(idOf(124))]
  const around = [...world(), registered(deputy), registered(third)]
  const replaced = (chapter: Chapter, ...chairs: Actor[]) =>
    chairs.reduce(
      (life, { person: who }) => life.given([bureau, 'replace-chair', { chair: who, reason }]),
      told(chapter, around),
    )
  const scored = replaced('ballots', deputy)
  t.equal(answer(scored, chair, 'close-judging'), 'not-permitted')
  t.equal(answer(scored, deputy, 'close-judging'), 'accepted')
  t.equal(answer(replaced('counted', deputy, third), deputy, 'settle-ranking'), 'not-permitted')
  t.equal(answer(replaced('counted', deputy, third), third, 'settle-ranking'), 'accepted')
  t.equal(answer(replaced('counted', deputy, chair), chair, 'settle-ranking'), 'accepted', 'who has come back')
  const pool = (who: Actor): Life =>
    standing(judgeLifecycle, idOf(480), { person: who.person, standing: 'active', outside: true, fields: [] })
  const invite = (...chairs: Actor[]) => {
    const life = lifeOf(competitionRound, ROUND, [...around, pool(chair)])
    life.instance.value = 'screening'
    life.instance.data = dataOf(replaced('settled', ...chairs))
    return answer(life, bureau, 'invite-judge', { judge: idOf(480) })
  }
  t.equal(invite(), 'refused judgeRunsNothing')
  t.equal(invite(deputy, third), 'refused judgeRunsNothing')
  const shown = dataOf(replaced('sealed', deputy, third))
  t.strictSame([shown.chair, shown.formerChairs], [third.person, [chair.person, deputy.person]])
})

t.test('a missing sheet blocks until somebody decides', async t => {
  const life = told('scored')
  const [first, ...others] = activePanel(dataOf(life))
  const name = first?.name ?? ''
  for (const each of others) life.given([seal, 'note-sealed', ballotSealed(each.name)])
  t.match(life.state, { judging: 'sealing' })
  life.given([seal, 'note-sealed', { ...ballotSealed(name), submitted: [1, 2, 3].map(proposalOf) }])
  t.match(life.state, { judging: 'sealed' })
  tried(t, [
    ['revealed with a gap', life, chair, 'reveal-sheets', {}, 'refused noSheetIsMissing'],
    ['by the office', life, bureau, 'reveal-sheets', {}, 'not-permitted'],
    [
      'what is not missing',
      life,
      chair,
      'void-missing',
      { name, proposal: proposalOf(1), reason },
      'refused sheetIsMissing',
    ],
    ['declared void', life, chair, 'void-missing', { name, proposal: proposalOf(4), reason }, 'accepted'],
    ['revealed', life, chair, 'reveal-sheets', {}, 'accepted'],
  ])
})

t.test('who belongs to an applicant that withdrew before anybody read of it is in nobody’s way', async t => {
  const member = actor(chair.person, [{ role: 'member', organisation: applicantOf(1) }])
  const withdraws = system('withdraw-entry-when-proposal-withdrawn')
  const life = (chapter: 'sealed' | 'public') =>
    told(chapter).given([withdraws, 'withdraw-entry', { proposal: proposalOf(1) }])
  t.equal(answer(life('sealed'), member, 'reveal-sheets'), 'accepted')
  const counted = recounted(life('public'))
  t.equal(answer(counted, member, 'settle-ranking'), 'refused belongsToNoApplicant', 'once it stood in a public list')
})

t.test('whoever belongs to an applicant does not run the judging, also after they left it', async t => {
  const organisation = applicantOf(1)
  const seats = [{ role: 'member', organisation }]
  const left = [{ role: 'chair', organisation, to: '2026-04-01' }]
  const years = [{ role: 'chair', organisation, to: '2022-04-01' }]
  const reveals = (by: Actor) => answer(told('sealed'), by, 'reveal-sheets')
  t.equal(reveals(actor(chair.person, seats)), 'refused belongsToNoApplicant')
  t.equal(reveals(actor(chair.person, [], left)), 'refused belongsToNoApplicant')
  t.equal(reveals(actor(chair.person, [], years)), 'accepted', 'long before the round')
})

t.test('votes on several ties are recorded one after the other, without waiting for the count', async t => {
  const life = told('unsealed')
  const [first, second] = [[1, 2].map(proposalOf), [3, 4].map(proposalOf)]
  const tally = { ...tallyOf(dataOf(life)), openTies: [first, second] }
  life.given([count, 'record-tally', tally])
  const vote = (order: unknown) => ({ order, votes, minutes })
  life.given([chair, 'record-vote', vote(first)])
  t.strictSame(stateOf(life), { tally: 'counting' })
  tried(t, [
    ['of no tie', life, chair, 'record-vote', vote([1, 3].map(proposalOf)), 'refused votesOnATie'],
    ['the second', life, chair, 'record-vote', vote(second), 'accepted'],
  ])
  life.given([chair, 'record-vote', vote(second)])
  t.equal(answer(life, count, 'record-tally', tally), 'refused nothingCameSince', 'counted with both')
})

t.test('whoever belongs to an applicant runs nothing of the round, from the call to the money', async t => {
  const member = { role: 'member', organisation: applicantOf(2) }
  const own = actor(bureau.person, [...bureau.posts, member])
  const tries: [Chapter, string, object][] = [
    ['entered', 'extend-call', { closesOn: '2026-04-12', reason }],
    ['entered', 'cancel-round', { reason }],
    ['closed', 'reopen-call', { closesOn: '2026-05-12', reason }],
    ['closed', 'settle-list', {}],
    ['checked', 'invite-judge', { judge: judge(9).person }],
    ['invited', 'finish-screening', {}],
    ['compared', 'return-to-screening', { reason }],
    ['compared', 'reveal-seed', { seed: seeds.organiser }],
    ['drawn', 'open-judging', {}],
    ['ranked', 'open-publicity', { where: '区民政局网站' }],
    ['public', 'cancel-round', { reason }],
    ['answered', 'add-to-fund', { amount: 100_000, reason }],
  ]
  for (const [chapter, command, input] of tries) {
    t.match(answer(told(chapter), own, command, input), /^refused .*belongsToNoApplicant/, `${command} when ${chapter}`)
    t.notMatch(answer(told(chapter), bureau, command, input), /belongsToNoApplicant/, `somebody else: ${command}`)
  }
  t.equal(answer(told('answered'), own, 'archive'), 'accepted', 'that all is over anybody of the office may say')
})

t.test('whoever belongs to an applicant voids nobody’s sheets, wherever the round has got to', async t => {
  const member = { role: 'member', organisation: applicantOf(2) }
  const own = actor(bureau.person, [...bureau.posts, member])
  for (const chapter of ['unsealed', 'counted', 'public', 'awarded'] as const) {
    const life = told(chapter)
    const input = { name: activePanel(dataOf(life))[0]?.name, proposal: proposalOf(1), reason }
    t.equal(answer(life, own, 'void-sheets', input), 'refused belongsToNoApplicant', chapter)
    t.equal(answer(life, bureau, 'void-sheets', input), 'accepted', chapter)
  }
})

t.test(
  'whoever is an officer of an applicant by the register runs no judging either, under whatever id they acted',
  async t => {
    const notes = system('note-officers-when-round-moves-on')
    const noted = (chapter: Chapter) =>
      told(chapter).given([notes, 'note-officers', { people: [chair.person, bureau.person] }])
    const barred = 'refused belongsToNoApplicant'
    const life = noted('sealed')
    const { name } = activePanel(dataOf(life))[0] ?? {}
    const voids = { name, proposal: proposalOf(1), reason }
    tried(t, [
      ['draws', noted('revealed'), bureau, 'draw-panel', {}, barred],
      ['closes judging', noted('ballots'), chair, 'close-judging', {}, barred],
      [
        'its day closes it all the same',
        noted('ballots').later(30),
        system('deadlines'),
        'close-judging',
        {},
        'accepted',
      ],
      ['extends it', noted('ballots'), chair, 'extend-judging', { until: '2026-05-30', reason }, barred],
      ['reveals', life, chair, 'reveal-sheets', {}, barred],
      ['voids sheets', noted('counted'), bureau, 'void-sheets', voids, barred],
      ['settles the ranking', noted('counted'), chair, 'settle-ranking', {}, barred],
      [
        'lets awards stand',
        noted('ranked'),
        bureau,
        'let-awards-stand',
        { reason, minutes },
        `${barred} awardsWereDecided`,
      ],
      ['the office beside them', noted('counted'), people.secondBureau, 'void-sheets', voids, 'accepted'],
    ])
    const merged = { ...actor(idOf(119)), doubles: [chair.person] }
    const asChair = noted('counted')
    asChair.instance.data = { ...dataOf(asChair), chair: merged.person }
    t.equal(answer(asChair, merged, 'settle-ranking'), barred, 'noted under an earlier id')
  },
)

t.test('officers are noted from screening to the awards, and whoever was noted once stays', async t => {
  const notes = system('note-officers-when-round-moves-on')
  const [one, two, three] = [idOf(801), idOf(802), idOf(803)]
  for (const chapter of [
    'settled',
    'screened',
    'judging',
    'sealed',
    'counted',
    'ranked',
    'public',
    'awarded',
  ] as const) {
    const life = told(chapter)
    const before = life.state
    life.given([notes, 'note-officers', { people: [two, one] }], [notes, 'note-officers', { people: [three, two] }])
    t.strictSame([dataOf(life).officers, life.state], [[one, two, three], before], chapter)
    t.equal(answer(life, notes, 'note-officers', { people: [one, three] }), 'refused namesSomebodyNew', chapter)
    t.equal(answer(life, bureau, 'note-officers', { people: [idOf(804)] }), 'not-permitted', chapter)
  }
})

t.test('a reserve takes the place of a judge, with time to score', async t => {
  const life = told('sealed')
  const [leaving] = activePanel(dataOf(life))
  const name = leaving?.name
  t.equal(answer(life, chair, 'replace-judge', { name, reason }), 'refused newJudgeHasTime')
  life.given([chair, 'replace-judge', { name, until: '2026-05-30', reason }])
  t.match(life.state, { judging: 'scoring' })
  const { panel, seals } = dataOf(life)
  t.match([panel.length, activePanel(dataOf(life)).length, seals], [6, 5, []])
  t.equal(answer(life, chair, 'close-judging'), 'refused everyBallotIsThere')
})

t.test('before the reveal nobody learns who has submitted by voiding a sheet', async t => {
  const recuses = system('void-sheets-when-judge-recuses-late')
  const life = told('scored')
  const [first, ...others] = activePanel(dataOf(life))
  const name = first?.name ?? ''
  for (const each of others) life.given([seal, 'note-sealed', ballotSealed(each.name)])
  const sealing = 'refused isARecusalBeforeTheReveal'
  const of = (n: number) => ({ name, proposal: proposalOf(n), reason })
  t.equal(answer(life, bureau, 'void-sheets', of(4)), sealing, 'while the ballots are sealed')
  life.given([seal, 'note-sealed', { ...ballotSealed(name), submitted: [1, 2, 3].map(proposalOf) }])
  for (const by of [bureau, chair])
    for (const input of [of(1), of(4), { name, reason }, { name: 'C99', reason }])
      t.equal(answer(life, by, 'void-sheets', input), sealing)
  t.equal(answer(life, recuses, 'void-sheets', of(4)), 'refused sheetCounts')
  t.equal(answer(life, recuses, 'void-sheets', of(1)), 'accepted')
})

t.test('what was declared void for want of a sheet is owed again where judging goes on', async t => {
  const life = told('scored')
  const [first, ...others] = activePanel(dataOf(life))
  const name = first?.name ?? ''
  const sealed = () => {
    for (const each of others) life.given([seal, 'note-sealed', ballotSealed(each.name)])
    life.given([seal, 'note-sealed', { ...ballotSealed(name), submitted: [1, 2, 3].map(proposalOf) }])
  }
  sealed()
  life.given(
    [chair, 'void-missing', { name, proposal: proposalOf(4), reason }],
    [chair, 'extend-judging', { until: '2026-05-30', reason }],
  )
  t.strictSame(dataOf(life).voids, [])
  life.given([chair, 'close-judging'])
  sealed()
  t.equal(answer(life, chair, 'reveal-sheets'), 'refused noSheetIsMissing')
})

t.test('judging is closed early by the chair, and by nobody else', async t => {
  tried(t, [
    ['the clock, too early', told('ballots'), system('deadlines'), 'close-judging', {}, 'refused judgingMayClose'],
    ['the clock', told('ballots').later(21), system('deadlines'), 'close-judging', {}, 'accepted'],
    ['the chair', told('ballots'), chair, 'close-judging', {}, 'accepted'],
    ['a judge', told('ballots'), judge(1), 'close-judging', {}, 'not-permitted'],
  ])
})

// ── the tally ───────────────────────────────────────────────────────────────────────────────────

t.test('a late conflict voids the sheets, is counted again, and says what that changed', async t => {
  const life = told('awarded')
  const [first] = activePanel(dataOf(life))
  const before = rankedIn(life)
  life.given([chair, 'void-sheets', { name: first?.name, proposal: proposalOf(1), reason }])
  t.match(life.state, { tally: 'counting' })
  recounted(life)
  const { tally } = dataOf(life)
  t.equal(tally?.number, 2)
  t.strictSame(rankedIn(life), before)
  t.strictSame(tally?.changes, { ranks: [], awards: [], paid: [] }, 'four sheets alike: nothing moves')
  life.given([chair, 'settle-ranking'], [bureau, 'let-awards-stand', { reason, minutes }])
  t.equal(stateOf(life), 'awarded')
})

t.test('what a tally was counted with must still stand', async t => {
  const life = told('counted')
  const stale = tallyOf(dataOf(life))
  const [first] = activePanel(dataOf(life))
  life.given([chair, 'void-sheets', { name: first?.name, proposal: proposalOf(1), reason }])
  tried(t, [
    ['settled meanwhile', life, chair, 'settle-ranking', {}, 'not-in-this-state'],
    ['counted before', life, count, 'record-tally', stale, 'refused nothingCameSince'],
    [
      'of fewer proposals',
      life,
      count,
      'record-tally',
      { ...tallyOf(dataOf(life)), results: [] },
      'refused tallyIsOfTheCandidates',
    ],
    ['counted now', life, count, 'record-tally', tallyOf(dataOf(life)), 'accepted'],
  ])
})

t.test('a proposal without its quorum blocks, until it is scored again or withheld', async t => {
  const life = told('counted')
  for (const { name } of activePanel(dataOf(life)).slice(0, 3))
    life.given([chair, 'void-sheets', { name, proposal: proposalOf(1), reason }])
  recounted(life)
  t.equal(answer(life, chair, 'settle-ranking'), 'refused nothingBlocks')
  const decision = { proposal: proposalOf(1), decision: 'withhold', votes, minutes, reasons: reason }
  tried(t, [
    [
      'by half of them',
      life,
      chair,
      'deliberate',
      { ...decision, votes: { for: 2, against: 2, abstained: 0 } },
      'refused decisionCarries',
    ],
    [
      'by all who came, fewer than half of the panel',
      life,
      chair,
      'deliberate',
      { ...decision, votes: { for: 2, against: 0, abstained: 0 } },
      'refused decisionCarries',
    ],
    [
      'by more than there are',
      life,
      chair,
      'deliberate',
      { ...decision, votes: { for: 6, against: 0, abstained: 0 } },
      'refused decisionCarries',
    ],
    [
      'by three of five',
      life,
      chair,
      'deliberate',
      { ...decision, votes: { for: 3, against: 0, abstained: 0 } },
      'accepted',
    ],
    ['by most of them', life, chair, 'deliberate', decision, 'accepted'],
    ['then', life, chair, 'settle-ranking', {}, 'accepted'],
  ])
  const settled = dataOf(life).settled?.find(({ proposal }) => proposal === proposalOf(1))
  t.match(settled, { outcome: 'declined', amount: 0, why: 'quorum' })
})

t.test('a decision in deliberation changes an outcome, never a score or a rank', async t => {
  const outcomes = (life: Life) => dataOf(life).settled?.map(({ outcome, amount }) => [outcome, amount])
  const decided = (decision: string, n: number) =>
    told('counted').given(
      [chair, 'deliberate', { proposal: proposalOf(n), decision, votes, minutes, reasons: reason }],
      [chair, 'settle-ranking'],
    )
  const plain = told('ranked')
  for (const [decision, n, expected] of [
    [
      'withhold',
      1,
      [
        ['declined', 0],
        ['award', 1_000_000],
        ['award', 1_000_000],
        ['partial', 500_000],
      ],
    ],
    [
      'reserve',
      2,
      [
        ['award', 1_000_000],
        ['reserve', 0],
        ['award', 1_000_000],
        ['partial', 500_000],
      ],
    ],
    [
      'prefer',
      4,
      [
        ['award', 1_000_000],
        ['partial', 500_000],
        ['reserve', 0],
        ['award', 1_000_000],
      ],
    ],
  ] as const) {
    const life = decided(decision, n)
    t.strictSame(outcomes(life), expected, decision)
    t.strictSame(dataOf(life).tally?.results, dataOf(plain).tally?.results)
  }
})

// ── publicity and awards ────────────────────────────────────────────────────────────────────────

t.test('the list is public for its working days, and as long as an objection is open', async t => {
  const life = told('public')
  const [shown] = dataOf(life).publications
  t.equal(shown?.digest, listDigest(ROUND, 1, shown?.list ?? []))
  life.given([hears, 'note-objection', { objection: idOf(701) }])
  t.equal(answer(life, system('deadlines'), 'close-publicity'), 'refused publicityIsOver noObjectionIsOpen')
  life.later(8)
  t.equal(answer(life, system('deadlines'), 'close-publicity'), 'refused noObjectionIsOpen')
  life.given([takesUp, 'take-up-objection', { objection: idOf(701), effect: 'none' }])
  t.equal(answer(life, system('close-publicity-when-objection-settled'), 'close-publicity'), 'accepted')
})

t.test('an upheld objection excludes, and the changed list is public for all its days again', async t => {
  const life = told('public').given([hears, 'note-objection', { objection: idOf(701) }])
  life
    .later(5)
    .given([takesUp, 'take-up-objection', { objection: idOf(701), effect: 'exclude', proposal: proposalOf(1), reason }])
  recounted(life).given([chair, 'settle-ranking'])
  t.match(dataOf(life).tally?.changes.awards, [
    { proposal: proposalOf(1), before: 1_000_000, after: 0 },
    { proposal: proposalOf(3), before: 500_000, after: 1_000_000 },
    { proposal: proposalOf(4), before: 0, after: 500_000 },
  ])
  t.equal(answer(life, bureau, 'open-publicity', { where: '网站' }), 'refused isPublishedFirst')
  life.given([bureau, 'publish-again', { where: '网站' }])
  const [first, second] = dataOf(life).publications
  t.ok((second?.until ?? '') > (first?.until ?? ''))
  t.match(second?.list.at(-1), { proposal: proposalOf(1), rank: null, excluded: 'objection' })
})

t.test('an objection to a proposal that has left is closed and changes nothing', async t => {
  const life = told('public').given(
    [hears, 'note-objection', { objection: idOf(701) }],
    [system('withdraw-entry-when-proposal-withdrawn'), 'withdraw-entry', { proposal: proposalOf(4) }],
  )
  const taken = { objection: idOf(701), effect: 'exclude', proposal: proposalOf(4), reason }
  t.equal(answer(life, takesUp, 'take-up-objection', taken), 'accepted')
  t.match(dataOf(life), { objections: [{ open: false }], entries: [{}, {}, {}, { out: 'withdrawn' }] })
})

t.test('the reserve list moves up by itself, when an offer is declined or the fund grows', async t => {
  const offers = (life: Life) => dataOf(life).entries.map(({ offer }) => [offer?.amount, offer?.answer])
  const declined = told('awarded').given([answers, 'note-offer-answer', { proposal: proposalOf(1), accepted: false }])
  t.strictSame(
    offers(declined),
    [
      [1_000_000, 'declined'],
      [1_000_000, undefined],
      [1_000_000, undefined],
      [500_000, undefined],
    ],
    'who was offered a part comes before the reserve list',
  )
  const [, , before = [0]] = offers(told('awarded'))
  const late = { proposal: proposalOf(3), accepted: true, amount: before[0] }
  t.strictSame(
    offers(declined.given([answers, 'note-offer-answer', late])).slice(2),
    [
      [before[0], 'accepted'],
      [1_000_000, undefined],
    ],
    'a raise that came too late is free again, and goes on down the ranks',
  )
  const grown = told('awarded').given([bureau, 'add-to-fund', { amount: 600_000, reason }])
  t.strictSame(offers(grown).at(-1), [undefined, undefined], 'what is added goes to the partial award first')
  tried(t, [
    [
      'answered twice',
      declined,
      answers,
      'note-offer-answer',
      { proposal: proposalOf(1), accepted: true },
      'refused offerStands freesMoneyForReserve nobodyMovesUp',
    ],
    [
      'none was made',
      told('awarded'),
      answers,
      'note-offer-answer',
      { proposal: proposalOf(4), accepted: true },
      'refused offerStands freesMoneyForReserve nobodyMovesUp',
    ],
    ['archived with an open offer', declined, bureau, 'archive', {}, 'refused everyOfferIsAnswered'],
    ['cancelled once awards are decided', told('awarded'), bureau, 'cancel-round', { reason }, 'not-in-this-state'],
  ])
})

// ── by itself ───────────────────────────────────────────────────────────────────────────────────

t.test('what falls due of itself is counted from the days that the round names', async t => {
  const due = (life: Life, deadline: string) => life.instance.due[deadline]
  t.match(due(told('opened'), 'callCloses'), { day: CLOSES })
  const extended = told('opened').given([bureau, 'extend-call', { closesOn: '2026-04-10', reason }])
  t.match(due(extended, 'callCloses'), { day: '2026-04-10' })
  t.match(due(told('closed'), 'listSettled'), { day: CLOSES, ahead: [{ on: '2026-03-31T00:15' }, {}, {}] })
  const scored = told('ballots')
  t.match(due(scored, 'judgingEnds'), { day: dataOf(scored).judging?.until })
  const shown = told('public')
  const [publication] = dataOf(shown).publications
  t.match(due(shown, 'publicityEnds'), { day: publication?.until, workingDays: 5, from: publication?.from })
  t.notOk(due(told('awarded'), 'publicityEnds'))
})

t.test('a list that was upheld goes on with the days it had', async t => {
  const life = told('public').given([hears, 'note-objection', { objection: idOf(701) }])
  const before = life.instance.due.publicityEnds?.day
  const taken = { objection: idOf(701), effect: 'recheck', proposal: proposalOf(2), reason }
  life.later(3).given([takesUp, 'take-up-objection', taken])
  t.equal(answer(life, chair, 'settle-ranking'), 'not-in-this-state')
  life.given([
    system('note-eligibility-when-decided'),
    'note-eligibility',
    { proposal: proposalOf(2), eligible: true, overridden: [] },
  ])
  recounted(life).given([chair, 'settle-ranking'], [bureau, 'publish-again', { where: '网站' }])
  t.equal(stateOf(life), 'publicity')
  t.equal(dataOf(life).publications.length, 1)
  t.equal(life.instance.due.publicityEnds?.day, before)
})

// ── a thousand ──────────────────────────────────────────────────────────────────────────────────

t.test('a thousand proposals are entered, checked and listed in good time', async t => {
  const life = told('opened')
  const began = performance.now()
  for (let n = 1; n <= 1_000; n++) life.given([enter, 'enter-proposal', entry(1_000 + n)])
  life.later(26).given([system('deadlines'), 'close-call'], [system('deadlines'), 'settle-list'])
  for (let n = 1; n <= 1_000; n++)
    life.given([
      system('note-eligibility-when-decided'),
      'note-eligibility',
      { proposal: proposalOf(1_000 + n), eligible: true, overridden: [] },
    ])
  const took = performance.now() - began
  t.comment(`${Math.round(took)} ms`)
  t.equal(dataOf(life).list?.proposals, 1_000)
  t.ok(took < 20_000)
})
