/**
 * 假设推演: the ranking as it would be under other rules, beside the real one, with what moves and why. A question
 * about what was scored, not a way to score: nothing follows from it.
 */
import { z } from 'zod'
import type { Title } from '../../engine/definition.ts'
import { amount } from '../fields.ts'
import { type RoundPack, roundPack } from '../round-pack/pack.ts'
import type { Award } from './awards.ts'
import type { Decimal } from './decimal.ts'
import { type JudgedRound, type Outcome, outcomeUnder, totalOf } from './outcome.ts'
import type { Read, Rules } from './ranking.ts'
import { read, rulesOf } from './tally.ts'
import { reasonsFor, type Why } from './what-if-reasons.ts'

const points = z.int().min(1).max(100).meta({ zh: '分值', en: 'Points' })
const criterion = z.string().max(40).meta({ zh: '评分项', en: 'Criterion' })

/** What is asked: only what is to be other than it was. */
export const whatIf = z
  .strictObject({
    weights: z
      .record(criterion, points)
      .optional()
      .meta({
        zh: '各评分项分值（合计100，未列出的不变）',
        en: 'Points of criteria (100 together; those not named stay)',
        examples: [{ need: 30, design: 20 }],
      }),
    dropFrom: roundPack.shape.aggregation.shape.dropFrom
      .optional()
      .meta({ zh: '去掉最高最低分所需的份数', en: 'Drop highest and lowest from so many sheets', examples: [5] }),
    without: z
      .array(
        z
          .string()
          .min(1)
          .max(40)
          .meta({ zh: '评委代号', en: 'Pseudonym of a judge', examples: ['C03'] }),
      )
      .min(1)
      .max(99)
      .optional()
      .meta({ zh: '不计这些评委的评分', en: 'Without the sheets of these judges' }),
    ties: roundPack.shape.ties.optional().meta({ zh: '同分排序', en: 'How ties are settled, in order' }),
    fund: amount.optional().meta({ zh: '资金总额', en: 'Fund', shows: 'fen' }),
  })
  .meta({ zh: '假设条件', en: 'What would be other' })
export type WhatIf = z.infer<typeof whatIf>

export type Place = {
  rank: number | null
  total: Decimal | null
  /** `blocked`: too few sheets for a rank. `aside`: takes no money whatever its rank. */
  outcome: Award['outcome'] | 'blocked' | 'aside'
  amount: number
}
export type Compared = { proposal: string; real: Place; supposed: Place; why: Why[] }
export type WhatIfAnswer = {
  /** How many have another rank, and another award. */
  moved: number
  awardsChanged: number
  /** Fen that nobody is awarded. */
  left: { real: number; supposed: number }
  /** Ties under these rules that no vote has settled. */
  openTies: string[][]
  /** In the order that it would be. */
  proposals: Compared[]
}

export type Problem = Title & { path: string; code: string }

/** Sentences about what does not go together with the rest of the pack, or with the round; none: it can be asked. */
export const whatIfProblems = (pack: RoundPack, round: JudgedRound, asked: WhatIf): Problem[] => [
  ...strangers(pack, round, asked),
  ...(roundPack.safeParse(changed(pack, asked)).error?.issues ?? []).flatMap(issueSaid),
]

/** What a judge may give in steps is past; it says nothing about how points could be weighed. */
const PAST = ['step-does-not-fit']
const FIELDS: { [path: string]: string } = {
  'rubric.criteria': 'weights',
  'aggregation.dropFrom': 'dropFrom',
  ties: 'ties',
}

const issueSaid = (issue: z.core.$ZodIssue): Problem[] => {
  const { code, zh, en } = (issue as { params?: { code: string; zh: string; en: string } }).params ?? {}
  const path = FIELDS[issue.path.join('.')]
  return code && zh && en && path && !PAST.includes(code) ? [{ path, code, zh, en }] : []
}

const strangers = (pack: RoundPack, { sheets }: JudgedRound, { weights = {}, without = [] }: WhatIf): Problem[] => {
  const criteria = new Set(pack.rubric.criteria.map(({ id }) => id))
  const judges = new Set(sheets.map(({ judge }) => judge))
  return [
    ...Object.keys(weights)
      .filter(id => !criteria.has(id))
      .map(id => ({
        path: 'weights',
        code: 'no-such-criterion',
        zh: `评分标准中没有“${id}”`,
        en: `the rubric has no criterion “${id}”`,
      })),
    ...without
      .filter(name => !judges.has(name))
      .map(name => ({
        path: 'without',
        code: 'no-such-judge',
        zh: `没有代号为“${name}”的评委的评分`,
        en: `there is no sheet of a judge “${name}”`,
      })),
  ]
}

const changed = (pack: RoundPack, { weights = {}, dropFrom, ties }: WhatIf): RoundPack => ({
  ...pack,
  rubric: {
    ...pack.rubric,
    criteria: pack.rubric.criteria.map(each => ({ ...each, weight: weights[each.id] ?? each.weight })),
  },
  aggregation: { ...pack.aggregation, ...(dropFrom !== undefined && { dropFrom }) },
  ...(ties && { ties }),
})

/** What was given out of 25 points counts as its share of 30. Whole numbers: over one denominator for all criteria. */
export const weighedBy = (pack: RoundPack, weights: readonly number[]): Rules => {
  const real = pack.rubric.criteria.map(({ weight }) => BigInt(weight))
  const denominator = real.reduce((multiple, each) => (multiple / gcd(multiple, each)) * each, 1n)
  const multipliers = real.map((weight, at) => (BigInt(weights[at] ?? 0) * denominator) / weight)
  return { ...rulesOf(pack), multipliers, denominator }
}

const gcd = (one: bigint, other: bigint): bigint => (other === 0n ? one : gcd(other, one % other))

const rulesFor = (pack: RoundPack, supposed: RoundPack): Rules => {
  const { multipliers, denominator } = weighedBy(
    pack,
    supposed.rubric.criteria.map(({ weight }) => weight),
  )
  return { ...rulesOf(supposed), multipliers, denominator }
}

/** Beside the real ranking, which is reckoned from the same sheets. Ask `whatIfProblems` first. */
export const whatIfOf = (pack: RoundPack, round: JudgedRound, asked: WhatIf): WhatIfAnswer => {
  const scores = read(pack, round)
  const fund = asked.fund ?? round.fund
  const real = outcomeUnder(pack, round, rulesOf(pack), scores)
  const rules = rulesFor(pack, changed(pack, asked))
  const supposed = outcomeUnder(pack, { ...round, fund }, rules, withoutJudges(scores, asked.without ?? []))
  const proposals = compared(round, real, supposed)
  return {
    moved: proposals.filter(each => each.real.rank !== each.supposed.rank).length,
    awardsChanged: proposals.filter(each => each.real.amount !== each.supposed.amount).length,
    left: { real: round.fund - totalOf(real.awards), supposed: fund - totalOf(supposed.awards) },
    openTies: supposed.tally.openTies,
    proposals,
  }
}

/** Read once for both sides: of a big round that is a third of the work. */
const withoutJudges = (scores: readonly Read[], without: readonly string[]): readonly Read[] =>
  without.length === 0
    ? scores
    : scores.map(each => ({ ...each, sheets: each.sheets.filter(({ judge }) => !without.includes(judge)) }))

const compared = (round: JudgedRound, real: Outcome, supposed: Outcome): Compared[] => {
  const reasons = reasonsFor(real, supposed)
  return [...supposed.tally.results, ...supposed.tally.blocked].map(({ proposal }) => {
    const places = { real: placeIn(round, real, proposal), supposed: placeIn(round, supposed, proposal) }
    return { proposal, ...places, why: reasons(proposal) }
  })
}

const placeIn = ({ aside = [] }: JudgedRound, { results, awards }: Outcome, proposal: string): Place => {
  const result = results.get(proposal)
  const { outcome, amount: awarded = 0 } = awards.get(proposal) ?? {}
  const without = result === undefined ? 'blocked' : aside.includes(proposal) ? 'aside' : 'none'
  return {
    rank: result?.rank ?? null,
    total: result?.total ?? null,
    outcome: outcome ?? without,
    amount: awarded,
  }
}
