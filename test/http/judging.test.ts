/** Judging over HTTP: from the drawn panel to the tally and what comes after it; the round, the ballots and their policies at once. */
import t from 'tap'
import { loggerAt } from '../../services/logger.ts'
import { settled } from '../../services/passing-time.ts'
import type { BallotSheet } from '../../workflows/ballot/data.ts'
import { draw } from '../../workflows/judging/draw.ts'
import {
  ballotIn,
  closeJudging,
  declareNone,
  judgedRound,
  nothingIsParked,
  pack,
  reason,
  reveal,
  roundIn,
  SAID,
  type Seat,
  scoresOf,
  seatsIn,
  submitAll,
  toBallot,
  toRound,
  type World,
  written,
} from '../support/judged-round.ts'
import { provenTo, signing } from '../support/proven.ts'
import { service } from '../support/service.ts'

const first = <T>(list: readonly T[]): T => {
  if (list[0] === undefined) throw new Error('there is none')
  return list[0]
}
const submittedIn = (sheets: readonly BallotSheet[]) =>
  sheets.filter(sheet => sheet.standing === 'open' && sheet.submitted).map(({ proposal }) => proposal)

// ── who may judge what ──────────────────────────────────────────────────────────────────────────

t.test(
  'the matrix tells under pseudonyms what posts, officers, ties and acts come to, and nothing of them',
  async t => {
    const world = await judgedRound(t, {
      judges: 5,
      before: async ({ s, judges, proposals }) => {
        const [, officer, tied] = judges
        const [, second, third] = proposals
        await s.given(s.founder, `/v1/organisation/${second?.applicant}/name-officers`, {
          officers: [{ person: officer?.id, duty: 'chair' }],
        })
        const tie = { organisation: third?.applicant, kind: 'kin', from: '2020-01-01' }
        await s.given(tied as Seat['judge'], `/v1/judge/${tied?.life}/declare-tie`, tie)
      },
    })
    const { matrix = [], judges: invited } = await roundIn(world)
    const mayNot = (n: number) => {
      const name = invited.find(({ person }) => person === world.judges[n]?.id)?.name
      return matrix.find(each => each.name === name)?.mayNot
    }
    const [one, two, three] = world.proposals.map(({ id }) => id)
    t.strictSame([mayNot(0), mayNot(1), mayNot(2), mayNot(3)], [[one], [two], [three], []])
    const { body, text } = await world.s.call(world.bureau, 'GET', `/v1/competition-round/${world.round}/history`)
    t.ok(body.events.some(({ event }) => event === 'MatrixRecorded'))
    t.notMatch(text, /kin|亲属/)
    const recorded = JSON.stringify(body.events.find(({ event }) => event === 'MatrixRecorded'))
    for (const { id } of world.judges) t.notMatch(recorded, id)
    await nothingIsParked(t, world)
  },
)

t.test('the panel was drawn as anybody draws it again from what is published', async t => {
  const world = await judgedRound(t)
  const { draw: drawn, panel } = await roundIn(world)
  if (!drawn) throw new Error('nothing was drawn')
  const { size, outside, reserves, coverFields } = pack.panel
  const again = draw({
    ...{ size, outside, reserves, coverFields, quorum: pack.quorum },
    seeds: drawn.seeds.flatMap(({ party, seed }) => (seed ? [{ party, seed }] : [])),
    listDigest: drawn.listDigest,
    candidates: drawn.candidates,
    proposals: drawn.proposals,
  })
  t.match(again, { order: drawn.order, panel: panel.map(({ name }) => name) })
})

t.test('a judge gets what neither is known nor declared to be in conflict, and never learns whose it is', async t => {
  const world = await judgedRound(t, { heads: signing })
  const seats = await seatsIn(world)
  const [seat] = seats
  const { mayNot = [] } = (await roundIn(world)).matrix?.find(({ name }) => name === seat?.name) ?? {}
  const [declared] = world.proposals.filter(({ id }) => !mayNot.includes(id))
  const organisations = [declared?.applicant ?? '']
  t.equal((await toBallot(world, first(seats), 'declare-conflicts', { organisations, none: false })).status, 200)
  await settled(world.s.runtime)
  const { sheets } = await ballotIn(world, first(seats).ballot)
  const expected = world.proposals.filter(({ id }) => id !== declared?.id && !mayNot.includes(id))
  t.strictSame(sheets.map(({ proposal }) => proposal).sort(), expected.map(({ id }) => id).sort())
  const { s } = world
  const path = `/v1/ballot/${seat?.ballot}`
  const own = await s.call(first(seats).judge, 'GET', path)
  const history = await s.call(first(seats).judge, 'GET', `${path}/history`)
  t.notMatch(
    JSON.stringify(own.body.data.sheets) + JSON.stringify(history.body.events.at(-1)),
    declared?.applicant ?? '',
  )
  for (const { applicant } of expected) t.notMatch(JSON.stringify(history.body.events.at(-1)), applicant)
  const [sheet] = sheets
  t.equal((await toBallot(world, first(seats), 'submit-sheet', written(sheet?.proposal ?? ''))).status, 200)
  const proof = await provenTo(s, first(seats).judge, path)
  t.ok(
    proof.events.every(event => 'hash' in event),
    'beside their own sheet stands whose the proposal is',
  )
  for (const { applicant, project } of world.proposals)
    for (const told of [applicant, ...(project ? [project] : [])]) t.notOk(proof.text.includes(told))
  t.ok(
    (await provenTo(s, world.chair, path)).events.some(event => 'data' in event),
    'the chair knows all applicants',
  )
  for (const what of [path, `${path}/history`]) {
    const told = await s.call(world.chair, 'GET', what)
    t.equal(told.status, 200, 'the chair sees the ballot')
    t.notMatch(JSON.stringify(told.body.events?.at(-2) ?? told.body.data), declared?.applicant ?? '')
    for (const stranger of [world.bureau, world.observer, s.founder])
      t.equal((await s.call(stranger, 'GET', what)).status, 403)
  }
})

t.test('a refused sheet is told its judge by criterion and mark, and nothing of it is written anywhere', async t => {
  const lines: string[] = []
  const world = await judgedRound(t, { logger: loggerAt('trace', { write: line => lines.push(line) }) })
  await declareNone(world)
  const seat = first(await seatsIn(world))
  const { proposal } = first((await ballotIn(world, seat.ballot)).sheets)
  const [one, two] = pack.rubric.criteria
  if (!one || !two) throw new Error('the rubric has two criteria')
  const scores = { ...scoresOf(4), [one.id]: '1.5', [two.id]: String(two.weight + 1) }
  const sheet = { proposal, scores, comments: {} }
  const low = `“${one.zh}”得1.5分，低于60%（${(one.weight * 60) / 100}分），须写评语`
  const over = `“${two.zh}”得${two.weight + 1}分，最多${two.weight}分`
  for (const query of ['', '?dryRun=true']) {
    const refused = await toBallot(world, seat, `submit-sheet${query}`, sheet)
    t.match(refused, {
      status: 422,
      body: {
        code: 'refused',
        detail: `${over}；${low}`,
        reasons: [{ rule: 'scoresInRange' }, { rule: 'commentsWhereNeeded' }],
        issues: [
          { path: `/scores/${two.id}`, code: 'out-of-range', message: over },
          { path: `/comments/${one.id}`, code: 'comment-needed', message: low },
        ],
      },
    })
    t.equal(refused.body.issues.length, 2)
  }
  const draft = await toBallot(world, seat, 'save-draft', sheet)
  t.match(draft.body, { detail: over, issues: [{ path: `/scores/${two.id}`, code: 'out-of-range' }] })
  const { body } = await world.s.call(seat.judge, 'POST', `/v1/ballot/${seat.ballot}/submit-sheet`, sheet, {
    'accept-language': 'en',
  })
  t.match(body.issues, [
    {},
    { message: `“${one.en}” has 1.5 points, below 60 % (${(one.weight * 60) / 100}): say why` },
  ])
  t.ok(lines.length > 0)
  t.notMatch(lines.join(''), /1\.5分|1\.5 points|"1\.5"/)
  await nothingIsParked(t, world)
})

t.test('a judge finds what waits for them on a desk that is theirs alone', async t => {
  const world = await judgedRound(t)
  const { s } = world
  const desk = async (by: Seat['judge'] | World['chair']) => {
    const head = encodeURIComponent(await s.runtime.store.head())
    return (await s.call(by, 'GET', `/v1/views/judge-desk?after=${head}`)).body.rows
  }
  const seat = first(await seatsIn(world))
  t.match(await desk(seat.judge), [{ life: seat.ballot, workflow: 'ballot', standing: 'declaring', missing: [] }])
  await declareNone(world)
  const { sheets } = await ballotIn(world, seat.ballot)
  const toScore = sheets.map(({ proposal }) => proposal)
  await toBallot(world, seat, 'submit-sheet', written(first(toScore)))
  t.match(await desk(seat.judge), [{ standing: 'scoring', toScore, missing: toScore.slice(1) }])
  await toBallot(world, seat, 'recuse', { proposal: first(toScore), reason })
  await closeJudging(world)
  t.match(await desk(seat.judge), [{ standing: 'sealed', toScore: toScore.slice(1) }])
  for (const stranger of [world.chair, world.bureau, s.founder]) t.strictSame(await desk(stranger), [])
  await toRound(world, world.bureau, 'cancel-round', { reason })
  await settled(s.runtime)
  t.strictSame(await desk(seat.judge), [], 'what has ended waits for nobody')
})

// ── what is sealed ──────────────────────────────────────────────────────────────────────────────

t.test('what a judge writes the judge reads again; nobody else does, nor does the log hold it', async t => {
  const world = await judgedRound(t)
  await declareNone(world)
  const seat = first(await seatsIn(world))
  const proposal = first((await ballotIn(world, seat.ballot)).sheets).proposal
  t.equal((await toBallot(world, seat, 'save-draft', written(proposal, 3))).status, 200)
  t.equal((await toBallot(world, seat, 'submit-sheet', written(proposal))).status, 200)
  const { s, chair } = world
  const path = `/v1/ballot/${seat.ballot}`
  const own = (await s.call(seat.judge, 'GET', path)).body.data as unknown as { sheets: object[] }
  t.match(
    own.sheets.find(each => 'submitted' in each),
    { proposal, submitted: { scores: scoresOf(4), comments: { need: SAID } } },
  )
  t.match((await s.call(seat.judge, 'GET', `${path}/history`)).text, SAID)
  const telling = { ...written(proposal), comments: { overall: '负责人电话13812344321' } }
  const told = await toBallot(world, seat, 'save-draft', telling)
  t.match([told.status, told.body.code], [422, 'personal-data-in-text'], 'comments are searched like any text')
  for (const what of [path, `${path}/history`])
    t.notMatch((await s.call(chair, 'GET', what)).text, /独此一句|ciphertext/)
  const { rows } = await s.runtime.pool.query<{ data: string; type: string; size: number }>(
    `SELECT type, data, octet_length(data::text) AS size FROM log.events WHERE type IN ('DraftSaved', 'SheetSubmitted')`,
  )
  t.equal(new Set(rows.map(({ size }) => size)).size, 1, 'a draft and a sheet are of one size')
  t.notMatch(JSON.stringify(rows), /独此一句|\d\.\d/)
})

t.test('of sheets sent while judging is closed each is in the seal or refused, and none comes after it', async t => {
  const world = await judgedRound(t)
  await declareNone(world)
  const seats = await seatsIn(world)
  // A second process, which hears of the close and of the seal a moment later than the first.
  const processes = [world.s, await service(t, { beside: world.s, clock: world.clock, role: 'api' })]
  const sent: { ballot: string; proposal: string; done: Promise<{ status: number }> }[] = []
  const sendAll = async () => {
    for (const seat of seats)
      for (const { proposal } of (await ballotIn(world, seat.ballot)).sheets)
        for (const s of processes) {
          const done = toBallot({ ...world, s }, seat, 'submit-sheet', written(proposal))
          sent.push({ ballot: seat.ballot, proposal, done })
        }
  }
  await Promise.all([sendAll(), toRound(world, world.chair, 'close-judging'), sendAll()])
  const answers = await Promise.all(sent.map(async ({ done, ...rest }) => ({ ...rest, ...(await done) })))
  await settled(world.s.runtime)
  const { seals } = await roundIn(world)
  for (const { ballot, name } of seats) {
    const accepted = answers.filter(each => each.ballot === ballot && each.status === 200)
    const sealed = seals.find(each => each.name === name)
    t.strictSame([...new Set(accepted.map(({ proposal }) => proposal))].sort(), [...(sealed?.submitted ?? [])].sort())
    const { rows } = await world.s.runtime.pool.query<{ type: string }>(
      'SELECT type FROM log.events WHERE stream = $1 ORDER BY revision',
      [`ballot-${ballot}`],
    )
    t.equal(rows.at(-1)?.type, 'BallotSealed')
  }
  t.ok(answers.every(({ status }) => [200, 409, 422].includes(status)))
  t.comment(`${answers.filter(({ status }) => status === 200).length} of ${answers.length} were in time`)
  await nothingIsParked(t, world)
})

// ── the count ───────────────────────────────────────────────────────────────────────────────────

t.test('once revealed, sheets are open and counted as the pack says; ranks follow the scores', async t => {
  const world = await judgedRound(t)
  await declareNone(world)
  await submitAll(world)
  await closeJudging(world)
  const before = await roundIn(world)
  t.strictSame([before.tally, before.seals.length], [undefined, 3])
  await reveal(world)
  const { tally, tallyDue, panel } = await roundIn(world)
  t.notOk(tallyDue)
  t.strictSame(
    tally?.results.toSorted((one, other) => one.rank - other.rank).map(({ proposal }) => proposal),
    world.proposals.map(({ id }) => id),
  )
  t.match(
    tally?.results.map(({ total }) => Number(total)).toSorted((one, other) => one - other),
    [60, 80, 100],
  )
  for (const { name, ballot = '', revision } of tally?.counted ?? []) {
    const held = await ballotIn(world, ballot)
    t.match([held.name, held.standing], [name, 'opened'])
    t.ok(revision > 0 && panel.some(each => each.ballot === ballot))
    t.ok(held.sheets.every(({ opened }) => opened !== undefined))
  }
  await nothingIsParked(t, world)
})

t.test('a missing sheet blocks until the chair voids it; then the ballot says so too', async t => {
  const world = await judgedRound(t)
  await declareNone(world)
  const [seat] = await seatsIn(world)
  const missing = first((await ballotIn(world, seat?.ballot ?? '')).sheets).proposal
  await submitAll(world, (each, proposal) => each.name === seat?.name && proposal === missing)
  await closeJudging(world)
  const path = `/v1/competition-round/${world.round}/reveal-sheets`
  const refused = await world.s.call(world.chair, 'POST', path, {})
  t.equal(refused.status, 422, refused.text)
  await toRound(world, world.chair, 'void-missing', { name: seat?.name, proposal: missing, reason })
  await settled(world.s.runtime)
  t.match(
    (await ballotIn(world, seat?.ballot ?? '')).sheets.find(each => each.proposal === missing),
    { standing: 'void' },
  )
  const revealed = await world.s.call(world.chair, 'POST', path, {})
  t.ok([200, 422].includes(revealed.status), 'with a quorum left it is revealed')
})

t.test('a judge who never declared conflicts owes whatever they are not barred from, and the reveal waits', async t => {
  const world = await judgedRound(t)
  const [silent, ...others] = await seatsIn(world)
  for (const seat of others) await toBallot(world, seat, 'declare-conflicts', { organisations: [], none: true })
  await settled(world.s.runtime)
  await submitAll(world)
  await closeJudging(world)
  const { matrix, missing } = (await world.s.call(world.chair, 'GET', `/v1/competition-round/${world.round}`)).body.data
  const { mayNot } = (matrix as { name: string; mayNot: string[] }[]).find(({ name }) => name === silent?.name) ?? {}
  const owed = world.proposals.filter(({ id }) => !mayNot?.includes(id)).map(({ id }) => id)
  t.ok(owed.length > 0)
  t.strictSame(
    (missing as { name: string; proposal: string }[]).toSorted((one, other) =>
      one.proposal < other.proposal ? -1 : 1,
    ),
    owed.toSorted().map(proposal => ({ name: silent?.name, proposal })),
  )
  const path = `/v1/competition-round/${world.round}/reveal-sheets`
  const refused = await world.s.call(world.chair, 'POST', path, {})
  t.match([refused.status, refused.text], [422, /noSheetIsMissing|缺评|missing/])
  await toRound(world, world.chair, 'extend-judging', { until: '2026-05-20', reason })
  await settled(world.s.runtime)
  await declareNone(world)
  await submitAll(world)
  await closeJudging(world)
  await reveal(world)
  await nothingIsParked(t, world)
})

t.test('judging is extended: sealed ballots are open again, and what was submitted still stands', async t => {
  const world = await judgedRound(t)
  await declareNone(world)
  await submitAll(world)
  await closeJudging(world)
  await toRound(world, world.chair, 'extend-judging', { until: '2026-05-20', reason })
  await settled(world.s.runtime)
  const seat = first(await seatsIn(world))
  const { sheets, until, standing } = await ballotIn(world, seat.ballot)
  t.strictSame([until, standing, submittedIn(sheets).length], ['2026-05-20', 'open', sheets.length])
  t.equal((await toBallot(world, seat, 'submit-sheet', written(first(sheets).proposal, 4))).status, 200)
  await closeJudging(world)
  await reveal(world)
  t.equal((await roundIn(world)).tally?.number, 1)
  await nothingIsParked(t, world)
})

t.test('a missing sheet that was declared void is scored after all where judging is extended', async t => {
  const world = await judgedRound(t)
  await declareNone(world)
  const seat = first(await seatsIn(world))
  const missing = first((await ballotIn(world, seat.ballot)).sheets).proposal
  await submitAll(world, (each, proposal) => each.name === seat.name && proposal === missing)
  await closeJudging(world)
  await toRound(world, world.chair, 'void-missing', { name: seat.name, proposal: missing, reason })
  await settled(world.s.runtime)
  await toRound(world, world.chair, 'extend-judging', { until: '2026-05-20', reason })
  await settled(world.s.runtime)
  t.equal((await toBallot(world, seat, 'submit-sheet', written(missing, 4))).status, 200)
  await closeJudging(world)
  await reveal(world)
  t.ok((await ballotIn(world, seat.ballot)).sheets.find(({ proposal }) => proposal === missing)?.opened)
  await nothingIsParked(t, world)
})

// ── what is found late ──────────────────────────────────────────────────────────────────────────

t.test('a late recusal voids the sheet, is counted anew, and its history stays', async t => {
  const world = await judgedRound(t, { judges: 5 })
  await declareNone(world)
  await submitAll(world)
  await closeJudging(world)
  await reveal(world)
  const seat = first(await seatsIn(world))
  const { sheets } = await ballotIn(world, seat.ballot)
  const proposal = first(sheets).proposal
  t.equal((await toBallot(world, seat, 'recuse', { proposal, reason: '与负责人系亲属' })).status, 200)
  await settled(world.s.runtime)
  const after = await roundIn(world)
  t.match(after.voids, [{ name: seat.name, proposal, late: true }])
  t.match([after.tally?.number, after.tallyDue], [2, false])
  const counted = [...(after.tally?.results ?? [])].find(each => each.proposal === proposal)
  t.notOk(counted?.sheets.some(({ judge }) => judge === seat.name))
  t.ok(after.tally?.changes, 'with what it changed')
  t.match(
    (await ballotIn(world, seat.ballot)).sheets.find(each => each.proposal === proposal),
    {
      standing: 'recused',
      submitted: {},
      opened: scoresOf(5 - world.proposals.findIndex(({ id }) => id === proposal)),
    },
  )
  const round = await world.s.call(world.bureau, 'GET', `/v1/competition-round/${world.round}/history`)
  t.notMatch(round.text, '与负责人系亲属', 'the reason stays in the ballot')
  await nothingIsParked(t, world)
})

t.test('a conflict that is found voids the sheet in round and ballot, and is counted anew', async t => {
  const world = await judgedRound(t, { judges: 5 })
  await declareNone(world)
  await submitAll(world)
  await closeJudging(world)
  await reveal(world)
  const seat = first(await seatsIn(world))
  await toRound(world, world.chair, 'void-sheets', { name: seat.name, reason })
  await settled(world.s.runtime)
  const { tally } = await roundIn(world)
  t.equal(tally?.number, 2)
  t.notOk([...(tally?.results ?? [])].some(({ sheets }) => sheets.some(({ judge }) => judge === seat.name)))
  t.ok((await ballotIn(world, seat.ballot)).sheets.every(({ standing }) => standing === 'void'))
  await nothingIsParked(t, world)
})

t.test(
  'a judge is replaced: the one’s ballot is retired and opened by nobody, the other declares and scores',
  async t => {
    const world = await judgedRound(t, { judges: 5 })
    await declareNone(world)
    await submitAll(world)
    const leaving = first(await seatsIn(world))
    await toRound(world, world.chair, 'replace-judge', { name: leaving.name, reason })
    await settled(world.s.runtime)
    t.equal((await ballotIn(world, leaving.ballot)).standing, 'over')
    const late = await toBallot(world, leaving, 'submit-sheet', written(first(world.proposals).id))
    t.equal(late.body.code, 'not-in-this-state')
    const seats = await seatsIn(world)
    const comes = seats.find(
      ({ ballot }) => ballot && ![leaving.ballot].includes(ballot) && seats.at(-1)?.ballot === ballot,
    )
    t.ok(comes?.ballot)
    await declareNone(world)
    await submitAll(world)
    await closeJudging(world)
    await reveal(world)
    const { tally } = await roundIn(world)
    t.notOk(tally?.counted.some(({ name }) => name === leaving.name))
    t.equal(tally?.counted.length, 3)
    await nothingIsParked(t, world)
  },
)

t.test('who is replaced before the round had heard which ballot is theirs holds none either', async t => {
  const world = await judgedRound(t, { judges: 5, until: 'drawn' })
  const leaving = (await roundIn(world)).panel.at(-1)
  await toRound(world, world.chair, 'open-judging')
  await toRound(world, world.chair, 'replace-judge', { name: leaving?.name, reason })
  await settled(world.s.runtime)
  const { panel } = await roundIn(world)
  t.equal(panel.length, 4)
  for (const { name, ballot = '', replaced } of panel)
    t.equal((await ballotIn(world, ballot)).standing, replaced ? 'over' : 'open', name)
  await nothingIsParked(t, world)
})

t.test('a ballot of which a round had not heard when it was cancelled is closed like the others', async t => {
  const world = await judgedRound(t, { judges: 5, until: 'drawn' })
  await toRound(world, world.chair, 'open-judging')
  await toRound(world, world.bureau, 'cancel-round', { reason })
  await settled(world.s.runtime)
  const opened = (await world.s.runtime.store.readAll(undefined, 5_000)).filter(({ type }) => type === 'BallotOpened')
  t.equal(opened.length, 3)
  for (const { stream } of opened) t.equal((await ballotIn(world, stream.slice('ballot-'.length))).standing, 'over')
  await nothingIsParked(t, world)
})

t.test('a proposal is scored anew under another key, revealed and counted again', async t => {
  const world = await judgedRound(t, { judges: 5 })
  await declareNone(world)
  await submitAll(world)
  await closeJudging(world)
  await reveal(world)
  const anew = first(world.proposals).id
  await toRound(world, world.chair, 'order-rescoring', { proposals: [anew], until: '2026-06-30', reason })
  await settled(world.s.runtime)
  const leaving = { name: first(await seatsIn(world)).name, reason }
  const path = `/v1/competition-round/${world.round}/replace-judge`
  const refused = await world.s.call(world.chair, 'POST', path, leaving)
  t.match(
    refused.body.reasons?.map(({ rule }: { rule: string }) => rule),
    ['nothingIsRevealed'],
  )
  const keys = new Set<string>()
  for (const seat of await seatsIn(world)) {
    const { sheets } = await ballotIn(world, seat.ballot)
    if (!sheets.some(({ proposal }) => proposal === anew)) continue
    t.equal((await toBallot(world, seat, 'submit-sheet', written(anew, 3))).status, 200)
    for (const each of (await ballotIn(world, seat.ballot)).sheets)
      if (each.submitted) keys.add(each.submitted.scores.key)
  }
  t.equal(keys.size, 2)
  await closeJudging(world)
  await reveal(world)
  const { tally, sitting } = await roundIn(world)
  t.match([sitting, tally?.number], [2, 2])
  t.match(
    tally?.results.find(({ proposal }) => proposal === anew),
    { total: '60.00' },
  )
  await nothingIsParked(t, world)
})

t.test('ballots end with their round', async t => {
  const world = await judgedRound(t)
  await toRound(world, world.bureau, 'cancel-round', { reason })
  await settled(world.s.runtime)
  for (const { ballot } of await seatsIn(world)) t.equal((await ballotIn(world, ballot)).standing, 'over')
})
