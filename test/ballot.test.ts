/** 评分册: what its judge may write and when, what everybody else is told of it, and that a seal holds. */
import t from 'tap'
import type { Actor } from '../engine/definition.ts'
import { maySee, maySeeEvent, seenAs } from '../engine/permission.ts'
import { type Ballot, sealOf, withSheet } from '../workflows/ballot/data.ts'
import { ballot } from '../workflows/ballot/index.ts'
import {
  BALLOT,
  by,
  FIRST,
  GROUP,
  itsJudge,
  JUDGE,
  none,
  OFFICER,
  opened,
  opening,
  panelChair,
  REOPENS,
  REVEALS,
  ROUND,
  SEALS,
  SECOND,
  scores,
  scoring,
  sheetIn,
  sheets,
  THIRD,
  UNTIL,
  world,
  written,
} from './support/ballot.ts'
import { actor, idOf, type Life } from './support/given.ts'
import { people, reason } from './support/micro-project.ts'
import { district } from './support/round-packs.ts'
import { type Case, everyWay, walk } from './support/walk.ts'

const answer = (life: Life, who: Actor, command: string, input: object = {}): string => {
  const outcome = life.when(who, command, input)
  return 'events' in outcome ? 'accepted' : [outcome.refused, ...outcome.unmet].join(' ')
}

// ── conflicts come first ────────────────────────────────────────────────────────────────────────

t.test('conflicts are declared once, against the list of applicants, before anything is assigned', async t => {
  const declare = (input: object, who = itsJudge) => answer(opened(), who, 'declare-conflicts', input)
  t.equal(declare(none), 'accepted')
  t.equal(declare({ organisations: [GROUP], none: false }), 'accepted')
  t.equal(declare({ organisations: [], none: false }), 'refused saysSomeOrNone')
  t.equal(declare({ organisations: [GROUP], none: true }), 'refused saysSomeOrNone')
  t.equal(declare({ organisations: [idOf(129)], none: false }), 'refused namesApplicants')
  t.equal(declare(none, panelChair), 'not-permitted')
  t.equal(answer(opened(), itsJudge, 'submit-sheet', written(FIRST)), 'not-in-this-state')
  t.equal(answer(scoring(), itsJudge, 'declare-conflicts', none), 'not-in-this-state', 'no second time')
})

t.test('nothing is declared or written where the round is not judged, or its last day is over', async t => {
  for (const round of [{ standing: 'tally' }, { judging: { from: '2026-01-01', until: '2026-03-04' } }]) {
    t.equal(answer(opened(world(round)), itsJudge, 'declare-conflicts', none), 'refused declaresInTime')
  }
  const life = scoring()
  life.later(15)
  t.equal(answer(life, itsJudge, 'submit-sheet', written(FIRST)), 'accepted', 'on the last day')
  life.later(1)
  t.equal(answer(life, itsJudge, 'submit-sheet', written(FIRST)), 'refused isTimeToScore')
  t.equal(answer(life, itsJudge, 'save-draft', written(FIRST)), 'refused isTimeToScore')
})

// ── what is written ─────────────────────────────────────────────────────────────────────────────

t.test('a sheet is judged in clear and kept sealed; nothing of it stands in events or data', async t => {
  const life = scoring()
  const outcome = life.when(itsJudge, 'submit-sheet', written(FIRST))
  const kept = JSON.stringify([outcome, life.data])
  t.match(kept, '"ciphertext"')
  for (const said of ['需求摸底扎实', ...new Set(Object.values(scores))]) t.notMatch(kept, `"${said}"`)
  t.strictSame(ballot.sealings.SheetSubmitted, ballot.sealings.DraftSaved, 'a draft is of the size of a sheet')
  t.match(ballot.sealings.SheetSubmitted, [
    { field: 'scores', under: { named: 'scores' }, size: 1_280 },
    { field: 'comments', under: 'own', size: 4_096 },
  ])
})

t.test('the rubric decides what a sheet is', async t => {
  const [first] = district.rubric.criteria
  const id = first?.id ?? ''
  const submit = (changed: object, comments = {}) =>
    answer(scoring(), itsJudge, 'submit-sheet', { ...written(FIRST), scores: { ...scores, ...changed }, comments })
  const { [id]: _, ...lacking } = scores
  t.equal(answer(scoring(), itsJudge, 'submit-sheet', written(FIRST, { scores: lacking })), 'refused scoresEverything')
  t.equal(submit({ charm: '5' }), 'refused scoresOfTheRubric')
  t.equal(submit({ [id]: String((first?.weight ?? 0) + 1) }), 'refused scoresInRange')
  t.equal(submit({ [id]: '20.3' }), 'refused scoresInSteps')
  t.equal(submit({ [id]: '1' }), 'refused commentsWhereNeeded')
  t.equal(submit({ [id]: '1' }, { [id]: '未说明服务对象' }), 'accepted')
  t.equal(submit({ [id]: '-1' }), `invalid-input scores.${id}`)
  t.equal(submit({}, { overall: '好'.repeat(1_300) }), 'accepted')
  t.equal(submit({}, { overall: '好'.repeat(1_300), [id]: '好'.repeat(200) }), 'invalid-input comments')
})

t.test('a draft may lack what a sheet needs, and holds nothing that could not stand in one', async t => {
  const life = scoring()
  const draft = (changed: object) =>
    answer(life, itsJudge, 'save-draft', { proposal: FIRST, scores: changed, comments: {} })
  t.equal(draft({}), 'accepted')
  t.equal(draft({ need: '1' }), 'accepted', 'without the comment that it will need')
  t.equal(draft({ charm: '1' }), 'refused draftFitsRubric')
  t.equal(draft({ need: '0.3' }), 'refused draftFitsRubric')
})

t.test('a sheet is amended until the seal; what was submitted counts whatever is drafted after it', async t => {
  const life = scoring().given([itsJudge, 'save-draft', written(FIRST)])
  t.match(sheetIn(life, FIRST), { standing: 'open', draft: {}, submitted: undefined })
  life.given([itsJudge, 'submit-sheet', written(FIRST)])
  t.match(sheetIn(life, FIRST), { draft: undefined, submitted: {} })
  life.given([itsJudge, 'save-draft', written(FIRST)], [SEALS, 'seal'])
  t.match(sheetIn(life, FIRST), { draft: {}, submitted: {} })
  t.equal(life.state, 'sealed')
  for (const command of ['save-draft', 'submit-sheet'])
    t.equal(answer(life, itsJudge, command, written(FIRST)), 'not-in-this-state', command)
})

// ── kept apart ──────────────────────────────────────────────────────────────────────────────────

t.test(
  'who has a part in a proposal does not score it: per person, under old ids and posts, whatever was assigned',
  async t => {
    const member = { role: 'member', organisation: GROUP }
    const cases: [string, Actor, string][] = [
      ['an officer of the applicant', { ...itsJudge, doubles: [OFFICER] }, 'kept-apart'],
      ['a member', actor(JUDGE, [member]), 'kept-apart'],
      [
        'one who left it after the ballot was opened',
        actor(JUDGE, [], [{ ...member, to: '2026-03-05' }]),
        'kept-apart',
      ],
      ['one who left it within three years', actor(JUDGE, [], [{ ...member, to: '2024-01-01' }]), 'refused'],
      ['one who left it before', actor(JUDGE, [], [{ ...member, to: '2022-01-01' }]), 'accepted'],
      ['who posted the need', { ...itsJudge, doubles: [people.community.person] }, 'kept-apart'],
    ]
    for (const [who, judge, expected] of cases)
      for (const command of ['save-draft', 'submit-sheet'])
        t.match(answer(scoring(), judge, command, written(FIRST)), new RegExp(`^${expected}`), `${who}: ${command}`)
    const applying = actor(JUDGE, [member])
    for (const command of ['save-draft', 'submit-sheet'])
      for (const judge of [applying, { ...itsJudge, doubles: [OFFICER] }])
        t.match(answer(scoring(), judge, command, written(THIRD)), /^kept-apart/, 'of one that applies together')
    const lately = actor(JUDGE, [], [{ ...member, to: '2024-01-01' }])
    t.match(answer(scoring(), lately, 'submit-sheet', written(THIRD)), 'submitsOfStrangers')
    t.equal(answer(scoring(), applying, 'submit-sheet', written(SECOND)), 'accepted', 'what has nothing to do with it')
  },
)

t.test('a judge recuses themself at any time; what was written stays sealed and counts no more', async t => {
  const life = scoring().given(
    [itsJudge, 'submit-sheet', written(FIRST)],
    [itsJudge, 'recuse', { proposal: FIRST, reason }],
  )
  t.match(sheetIn(life, FIRST), { standing: 'recused', submitted: {} })
  t.equal(answer(life, itsJudge, 'submit-sheet', written(FIRST)), 'refused submitsTheirs')
  t.equal(answer(life, itsJudge, 'recuse', { proposal: FIRST, reason }), 'refused recusesFromTheirs')
  t.equal(answer(life, panelChair, 'recuse', { proposal: SECOND, reason }), 'not-permitted')
  const sealed = life.given([itsJudge, 'submit-sheet', written(SECOND)]).when(SEALS, 'seal')
  t.match(sealed, { events: [{ data: { assigned: [SECOND, THIRD], submitted: [SECOND] } }] })
  t.equal(answer(life, itsJudge, 'recuse', { proposal: SECOND, reason }), 'accepted', 'after the seal')
  life.given([REVEALS, 'open-sheets', { sheets: [] }])
  t.equal(answer(life, itsJudge, 'recuse', { proposal: THIRD, reason }), 'accepted', 'after the reveal')
})

t.test('the round voids one sheet, or all', async t => {
  const voids = by('void-sheets-in-ballot-when-round-does')
  const life = scoring().given([voids, 'void-sheet', { proposal: FIRST }])
  t.equal(answer(life, voids, 'void-sheet', { proposal: FIRST }), 'refused voidsWhatStands')
  t.equal(answer(life, voids, 'void-sheet'), 'accepted')
  t.strictSame(
    (life.data as Ballot).sheets.map(({ standing }) => standing),
    ['void', 'void', 'void'],
  )
  t.equal(answer(life, voids, 'void-sheet'), 'refused voidsWhatStands')
})

// ── seal and reveal ─────────────────────────────────────────────────────────────────────────────

const opens = (...proposals: string[]) => ({ sheets: proposals.map(proposal => ({ proposal, scores })) })

t.test('the digest of a seal hangs on what is sealed, as it is sealed', async t => {
  const { data } = scoring().given([itsJudge, 'submit-sheet', written(FIRST)]).instance
  const withCiphertext = (ciphertext: string): Ballot =>
    withSheet(data as Ballot, FIRST, sheet => ({
      ...sheet,
      submitted: { scores: { key: 'k', nonce: 'n', ciphertext }, comments: { key: 'k', nonce: 'n', ciphertext: '' } },
    }))
  const digests = ['a', 'a', 'b'].map(each => sealOf(withCiphertext(each)).digest)
  t.strictSame([digests[0] === digests[1], digests[0] === digests[2]], [true, false])
})

t.test('what is opened is what was sealed, and still stands', async t => {
  const sealed = () =>
    scoring().given(
      [itsJudge, 'submit-sheet', written(FIRST)],
      [itsJudge, 'submit-sheet', written(SECOND)],
      [SEALS, 'seal'],
    )
  t.equal(answer(sealed(), REVEALS, 'open-sheets', opens(FIRST)), 'refused opensWhatIsSealed', 'one is left out')
  t.equal(answer(sealed(), REVEALS, 'open-sheets', opens(FIRST, SECOND, THIRD)), 'refused opensWhatIsSealed')
  const life = sealed().given([REVEALS, 'open-sheets', opens(FIRST, SECOND)])
  t.match([sheetIn(life, FIRST), sheetIn(life, THIRD)], [{ opened: scores }, { opened: undefined }])
  const late = sealed().given([itsJudge, 'recuse', { proposal: FIRST, reason }])
  late.given([REVEALS, 'open-sheets', opens(FIRST, SECOND)])
  t.match(sheetIn(late, FIRST), { opened: undefined }, 'withdrawn between the look and the opening: it stays shut')
})

t.test('a ballot that is reopened goes on where it stood', async t => {
  const again = (life: Life) => life.given([SEALS, 'seal'], [REOPENS, 'reopen', { until: '2026-03-25' }]).state
  t.strictSame(again(opened()), { open: 'declaring' })
  t.strictSame(again(opened().given([itsJudge, 'declare-conflicts', none])), { open: 'assigning' })
  const life = scoring()
  t.strictSame(again(life), { open: 'scoring' })
  t.match(life.data, { until: '2026-03-25', standing: 'open' })
})

t.test('a missing sheet that was declared void is scored again where judging goes on, a recusal stays', async t => {
  const voids = by('void-sheets-in-ballot-when-round-does')
  const life = scoring().given(
    [itsJudge, 'recuse', { proposal: SECOND, reason }],
    [SEALS, 'seal'],
    [voids, 'void-sheet', { proposal: FIRST }],
    [REOPENS, 'reopen', { until: '2026-03-25', again: [FIRST, SECOND] }],
  )
  t.match([sheetIn(life, FIRST), sheetIn(life, SECOND)], [{ standing: 'open' }, { standing: 'recused' }])
  t.equal(answer(life, itsJudge, 'submit-sheet', written(FIRST)), 'accepted')
})

t.test('what is scored anew is blank again and sealed under another key; the rest stays as it was opened', async t => {
  const life = scoring().given(
    [itsJudge, 'submit-sheet', written(FIRST)],
    [itsJudge, 'submit-sheet', written(SECOND)],
    [SEALS, 'seal'],
    [REVEALS, 'open-sheets', opens(FIRST, SECOND)],
  )
  const keyNow = () => ballot.keys.scores?.(life.data as never, undefined, BALLOT)
  const before = keyNow()
  const anew = { proposals: [FIRST], until: '2026-04-20', sitting: 2 }
  life.given([REOPENS, 'score-anew', anew])
  t.match(sheetIn(life, FIRST), { standing: 'open', submitted: undefined, opened: undefined })
  t.not(keyNow(), before)
  t.equal(
    answer(life, itsJudge, 'submit-sheet', written(SECOND)),
    'refused submitsTheirs',
    'opened, and not scored anew',
  )
  life.given([itsJudge, 'submit-sheet', written(FIRST)])
  const sealed = life.when(SEALS, 'seal')
  t.match(sealed, { events: [{ data: { assigned: [FIRST, SECOND, THIRD], submitted: [FIRST, SECOND] } }] })
  t.equal(answer(life, REVEALS, 'open-sheets', opens(FIRST)), 'accepted')
})

// ── who sees what ───────────────────────────────────────────────────────────────────────────────

const shownTo = (life: Life, who: Actor) =>
  ballot.shows(life.data as never, seenAs(life.instance, who), life.data as never) as Record<string, never>

t.test('judge and chair see a ballot, nobody else; the chair sees what is submitted, never what it says', async t => {
  const life = scoring().given([itsJudge, 'submit-sheet', written(FIRST)], [itsJudge, 'save-draft', written(SECOND)])
  t.ok([itsJudge, panelChair].every(who => maySee(life.instance, who)))
  const strangers = [
    people.bureau,
    people.street,
    people.finance,
    actor(idOf(61), [{ role: 'judge', place: '420106' }]),
  ]
  t.notOk(strangers.some(who => maySee(life.instance, who)))
  t.strictSame(
    shownTo(life, panelChair).sheets,
    [FIRST, SECOND, THIRD].map(proposal => ({ proposal, standing: 'open', submitted: proposal === FIRST })),
    'nor that somebody drafts',
  )
  t.notMatch(JSON.stringify(shownTo(life, panelChair)), /ciphertext|declared"|applicants|project/)
  t.match(shownTo(life, itsJudge), { sheets: [{ submitted: {} }, { draft: {} }, {}], declared: [] })
  const told = shownTo(life, itsJudge).sheets ?? []
  t.notOk(
    told.some(sheet => 'applicants' in sheet || 'project' in sheet),
    'whose proposal it is, the proposal says',
  )
  const seesEvent = (who: Actor, type: string) =>
    maySeeEvent(life.instance, who, { type, metadata: { person: JUDGE } as never })
  for (const type of ['DraftSaved', 'SheetSubmitted', 'ConflictsDeclared']) t.notOk(seesEvent(panelChair, type), type)
  const assigned = { type: 'ProposalsAssigned', metadata: { person: 'system:x' } as never }
  t.notOk(maySeeEvent(life.instance, itsJudge, assigned), 'in a blind round the judge does not learn it either')
})

t.test(
  'who chairs is whom the round said last, in whatever order it is heard; the one before sees it no more',
  async t => {
    const [second, third] = [actor(idOf(62)), actor(idOf(63))]
    const tells = by('note-chair-when-chair-replaced')
    const said = (who: Actor, revision: number, round = ROUND) => ({ round, chair: who.person, revision })
    const sees = (life: Life) => [panelChair, second, third].map(who => maySee(life.instance, who))
    const life = scoring().given([tells, 'note-chair', said(third, 41)])
    t.strictSame(sees(life), [false, false, true])
    t.equal(answer(life, tells, 'note-chair', said(second, 40)), 'refused saysWhoChairsNow', 'heard late')
    t.equal(answer(life, tells, 'note-chair', said(third, 41)), 'refused saysWhoChairsNow', 'heard twice')
    t.equal(answer(life, tells, 'note-chair', said(second, 99, idOf(109))), 'refused saysWhoChairsNow', 'another round')
    t.equal(answer(life, panelChair, 'note-chair', said(panelChair, 99)), 'not-permitted')
    life.given([SEALS, 'seal'], [by('retire-ballot-when-judge-replaced'), 'retire'])
    t.strictSame(
      sees(life.given([tells, 'note-chair', said(panelChair, 44)])),
      [true, false, false],
      'of who left, too',
    )
  },
)

// ── the chart ───────────────────────────────────────────────────────────────────────────────────

/** The inputs worth trying: two proposals are enough to tell one from all. */
const casesOf = (command: string, { standing }: Ballot): readonly Case[] => {
  const inputs: Record<string, object[]> = {
    'open-ballot': [opening],
    'declare-conflicts': [none],
    'assign-proposals': [{ sheets: sheets.slice(0, 2) }],
    'save-draft': [written(FIRST)],
    'submit-sheet': [written(FIRST)],
    recuse: [{ proposal: SECOND, reason }],
    'void-sheet': [{ proposal: SECOND }],
    reopen: [{ until: UNTIL }],
    'open-sheets': standing === 'sealed' ? [opens(), opens(FIRST)] : [],
    'score-anew': [{ proposals: [FIRST], until: UNTIL, sitting: 2 }],
    'note-chair': [{ round: ROUND, chair: idOf(62), revision: 40 }],
  }
  return (inputs[command] ?? [{}]).map(input => ({ input }))
}

const keyOf = ({ sitting, declared, assigned, standing, sheets: told }: Ballot) => [
  sitting,
  declared !== undefined,
  assigned,
  standing,
  told.map(sheet => [
    sheet.standing,
    sheet.draft !== undefined,
    sheet.submitted !== undefined,
    sheet.opened !== undefined,
  ]),
]

t.test('every state and every way of the chart is reached, and nothing written is ever lost', async t => {
  const consulted = { round: world()[0]?.data, pack: { pack: district } }
  const walked = walk<Ballot>(
    { workflow: ballot, id: BALLOT, by: itsJudge, consulted, cases: casesOf, key: keyOf },
    { data: ballot.start as Ballot, value: 'blank' },
  )
  t.strictSame([...walked.ways].sort(), everyWay(ballot).sort())
  t.strictSame(
    ['blank', 'open.declaring', 'open.assigning', 'open.scoring', 'sealed', 'opened', 'retired', 'closed'].filter(
      state => !walked.nodes.has(state),
    ),
    [],
  )
  for (const [command, { value }] of walked.moments)
    if (['save-draft', 'submit-sheet'].includes(command)) t.match(JSON.stringify(value), 'scoring')
  t.comment(`${walked.states} states`)
})
