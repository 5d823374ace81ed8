/** An objection by itself: its chart walked, who may decide on it, who reads it, and what its round's pack lets. */
import t from 'tap'
import { nodesOf } from '../engine/chart.ts'
import { readingAround } from '../engine/decide.ts'
import type { Actor, Workflow } from '../engine/definition.ts'
import { blankInstance } from '../engine/instance.ts'
import { initialValue } from '../engine/machine.ts'
import { maySee, maySeeEvent, maySeeWhole, seenAs } from '../engine/permission.ts'
import type { Consulted, Objection } from '../workflows/objection/data.ts'
import { objection } from '../workflows/objection/index.ts'
import { organisation } from '../workflows/organisation.ts'
import { actor, idOf, type Life, lifeOf, TODAY } from './support/given.ts'
import { type Case, everyWay, walk } from './support/walk.ts'

const PLACE = '420106'
const [ROUND, PACK, PROPOSAL, APPLICANT, PARTNER, NEIGHBOURS] = [11, 12, 13, 14, 15, 16].map(idOf)
const [RIVAL, RIVALS_PARTNER] = [17, 18].map(idOf) as [string, string]
const OPENED = '2026-01-15'
const [JUDGE, PANEL_CHAIR, OBSERVER] = [21, 22, 23].map(idOf) as [string, string, string]

const bureau = actor(idOf(31), [{ role: 'bureau', place: PLACE }])
const secondBureau = actor(idOf(32), [{ role: 'bureau', place: PLACE }])
const street = actor(idOf(33), [{ role: 'street', place: '420106012' }])
const resident = actor(idOf(34), [])
const neighbour = actor(idOf(35), [{ role: 'member', organisation: NEIGHBOURS }])
const applicantsChair = actor(idOf(36), [{ role: 'chair', organisation: APPLICANT }])
const panelChair = actor(PANEL_CHAIR, [{ role: 'bureau', place: PLACE }])

const reason = '核对后决定'
const minutes = { name: '异议处理纪要.pdf', sha256: 'a'.repeat(64) }
const statement = '公示的预算与申报书不一致'
const filed = {
  round: ROUND,
  pack: PACK,
  publication: 1,
  proposal: PROPOSAL,
  protected: false,
  statement,
  evidence: [],
}

const round: Consulted['round'] = {
  standing: 'publicity',
  openedOn: OPENED,
  place: PLACE,
  pack: PACK as string,
  chair: PANEL_CHAIR,
  observer: OBSERVER,
  panel: [{ person: JUDGE }],
  publications: [{ number: 1, until: TODAY }],
  entries: [
    { proposal: PROPOSAL as string, applicant: APPLICANT as string, coApplicants: [PARTNER as string] },
    { proposal: idOf(19), applicant: RIVAL, coApplicants: [RIVALS_PARTNER] },
  ],
  officers: [idOf(45)],
}
const pack = {
  pack: {
    durations: { objectionForm: 2, objectionAnswer: 5 },
    objection: { by: ['resident', 'organisation'], protected: true, upheld: ['recheck', 'exclude'] },
  },
} satisfies Consulted['pack']

type Acts = readonly string[]
/** Another life as it stands, with who did what in it. */
const standing = (workflow: string, id: string | undefined, data: object, acts: Acts = []): Life => {
  const instance = blankInstance({ ...organisation, name: workflow } as Workflow, id ?? '')
  Object.assign(instance, { data, revision: 0, startedOn: TODAY })
  for (const act of acts) instance.acts.add(act)
  return { instance } as unknown as Life
}

type Around = { round?: object; pack?: object; did?: Acts; checked?: Acts }
const objecting = ({ round: over = {}, pack: rules = {}, did, checked }: Around = {}): Life =>
  lifeOf(objection, idOf(1), [
    standing('competition-round', ROUND, { ...round, ...over }, did),
    standing('round-pack', PACK, { pack: { ...pack.pack, objection: { ...pack.pack.objection, ...rules } } }),
    standing('proposal', PROPOSAL, {}, checked),
    standing('organisation', APPLICANT, { officers: [{ person: idOf(41) }], formerOfficers: [] }),
    standing('organisation', NEIGHBOURS, { officers: [{ person: idOf(44) }], formerOfficers: [] }),
  ])

const answer = (life: Life, by: Actor, command: string, input: object = {}): string => {
  const outcome = life.when(by, command, input)
  return 'refused' in outcome ? [outcome.refused, ...new Set(outcome.unmet)].join(' ') : 'accepted'
}

// ── the chart, walked ───────────────────────────────────────────────────────────────────────────

const because = [{ input: { reason } }]
const cases: Record<string, readonly Case[]> = {
  'file-objection': [{ input: filed }],
  'accept-form': [{}],
  'reject-form': because,
  'withdraw-objection': because,
  'lapse-objection': [{ input: { why: 'round-cancelled' } }],
  'begin-investigation': [{}],
  'hand-back': because,
  'uphold-objection': [{ input: { effect: 'recheck', reason, minutes } }],
  'uphold-partly': [{ input: { effect: 'exclude', reason, minutes } }, { input: { reason, minutes } }],
  'reject-objection': [{ input: { reason, minutes } }],
  'note-round-acted': [{ input: { outcome: 'list-upheld' } }],
  'answer-objection': [{ input: { answer: '经复核，名单无误' } }],
  'redact-statement': because,
  'note-chair': [{ input: { round: ROUND, chair: idOf(24), revision: 40 } }],
}

t.test('a walk over real decisions reaches every state and takes every transition', async t => {
  const walked = walk<Objection>(
    {
      workflow: objection,
      id: idOf(1),
      by: bureau,
      consulted: { round, pack },
      cases: command => cases[command] ?? [],
      key: ({ investigator, statement }) => [investigator, statement === undefined],
    },
    { data: objection.start as Objection, value: initialValue(objection.machine) },
  )
  t.same(
    nodesOf(objection.chart).flatMap(({ path }) => (walked.nodes.has(path) ? [] : [path])),
    [],
    'states never reached',
  )
  t.same(
    everyWay(objection).filter(way => !walked.ways.has(way)),
    [],
    'transitions never taken',
  )
})

// ── filing ──────────────────────────────────────────────────────────────────────────────────────

t.test('an objection is to the list that is public, to a proposal of it, and for oneself or one’s own', async t => {
  const past = { publications: [{ number: 1, until: '2026-03-04' }] }
  const rows: [string, Around, Actor, object, string][] = [
    ['a resident', {}, resident, {}, 'accepted'],
    ['on the last day', {}, neighbour, { organisation: NEIGHBOURS }, 'accepted'],
    ['the day after', { round: past }, resident, {}, 'refused listIsPublic'],
    ['a list that was published again', {}, resident, { publication: 2 }, 'refused listIsPublic'],
    ['while it is counted anew', { round: { standing: 'tally' } }, resident, {}, 'refused listIsPublic'],
    ['a proposal of another round', {}, resident, { proposal: idOf(99) }, 'refused proposalIsInRound'],
    ['under another pack', {}, resident, { pack: idOf(99) }, 'refused packIsTheRounds'],
    ['for an organisation of others', {}, resident, { organisation: NEIGHBOURS }, 'refused speaksForIt'],
    ['without saying what', {}, resident, { statement: ' ' }, 'invalid-input statement'],
  ]
  for (const [name, around, by, input, expected] of rows)
    t.equal(answer(objecting(around), by, 'file-objection', { ...filed, ...input }), expected, name)
})

t.test('it keeps what its round says, and who filed it where a counter took it in', async t => {
  const life = objecting()
  const paper = { name: '书面异议.pdf', sha256: 'b'.repeat(64) }
  const outcome = life.when(
    street,
    'file-objection',
    { ...filed, place: '420106012021' },
    { actor: resident, channel: 'paper', document: paper },
  )
  t.match(outcome, { events: [{ type: 'ObjectionFiled' }] })
  t.match(life.data, {
    pack: PACK,
    applicant: APPLICANT,
    place: PLACE,
    filer: resident.person,
    panelChair: PANEL_CHAIR,
  })
})

t.test('the form is judged under the pack of the round', async t => {
  const file = (around: Around, input: object, by: Actor = resident) =>
    objecting(around).given([by, 'file-objection', { ...filed, ...input }])
  const onlyResidents = { pack: { by: ['resident'] } }
  const forNeighbours = { organisation: NEIGHBOURS }
  t.equal(answer(file(onlyResidents, forNeighbours, neighbour), bureau, 'accept-form'), 'refused packHearsThem')
  t.equal(answer(file(onlyResidents, {}), bureau, 'accept-form'), 'accepted')
  const secret = { protected: true }
  t.equal(answer(file({ pack: { protected: false } }, secret), bureau, 'accept-form'), 'refused packProtects')
  t.equal(answer(file({}, secret), bureau, 'accept-form'), 'accepted')
})

t.test('its days are those of the pack, from the first', async t => {
  const { due } = objecting().given([resident, 'file-objection', filed]).instance
  t.match(due.formDecided, { workingDays: 2, from: TODAY })
})

// ── who decides, and who reads ──────────────────────────────────────────────────────────────────

t.test('who had a part in it decides nothing on it', async t => {
  const by = (n: number, seats: Parameters<typeof actor>[1] = [], held: Parameters<typeof actor>[2] = []) =>
    actor(idOf(n), [{ role: 'bureau', place: PLACE }, ...seats], held)
  const once = (organisation: string | undefined, to: string) => [{ role: 'member', organisation, to }]
  const rows: [string, Actor, Around?][] = [
    ['a judge of the round', by(21)],
    ['who chairs the panel', panelChair],
    ['who observes', by(23)],
    ['an officer of the applicant', by(41)],
    ['a member of the applicant', by(42, [{ role: 'member', organisation: APPLICANT }])],
    ['a member of one that applies with it', by(42, [{ role: 'member', organisation: PARTNER }])],
    ['a member of a rival', by(42, [{ role: 'member', organisation: RIVAL }])],
    ['a member of one that applies with a rival', by(42, [{ role: 'member', organisation: RIVALS_PARTNER }])],
    ['an officer of a rival', by(45)],
    ['who was registered twice, and once is an officer of a rival', { ...by(46), doubles: [idOf(45)] }],
    ['who left a rival on the day the round opened', by(42, [], once(RIVAL, OPENED))],
    ['who left a rival’s partner since', by(42, [], once(RIVALS_PARTNER, '2026-03-04'))],
    ['who left the applicant since', by(42, [], once(APPLICANT, '2026-03-04'))],
    ['a member of the objecting organisation', by(42, [{ role: 'member', organisation: NEIGHBOURS }])],
    ['who left the objecting organisation since the round opened', by(42, [], once(NEIGHBOURS, OPENED))],
    ['an officer of the objecting organisation', by(44)],
    ['who settled the ranking', by(43), { did: [`RankingSettled|${idOf(43)}`] }],
    ['who checked the proposal', by(43), { checked: [`EligibilityChecked|${idOf(43)}`] }],
  ]
  for (const [name, who, around] of rows) {
    const life = objecting(around).given([neighbour, 'file-objection', { ...filed, organisation: NEIGHBOURS }])
    for (const command of ['accept-form', 'reject-form'])
      t.equal(
        answer(life, who, command, command === 'reject-form' ? { reason } : {}),
        'kept-apart',
        `${name}: ${command}`,
      )
    life.given([bureau, 'accept-form'])
    t.equal(answer(life, who, 'begin-investigation'), 'kept-apart', `${name}: begin-investigation`)
  }
  const before = by(42, [], once(RIVAL, '2026-01-14'))
  t.equal(
    answer(objecting().given([resident, 'file-objection', filed]), before, 'accept-form'),
    'accepted',
    'who left a rival before it opened',
  )
  const own = objecting().given([bureau, 'file-objection', filed])
  t.equal(answer(own, bureau, 'accept-form'), 'kept-apart', 'who filed it')
  t.equal(answer(own, secondBureau, 'accept-form'), 'accepted')
})

t.test('only who took it on finds; it can be handed back', async t => {
  const life = objecting().given([resident, 'file-objection', filed], [bureau, 'accept-form'])
  life.given([bureau, 'begin-investigation'])
  const uphold = { effect: 'exclude', reason, minutes }
  t.equal(answer(life, secondBureau, 'uphold-objection', uphold), 'not-permitted')
  t.equal(answer(life, bureau, 'uphold-objection', { ...uphold, effect: 'rescore' }), 'refused packAllowsEffect')
  life.given([bureau, 'hand-back', { reason }], [secondBureau, 'begin-investigation'])
  t.equal(answer(life, bureau, 'uphold-objection', uphold), 'not-permitted')
  t.equal(answer(life, secondBureau, 'uphold-objection', uphold), 'accepted')
  t.match(life.data, { finding: 'upheld', effect: 'exclude' })
  t.same(life.state, { examined: 'withRound' })
})

t.test(
  'a named objection is read by whom it is about, too; a protected one by the bureau and its filer alone',
  async t => {
    const readers = { resident, bureau, applicantsChair, panelChair: actor(PANEL_CHAIR), street, neighbour }
    const seen = (life: Life) =>
      Object.entries(readers).flatMap(([name, by]) => (maySee(life.instance, by) ? [name] : []))
    const named = objecting().given([resident, 'file-objection', filed])
    t.same(seen(named), ['resident', 'bureau', 'applicantsChair', 'panelChair'])
    const secret = objecting().given([resident, 'file-objection', { ...filed, protected: true }])
    t.same(seen(secret), ['resident', 'bureau'])
  },
)

t.test('who objects under protection is read by the filer, the investigator and who may decide on it', async t => {
  const secret = objecting().given([
    neighbour,
    'file-objection',
    { ...filed, protected: true, organisation: NEIGHBOURS },
  ])
  const { instance } = secret
  const reads = (by: Actor, acts?: Acts) => {
    const around = acts && readingOf(instance, by, acts)
    const event = { type: 'ObjectionFiled', metadata: { person: neighbour.person } } as never
    const shown = objection.shows(instance.data as never, seenAs(instance, by, around), instance.data as never)
    const data = ['filer', 'organisation', 'statement', 'evidence'].map(field => field in (shown as object))
    return [...new Set([...data, maySeeEvent(instance, by, event, around), maySeeWhole(instance, by, around)])]
  }
  t.strictSame(reads(bureau, []), [true], 'of the bureau, without a part in the round')
  t.strictSame(reads(bureau, [`PublicityOpened|${bureau.person}`]), [false], 'who published the list')
  t.strictSame(reads(bureau, [`RoundDrafted|${bureau.person}`]), [false], 'who drafted the round')
  t.strictSame(reads(panelChair, []), [false], 'who chairs the panel, and has a post in the bureau')
  const rival = actor(idOf(42), [
    { role: 'bureau', place: PLACE },
    { role: 'member', organisation: RIVAL },
  ])
  t.strictSame(reads(rival, []), [false], 'of the bureau and of a rival')
  t.strictSame(reads(bureau), [false], 'where nothing is known of the round, nobody but who is named')
  t.strictSame([reads(neighbour)[0], reads(neighbour, []).length], [true, 1], 'who filed it')
  secret.given([bureau, 'accept-form'], [bureau, 'begin-investigation'])
  t.strictSame(reads(bureau), [true], 'who investigates')
  t.notMatch(
    Object.values(objection.within).map(which => which(instance.data as never, undefined, instance.id)),
    [NEIGHBOURS],
  )
})

const readingOf = (instance: Life['instance'], by: Actor, acts: Acts) => {
  const lives = { round: standing('competition-round', ROUND, round, acts).instance }
  return readingAround(instance, { actor: by, lives, now: `${TODAY}T04:00:00.000Z`, today: TODAY })
}
