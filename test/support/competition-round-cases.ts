/** The inputs that a walk over a round tries: enough to take every transition, few enough to end soon. */
import type { StateValue } from 'xstate'
import { leavesOf } from '../../engine/chart.ts'
import { type CompetitionRound, isCandidate, missingSheets, takesPart } from '../../workflows/competition-round/data.ts'
import { daysAfter } from '../../workflows/fields.ts'
import type { RoundPack } from '../../workflows/round-pack/pack.ts'
import {
  ballotOf,
  commitment,
  entry,
  judge,
  judgeLife,
  minutes,
  people,
  reason,
  round,
  seeds,
  system,
  tallyOf,
  votes,
} from './competition-round.ts'
import { idOf, TODAY } from './given.ts'
import { district } from './round-packs.ts'
import type { Case } from './walk.ts'

/** Three judges and one in reserve; whoever ranks alike is voted on. */
export const smallPack = (unrevealedSeed: RoundPack['panel']['unrevealedSeed']): RoundPack => ({
  ...district,
  quorum: 3,
  ties: ['vote'],
  panel: { ...district.panel, size: 3, outside: { of: 1, least: 0 }, reserves: 1, unrevealedSeed },
})

/** It reaches for one of two. */
const small = { ...round, fund: 1_000_000 }
/** Two proposals whose sheets are alike. */
const NUMBERS = [1, 11]
const OBJECTION = idOf(701)
const OFFICER = idOf(703)
const DEPUTY = idOf(702)
const AFTER_CLOSE = '2026-04-20'
const MUCH_LATER = '2026-07-01'

const because = [{ input: { reason } }]
const about = (proposal: string | undefined, more: object = {}): readonly Case[] =>
  proposal === undefined ? [] : [{ input: { proposal, ...more } }]

const firstCandidate = ({ entries }: CompetitionRound) => entries.find(isCandidate)?.proposal
const unchecked = ({ entries }: CompetitionRound) =>
  entries.find(each => takesPart(each) && each.eligible === undefined)?.proposal
const hasPublished = ({ publications }: CompetitionRound) => publications.length > 0

const entering = ({ entries, list }: CompetitionRound): readonly Case[] => {
  const next = NUMBERS[entries.length]
  const again = list && entries[0]?.version === 1 ? [{ input: entry(1, { version: 2 }) }] : []
  return [...(next === undefined ? [] : [{ input: entry(next) }]), ...again]
}

const inviting = ({ judges }: CompetitionRound): readonly Case[] =>
  judges.length < 4 && judges.every(({ accepts }) => accepts)
    ? [{ input: { judge: judgeLife(judges.length + 1) } }]
    : []

const comparing = ({ judges }: CompetitionRound): readonly Case[] => [
  { input: { matrix: judges.map(({ name, outside, fields }) => ({ name, outside, fields, mayNot: [] })) } },
]

const sealing = ({ panel, entries, seals }: CompetitionRound): readonly Case[] => {
  const assigned = entries.filter(isCandidate).map(({ proposal }) => proposal)
  const next = panel.find(({ name, replaced }) => !replaced && !seals.some(seal => seal.name === name))
  const owed = seals.length === 0 ? [assigned, assigned.slice(1)] : [assigned]
  return owed.map(submitted => ({ input: { name: next?.name, assigned, submitted, digest: entry(1).digest } }))
}

const replacing = ({ panel, judging }: CompetitionRound): readonly Case[] =>
  panel.length === 3 && judging?.until !== LONGER ? [{ input: { name: panel[0]?.name, until: LONGER, reason } }] : []
const LONGER = '2026-05-30'

const recuses = system('void-sheets-when-judge-recuses-late')
const voiding = ({ seals, voids, publications }: CompetitionRound): readonly Case[] =>
  voids.length === 0 && publications.length < 2
    ? seals.map(({ name, submitted }) => ({ by: recuses, input: { name, proposal: submitted[0], reason } }))
    : []

const takingUp = (data: CompetitionRound): readonly Case[] =>
  ['none', 'recheck', 'rescore', 'exclude'].map(effect => ({
    input: { objection: OBJECTION, effect, proposal: firstCandidate(data), reason },
  }))

const rescoring = (data: CompetitionRound): readonly Case[] =>
  data.sitting > 1 || !firstCandidate(data)
    ? []
    : [{ input: { proposals: [firstCandidate(data)], until: LONGER, reason } }]

const deciding = (data: CompetitionRound): readonly Case[] =>
  data.decisions.length > 0
    ? []
    : about(data.tally?.blocked[0]?.proposal ?? firstCandidate(data), {
        decision: 'withhold',
        votes: ALL_FOR,
        minutes,
        reasons: reason,
      })
const ALL_FOR = { ...votes, for: 3, against: 0 }

const answering = ({ entries }: CompetitionRound): readonly Case[] =>
  [true, false].flatMap(accepted =>
    about(entries.find(({ offer }) => offer && offer.answer === undefined)?.proposal, { accepted }),
  )

const inputs: Record<string, (data: CompetitionRound) => readonly Case[]> = {
  'draft-round': () => [{ input: small }],
  'revise-round': () => [{ input: small }],
  'commit-seed': () => [
    { by: people.bureau, input: commitment('organiser') },
    { by: people.observer, input: commitment('observer') },
  ],
  'extend-call': ({ closesOn }) => (closesOn === round.closesOn ? [{ input: { closesOn: '2026-04-05', reason } }] : []),
  'close-call': () => [{ on: AFTER_CLOSE }],
  'reopen-call': ({ closesOn }) => (closesOn === '2026-04-06' ? [] : [{ input: { closesOn: '2026-04-06', reason } }]),
  'settle-list': () => [{ on: AFTER_CLOSE }],
  'enter-proposal': entering,
  'withdraw-entry': data => about(data.entries.findLast(takesPart)?.proposal),
  'note-recheck': data => about(data.entries.find(each => each.eligible !== undefined)?.proposal),
  'note-eligibility': data => about(unchecked(data) ?? data.entries[0]?.proposal, { eligible: true, overridden: [] }),
  'invite-judge': inviting,
  // Somebody who declines is invited no more; the others all accept.
  'answer-invitation': ({ judges }) =>
    (judges.length === 1 ? [true, false] : [true]).map(accepts => ({ by: judge(1), input: { accepts } })),
  'note-officers': () => [{ input: { people: [OFFICER] } }],
  'record-matrix': comparing,
  'reveal-seed': () => [
    { by: people.bureau, input: { seed: seeds.organiser } },
    { by: people.observer, input: { seed: seeds.observer } },
  ],
  // On the last of the days that there are to reveal it, and on the next.
  'forfeit-seed': ({ comparedOn = TODAY }) =>
    [3, 4].map(days => ({ by: people.chair, on: daysAfter(comparedOn, days), input: { party: 'observer', reason } })),
  'return-to-screening': () => because,
  'replace-judge': replacing,
  'note-ballot': ({ panel }) =>
    panel
      .filter(({ ballot }) => !ballot)
      .slice(0, 1)
      .map(({ name }) => ({ input: { name, ballot: ballotOf(name) } })),
  'close-judging': () => [{ by: people.chair }],
  'extend-judging': ({ judging }) => (judging?.until === LONGER ? [] : [{ input: { until: LONGER, reason } }]),
  'note-bonus': data =>
    data.entries.some(({ bonuses }) => bonuses)
      ? []
      : about(firstCandidate(data), { bonus: 'special', points: '5', reason }),
  'note-sealed': sealing,
  'void-missing': data => missingSheets(data).map(missing => ({ input: { ...missing, reason } })),
  'record-tally': data => [{ input: tallyOf(data, smallPack('draw-without')) }],
  'record-vote': ({ tally }) => (tally?.openTies ?? []).map(order => ({ input: { order, votes: ALL_FOR, minutes } })),
  deliberate: deciding,
  'void-sheets': voiding,
  'open-publicity': () => [{ input: { where: '公告栏' } }],
  'publish-again': () => [{ input: { where: '公告栏' } }],
  'close-publicity': () => [{ on: MUCH_LATER }],
  'let-awards-stand': () => [{ input: { reason, minutes } }],
  'note-objection': data =>
    hasPublished(data) && data.objections.length === 0 ? [{ input: { objection: OBJECTION } }] : [],
  'take-up-objection': takingUp,
  'order-rescoring': rescoring,
  'note-offer-answer': answering,
  'add-to-fund': ({ fund }) => (fund > small.fund ? [] : [{ input: { amount: 3_000_000, reason } }]),
  'replace-chair': ({ chair }) => (chair === DEPUTY ? [] : [{ input: { chair: DEPUTY, reason } }]),
  'cancel-round': () => because,
}

/** Every input that could fit where the data stand like this; a command that is not here takes none. */
const inputsFor = (command: string, data: CompetitionRound, at: string): readonly Case[] =>
  command === 'enter-proposal' && at === 'open' && data.entries.length > 0
    ? []
    : (inputs[command] ?? (() => [{}]))(data)

export const casesFor = (command: string, data: CompetitionRound, value: StateValue): readonly Case[] => {
  const quiet = data.voids.length === 0 && data.objections.length === 0 && data.sitting === 1
  // What may happen at any time is tried where little else has.
  if (['cancel-round', 'replace-chair'].includes(command) && !(quiet && data.entries.length < 2)) return []
  if (command === 'withdraw-entry' && !(quiet && data.entries.every(takesPart))) return []
  if (command === 'note-bonus' && !quiet) return []
  if (command === 'add-to-fund' && !quiet) return []
  return inputsFor(command, data, leavesOf(value).join())
}

/** What tells two states of one value apart: only what is still asked about there. */
export const keyOf = (data: CompetitionRound, value: StateValue): unknown => {
  const [at = ''] = leavesOf(value)
  const entries = data.entries.map(({ eligible, out }) => [eligible, out])
  if (/^(blank|draft|open|closed)/.test(at)) return [data.closesOn, data.seeds.length, entries]
  if (/^(screening|judging.drawing)/.test(at)) return [entries, data.entries[0]?.version, ...drawingKey(data)]
  const since = [
    entries,
    data.sitting,
    data.voids.length,
    data.objections,
    data.publications.length,
    data.awards.length,
  ]
  if (at.startsWith('judging')) return [...since, ...judgingKey(data)]
  return [
    ...since,
    data.tallyDue,
    data.tally?.openTies.length,
    data.votes.length > 0,
    data.decisions.length,
    data.entries.map(({ offer }) => offer),
    data.fund,
  ]
}

const drawingKey = ({ seeds: bound, judges, matrix }: CompetitionRound): unknown[] => [
  bound.map(({ party, seed, forfeited }) => [party, seed, forfeited]),
  judges.map(({ accepts }) => accepts),
  matrix !== undefined,
]

const judgingKey = ({ panel, reserves, judging, seals }: CompetitionRound): unknown[] => [
  panel.map(({ ballot, replaced }) => [ballot !== undefined, replaced]),
  reserves.length,
  judging?.until,
  seals.map(({ submitted }) => submitted.length),
]
