/** A whole round told over HTTP, and its decision pack: verified, read by anybody, and forged in every way that helps. */
import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import pino from 'pino'
import t, { type Test } from 'tap'
import { linkIn } from '../engine/chain.ts'
import { simulatedClock } from '../engine/clock.ts'
import { type SignedHead, signHead } from '../engine/log-head.ts'
import { buildApp } from '../services/api/app.ts'
import { type Decision, decisionIn } from '../services/decision-pack/decision.ts'
import { definitionsOf } from '../services/decision-pack/definitions.ts'
import { type DecisionPack, written } from '../services/decision-pack/format.ts'
import { lackIn, type Outside, strangeHead } from '../services/decision-pack/outside.ts'
import { roundIn } from '../services/decision-pack/replay.ts'
import { notTakenOver } from '../services/decision-pack/taken-over.ts'
import { summaryOf, verified } from '../services/decision-pack/verify.ts'
import { type Played, play } from '../services/demo/play.ts'
import { tellRound } from '../services/demo/story.ts'
import { jsonOrNothing } from '../services/json.ts'
import { openRuntime } from '../services/runtime.ts'
import { forged, publicTextFor } from './support/forged-pack.ts'
import { eventStoreOf } from './support/log.ts'
import { database } from './support/postgres.ts'
import { rootKeys } from './support/root-keys.ts'
import { testIssuer } from './support/service.ts'

const PROPOSALS = 16
/** Bytes that are changed one at a time; the seed makes them the same in every run. */
const SAMPLE = { numRuns: 150, seed: 20261128 }

const folder = mkdtempSync(join(tmpdir(), 'gongchuang-decision-'))
t.teardown(() => rmSync(folder, { recursive: true }))
const said: string[] = []

const { url } = await database(t)
const files = {
  folder: join(folder, 'files'),
  maxBytes: 1024 ** 2,
  unnamedMaxBytes: 1024 ** 3,
  scanCommand: [],
  s3: undefined,
}
const local = await testIssuer()
const played: Played = await play({
  databaseUrl: url,
  eventStore: eventStoreOf(url),
  folder,
  rootKeys,
  files,
  local,
  tell: stage => tellRound(stage, PROPOSALS),
  say: (zh, en) => said.push(zh, en),
})

const read = (file: string): string => readFileSync(file, 'utf8')
const text = read(played.pack)
const pack = JSON.parse(text) as DecisionPack
const kept = read(played.heads)
  .trim()
  .split('\n')
  .map(line => JSON.parse(line) as SignedHead)
const heads: Outside = { heads: kept }
const trueKey: Outside = { publicKey: publicTextFor(rootKeys.signing) }

const flawOf = (file: string, outside: Outside = heads) => verified(file, jsonOrNothing(file), outside).flaw

t.test('a round goes from its rules to the archive, and what is published is what anybody recomputes', async t => {
  t.equal(played.status, 0)
  t.match(said.join('\n'), /轮次已归档/)
  t.equal(flawOf(text), undefined)
  t.equal(flawOf(text, trueKey), undefined)
  t.equal(pack.publications.length, 2, 'an upheld objection changed the list')
  const replaced = pack.streams.flatMap(({ events }) =>
    events.filter(each => 'type' in each && each.type === 'ChairReplaced'),
  )
  t.ok(replaced.length === 1 && replaced.every(each => 'data' in each), 'the bureau is shown who chaired after whom')
  for (const { seed = '' } of pack.seeds) t.notMatch(seed, /^[0-9a-f]+$/, 'a seed is any line that is long enough')
})

t.test('the head that was signed when the list was published is enough', async t => {
  const [published] = pack.heads
  t.ok(published && published.head.size < (pack.heads.at(-1)?.head.size ?? 0))
  t.equal(flawOf(text, { heads: [published?.head as SignedHead] }), undefined)
})

t.test(
  'anybody is given the round, its rules and the sheets that counted; no draft, no proposal, no objection',
  async t => {
    const open = JSON.parse(read(played.publicPack)) as DecisionPack
    t.equal(flawOf(read(played.publicPack)), undefined)
    const shown = open.streams.flatMap(({ stream, events }) =>
      events.flatMap(event => ('data' in event ? [`${stream.split('-')[0]} ${event.type}`] : [])),
    )
    t.notOk(
      shown.some(each => /Chair(Replaced|Noted)/.test(each)),
      'why a chair left, and when, is shown to nobody else',
    )
    t.ok(shown.includes('ballot BallotSealed') && shown.includes('competitionRound TallyRecorded'))
    t.same(
      shown.filter(each =>
        /^(proposal|objection) |JudgeInvited|OfficersNoted|ConflictsDeclared|DraftSaved|SheetSubmitted|Recused/.test(
          each,
        ),
      ),
      [],
    )
    t.same(
      open.streams
        .flatMap(({ stream, events }) => (/^(proposal|objection)-/.test(stream) ? events : []))
        .filter(each => !('hash' in each)),
      [],
      'of lives that one may not see there are hashes alone',
    )
    const round = open.streams.find(({ stream }) => stream.startsWith('competitionRound-'))?.events ?? []
    t.ok(
      round.some(event => 'type' in event && event.type === 'OfficersNoted'),
      'that officers were noted stands there, and not who',
    )
  },
)

t.test('a byte that is changed anywhere is found', async t => {
  const anotherByte = fc.tuple(fc.nat(text.length - 2), fc.integer({ min: 32, max: 126 }))
  fc.assert(
    fc.property(anotherByte, ([at, code]) => {
      const sign = String.fromCharCode(code)
      const changed = text.slice(0, at) + (text[at] === sign ? '\t' : sign) + text.slice(at + 1)
      return flawOf(changed) !== undefined
    }),
    SAMPLE,
  )
  for (const changed of [text.slice(0, -1), `${text} `, text.replace('","', '", "'), ''])
    t.ok(flawOf(changed), 'another way of writing the same, or nothing')
})

t.test('who recomputes every hash and signs anew is found', async t => {
  const own = generateKeyPairSync('ed25519').privateKey
  const more = { type: 'AwardsDecided', change: (data: { left: number }) => ({ ...data, left: data.left + 1 }) }
  const byForger = forged(pack, more, own)
  t.match(flawOf(byForger), { at: 'heads', en: /signed by another key than the one known from outside/ })
  t.match(flawOf(byForger, trueKey), { at: 'heads' })
  const byOperator = forged(pack, more, rootKeys.signing)
  t.match(
    flawOf(byOperator),
    { at: /^heads@\d+$/, en: /another root, signed by the same key: the log was rewritten/ },
    'a head that was kept finds the operator too',
  )
  t.match(flawOf(byOperator, trueKey), { at: /AwardsDecided/ }, 'and what was changed is found by itself')
})

/** The same service again, and whoever observed the round asks it for its pack. */
const askedAgain = async (t: Test) => {
  const clock = simulatedClock(new Date('2026-12-01T01:00:00Z'))
  const logger = pino({ level: 'silent' })
  const heads = { events: 1_000, minutes: 60, to: undefined }
  const eventStore = eventStoreOf(url)
  const options = { databaseUrl: url, eventStore, rootKeys, files, issuer: local, logger, clock, hurried: true, heads }
  const runtime = await openRuntime(options)
  const app = await buildApp(runtime, logger)
  t.teardown(async () => {
    await app.close()
    await runtime.close()
  })
  const headers = { authorization: `Bearer ${await local.sign(observer(), clock.now(), 600)}` }
  return async (query: string) =>
    (await app.inject({ url: `/v1/competition-round/${pack.round}/decision-pack${query}`, headers })).body
}

const observer = (): string => {
  const drafted = pack.streams.flatMap(({ events }) => events).find(event => typeOf(event) === 'RoundDrafted')
  return JSON.parse(drafted && 'data' in drafted ? drafted.data : '{}').observer
}

const inFile = (size: number): boolean => pack.heads.some(({ head }) => head.size === size)

t.test('whatever head somebody kept, nothing is said against the file that does not hold it', async t => {
  const others = kept.filter(({ size }) => !inFile(size))
  t.ok(others.length > 2, 'most heads that were signed are not in the file')
  for (const head of others) {
    const outside = { heads: [head] }
    t.equal(strangeHead(pack, outside), undefined)
    t.match(lackIn(pack, outside), { lacks: 'head', en: `ask for it with ?head=${head.size};` })
  }
  const { flaw, report } = verified(text, jsonOrNothing(text), { heads: others })
  t.match(flaw, { lacks: 'head', en: /nothing is said against the file/, zh: /这不说明文件有误/ })
  t.match(report.join('\n'), /is signed by the key known from outside/, 'and all else is worked out')
})

t.test('the pack holds the heads that its reader kept, and then they vouch for it', async t => {
  const ask = await askedAgain(t)
  const others = kept.filter(({ size }) => !inFile(size)).slice(-10)
  const wanted = [...kept.filter(({ size }) => inFile(size)), ...others, ...others].toReversed().slice(0, 20)
  const given = await ask(`?${wanted.map(({ size }) => `head=${size}`).join('&')}`)
  const asked = JSON.parse(given) as DecisionPack
  const sizes = new Set([...pack.heads.map(({ head }) => head.size), ...wanted.map(({ size }) => size)])
  t.strictSame(
    asked.heads.map(({ head }) => head.size),
    [...sizes].toSorted((a, b) => a - b),
  )
  for (const head of wanted) t.equal(lackIn(asked, { heads: [head] }), undefined)
  const { flaw, report } = verified(given, asked, { heads: others })
  t.equal(flaw, undefined)
  t.match(report.at(-1), `the head that was kept, ${others.at(-1)?.size} of`)
})

t.test('a head that nobody signed is not made up', async t => {
  const ask = await askedAgain(t)
  const never = kept.reduce((size, head) => (head.size === size ? size + 1 : size), 1)
  const cases: [string, number, string][] = [
    [`?head=${never}`, 404, 'no-such-head'],
    [`?head=${kept.at(-1)?.size}&head=999999999999`, 404, 'no-such-head'],
    ['?head=0', 400, 'invalid-query'],
    ['?head=x', 400, 'invalid-query'],
    [`?${'head=1&'.repeat(21)}`, 400, 'invalid-query'],
  ]
  for (const [query, status, code] of cases) t.match(JSON.parse(await ask(query)), { status, code }, query)
})

t.test('three reasons why a head that was kept is not in a file are told apart', async t => {
  const last = pack.heads.at(-1)?.head as SignedHead
  const own = generateKeyPairSync('ed25519').privateKey
  const { publicKey: _, signature: __, ...of } = last
  const later = signHead(rootKeys.signing, { ...of, size: last.size + 5, root: '1'.repeat(64) })
  t.match(flawOf(text, { heads: [later] }), {
    lacks: 'head',
    en: new RegExp(
      `ask for it with \\?head=${later.size};.*; the file is older than that head, it ends at ${last.size}$`,
    ),
  })
  const rewritten = signHead(rootKeys.signing, { ...of, root: '1'.repeat(64) })
  const ofAnother = signHead(own, of)
  const cases: [string, Outside, RegExp][] = [
    ['another root', { heads: [rewritten] }, /the log was rewritten/],
    ['another root, beside a head that is in it', { heads: [...kept, rewritten] }, /the log was rewritten/],
    ['another key', { heads: [ofAnother] }, /of another log, or forged/],
    ['another key', { publicKey: publicTextFor(own) }, /of another log, or forged/],
    ['not as it was signed', { heads: [{ ...last, root: '1'.repeat(64) }] }, /its signature is not valid/],
  ]
  for (const [name, outside, en] of cases) {
    const flaw = flawOf(text, outside)
    t.match(flaw, { en }, name)
    t.notOk(flaw && 'lacks' in flaw, name)
  }
  const { flaw, report } = verified(text, jsonOrNothing(text), { heads: [...kept, later] })
  t.equal(flaw, undefined)
  t.match(report.at(-1), `the file is older than that head, it ends at ${last.size}`)
})

t.test('what speaks against a file is said before that a head is lacking', async t => {
  const more = { type: 'AwardsDecided', change: (data: { left: number }) => ({ ...data, left: data.left + 1 }) }
  const heads = kept.filter(({ size }) => !inFile(size))
  t.match(flawOf(forged(pack, more, rootKeys.signing), { heads }), { at: /AwardsDecided/ })
})

type Loose = Record<string, unknown>
type Rows = { [field: string]: Loose[] }
const first =
  (list: string, change: (row: Loose) => Loose) =>
  (data: Rows): unknown => ({ ...data, [list]: (data[list] ?? []).map((row, n) => (n === 0 ? change(row) : row)) })

t.test('what does not follow is named, whoever signed it', async t => {
  const cases: [string, string, (data: never) => unknown, RegExp][] = [
    ['a seed', 'SeedRevealed', (data: Loose) => ({ ...data, seed: 'another-seed-of-mine' }), /SeedRevealed$/],
    [
      'the draw',
      'PanelDrawn',
      (data: { panel: string[] }) => ({ ...data, panel: data.panel.toReversed() }),
      /PanelDrawn$/,
    ],
    ['a verdict', 'EligibilityChecked', first('verdicts', row => ({ ...row, met: !row.met })), /EligibilityChecked$/],
    [
      'an opened score',
      'SheetsOpened',
      first('sheets', row => ({ ...row, scores: { ...(row.scores as object), need: '25' } })),
      /SheetsOpened$/,
    ],
    ['a total', 'TallyRecorded', first('results', row => ({ ...row, total: '99.00' })), /TallyRecorded$/],
    ['an award', 'RankingSettled', first('awards', row => ({ ...row, amount: 1 })), /RankingSettled$/],
    ['a row of the list', 'PublicityOpened', first('list', row => ({ ...row, rank: 2 })), /PublicityOpened$/],
    ['who moves up', 'ReserveMovedUp', first('offers', row => ({ ...row, amount: 1 })), /ReserveMovedUp$/],
    ['the list of proposals', 'ListSettled', (data: Loose) => ({ ...data, digest: '0'.repeat(64) }), /ListSettled$/],
    ['what an entry says', 'ProposalEntered', (data: Loose) => ({ ...data, requested: 1 }), /ProposalEntered$/],
    [
      'how a check came out',
      'EligibilityNoted',
      (data: Loose) => ({ ...data, overridden: [{ rule: 'tier', reason: '放宽' }] }),
      /EligibilityNoted$/,
    ],
    ['an answer', 'OfferAccepted', (data: Loose) => ({ ...data, amount: 1 }), /OfferAnswered$/],
    [
      'what an objection led to',
      'ObjectionTakenUp',
      (data: Loose) => ({ ...data, effect: 'exclude' }),
      /ObjectionTakenUp$/,
    ],
    ['the fingerprint', 'RoundOpened', (data: Loose) => ({ ...data, scoresKey: '0'.repeat(64) }), /^keys scores:/],
  ] as never
  for (const [name, type, change, at] of cases)
    t.match(flawOf(forged(pack, { type, change: change as never }, rootKeys.signing), trueKey), { at }, name)
})

t.test('a check that the round published past is named', async t => {
  const decision = decisionIn(pack) as Decision
  t.notOk(notTakenOver(decision))
  const { round } = decision
  const unheard = round.told.find(({ type }) => type === 'EligibilityNoted')
  const told = round.told.filter(each => each !== unheard)
  t.match(notTakenOver({ ...decision, round: { ...round, told } }), { at: /EligibilityChecked$/ })
})

t.test('a text that was taken back is not said, and the round is verified all the same', async t => {
  const redacted = pack.streams.find(({ events }) => events.some(event => typeOf(event) === 'TextRedacted'))
  t.match(
    redacted?.events.filter(event => typeOf(event) === 'OfferDeclined'),
    [{ bodyHash: /^[0-9a-f]{64}$/ }],
  )
  t.match(verified(text, pack, heads).report.join(), `1/${PROPOSALS} 个、异议`)
  const all = JSON.parse(read(played.publicPack)) as DecisionPack
  const hiddenThere = all.streams.find(({ stream }) => stream === redacted?.stream)?.events ?? []
  t.ok(hiddenThere.length > 0)
  t.ok(
    hiddenThere.every(event => !('type' in event)),
    'to whoever may not see it not even what kind it was',
  )
  const uncovered = changedIn('proposal', events => events.filter(event => typeOf(event) !== 'TextRedacted'))
  t.match(flawOf(retold(uncovered)), { at: /OfferDeclined$/ }, 'nor is anything left out without that')
})

type Streams = DecisionPack['streams']
type Event = Streams[number]['events'][number]

/** As a forger writes it who has no key: true events under true heads, less of them, and a summary that fits. */
const retold = (streams: Streams): string => {
  const decision = decisionIn({ ...pack, streams })
  if ('flaw' in decision) throw new Error(decision.flaw.en)
  const { round, proposals, ballots, objections } = decision
  const lives = [round, ...proposals.values(), ...ballots.values(), ...objections.values()]
  const definitions = definitionsOf(lives.flatMap(({ told }) => told))
  return written({ ...pack, streams, definitions, ...summaryOf(decision.rules, roundIn(decision)) })
}

const isOf = (category: string) => (each: Streams[number]) => each.stream.startsWith(`${category}-`)
const changedIn = (category: string, change: (events: Event[]) => Event[]): Streams =>
  pack.streams.map(each => (isOf(category)(each) ? { ...each, events: change(each.events) } : each))

const typeOf = (event: Event): string => ('type' in event ? event.type : '')
const hidden = (event: Event): Event => {
  if (!('data' in event)) return event
  const { revision, leaf, proof, metadata } = event
  return { revision, leaf, proof, hash: linkIn(metadata)?.hash ?? '' }
}
const masked = (event: Event): Event => {
  if (!('data' in event)) return event
  const { revision, leaf, proof, type, metadata } = event
  return { revision, leaf, proof, type, bodyHash: linkIn(metadata)?.bodyHash ?? '' }
}
const firstPublication = (events: Event[]) => events.findIndex(event => typeOf(event) === 'PublicityOpened')
const cutOff = (events: Event[]): Event[] => events.slice(0, firstPublication(events) + 1)
const ofTypes =
  (change: (event: Event) => Event, types: RegExp) =>
  (events: Event[]): Event[] =>
    events.map(event => (types.test(typeOf(event)) ? change(event) : event))

t.test('what is left out is named, though every proof holds', async t => {
  const notShown = /an event that everybody is shown is not shown/
  const notNamed = /the streams of the file are not those that the round names/
  const later = (events: Event[]) => events.map((event, n) => (n > firstPublication(events) ? hidden(event) : event))
  const opening = /OfferAnswered|ReserveMovedUp|ObjectionNoted|ObjectionTakenUp/
  const [one, another] = pack.streams.filter(isOf('proposal')) as [Streams[number], Streams[number]]
  const lastBallot = pack.streams.findLast(isOf('ballot'))
  const cases: [string, Streams, RegExp][] = [
    ['all after the first publication', changedIn('competitionRound', later), notShown],
    ['answers, the reserve and objections', changedIn('competitionRound', ofTypes(hidden, opening)), notShown],
    ['the same, as if they were confidential', changedIn('competitionRound', ofTypes(masked, opening)), notShown],
    ['an opened ballot', changedIn('ballot', ofTypes(masked, /SheetsOpened|SheetVoided/)), notShown],
    ['a seal', changedIn('ballot', ofTypes(masked, /BallotSealed/)), notShown],
    ['the kinds of what a ballot holds', changedIn('ballot', ofTypes(hidden, /BallotClosed/)), notShown],
    ['checks of eligibility', changedIn('proposal', ofTypes(hidden, /EligibilityChecked/)), notShown],
    [
      'that it resembled another, or who agreed',
      changedIn('proposal', ofTypes(masked, /Resemblance|CoApplication/)),
      notShown,
    ],
    ['that a proposal was checked', changedIn('proposal', ofTypes(masked, /EligibilityChecked/)), notShown],
    ['how objections ended', changedIn('objection', events => events.slice(0, 3)), /the round says what/],
    ['one proposal', pack.streams.filter(each => each !== one), notNamed],
    ['one ballot', pack.streams.filter(each => each !== lastBallot), notNamed],
    ['all objections', pack.streams.filter(each => !isOf('objection')(each)), notNamed],
    ['a stream twice', [...pack.streams, one], notNamed],
    [
      'two streams swapped',
      pack.streams.map(each => (each === one ? another : each === another ? one : each)),
      notNamed,
    ],
    ['the end of the round, and what hangs on it', cutOffWithout(/^(proposal|objection)-/), notNamed],
    ['the end of the round alone', changedIn('competitionRound', cutOff), notNamed],
    ['the end of the round with its objections', cutOffWithout(/^objection-/), /the stream ends before it/],
    [
      'the end of a ballot',
      changedIn('ballot', events =>
        events.slice(
          0,
          events.findIndex(event => typeOf(event) === 'SheetsOpened'),
        ),
      ),
      /the stream ends before it/,
    ],
  ]
  for (const [name, streams, en] of cases) t.match(flawOf(retold(streams)), { en }, name)
})

const cutOffWithout = (streams: RegExp): Streams =>
  changedIn('competitionRound', cutOff).filter(({ stream }) => !streams.test(stream))

t.test('a file that is cut off everywhere is one from an earlier day: it says from which', async t => {
  const round = pack.streams.find(isOf('competitionRound'))?.events ?? []
  const end = round[firstPublication(round)]?.leaf ?? 0
  const streams = pack.streams.flatMap(({ stream, events }) => {
    const earlier = events.filter(({ leaf }) => leaf <= end)
    return earlier.length > 0 ? [{ stream, events: earlier }] : []
  })
  const file = retold(streams)
  const { flaw, report } = verified(file, jsonOrNothing(file), heads)
  t.equal(flaw, undefined)
  t.match(report.join('\n'), /the round stands at publicity, up to revision \d+ \(PublicityOpened of 2026-/)
  const whole = verified(text, jsonOrNothing(text), heads).report.join('\n')
  t.match(whole, /the round stands at archived, up to revision \d+ \(\w+ of 2026-/)
})

t.test('what the file says beside its events is held against them', async t => {
  const [definition] = pack.definitions
  const cases: [string, Partial<DecisionPack>, RegExp][] = [
    ['rules', { rules: { ...(pack.rules as object), quorum: 1 } }, /^rules$/],
    ['seeds', { seeds: [] }, /^seeds$/],
    ['a list', { publications: pack.publications.slice(1) }, /^publications$/],
    ['a definition', { definitions: [{ ...definition, hash: '0'.repeat(16) } as never] }, /^definitions$/],
    ['a seal', { sealed: pack.sealed.slice(1) }, /BallotSealed$/],
    ['another key', { keys: pack.keys.map(each => ({ ...each, key: Buffer.alloc(32).toString('base64') })) }, /^keys /],
  ]
  for (const [name, change, at] of cases) t.match(flawOf(written({ ...pack, ...change })), { at }, name)
})

t.test('a program of other definitions says which it would need', async t => {
  const asked = { type: 'RoundDrafted', change: (data: unknown) => data }
  const other = forged(pack, asked, rootKeys.signing).replaceAll(
    pack.definitions.find(({ workflow }) => workflow === 'judge')?.hash ?? 'no such hash',
    '0'.repeat(16),
  )
  t.equal(flawOf(other, trueKey), undefined, 'no judge of the pool stands in it')
})

t.test('the command line', async t => {
  const run = promisify(execFile)
  const verify = (...args: string[]) =>
    run(process.execPath, ['services/gongchuang.ts', 'verify', ...args]).then(
      ({ stdout }) => ({ code: 0, out: stdout }),
      error => ({ code: error.code as number, out: `${error.stdout}${error.stderr}` }),
    )
  t.match(await verify(played.pack, '--head', played.heads), {
    code: 0,
    out: /tally and ranking of \d+ proposals are the same/,
  })
  const changed = join(folder, 'changed.json')
  copyFileSync(played.pack, changed)
  writeFileSync(changed, text.replace('"total\\":\\"', '"total\\":\\"9'))
  t.match(await verify(changed, '--head', played.heads), {
    code: 1,
    out: /@\d+: 内容与其校验值不符 \/ what it says is not what was hashed/,
  })
  const other = join(folder, 'other-head.json')
  writeFileSync(other, JSON.stringify(kept.find(({ size }) => !inFile(size))))
  t.match(await verify(played.pack, '--head', other), {
    code: 3,
    out: /tally and ranking .*\n--head: 本文件中没有留存的日志头 \d+.*ask for it with \?head=\d+; nothing is said against the file/s,
  })
  writeFileSync(other, '\n')
  t.match(await verify(played.pack, '--head', other), { code: 2, out: /holds no head of a log/ })
  t.match(
    await verify(played.pack),
    { code: 2, out: /须给定留存的日志头或公钥/ },
    'nothing is believed from the file itself',
  )
})
