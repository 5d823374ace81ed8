/** Why a proposal stands elsewhere than it did, or is awarded something else. */
import type { Title } from '../../engine/definition.ts'
import type { Award } from './awards.ts'
import { yuan } from './decimal.ts'
import type { Outcome } from './outcome.ts'
import type { Result } from './tally.ts'

export type Why = Title & {
  code: 'total' | 'dropped' | 'quorum' | 'tie' | 'overtaken-by' | 'overtook' | 'money'
  /** The proposals that passed it, or that it passed. */
  proposals?: string[]
}

type Sides<T> = { real: T | undefined; supposed: T | undefined }

/** Nothing for whoever stands where they stood, with the same award. */
export const reasonsFor = (real: Outcome, supposed: Outcome) => {
  const passed = passing(real, supposed)
  return (proposal: string): Why[] => {
    const results = { real: real.results.get(proposal), supposed: supposed.results.get(proposal) }
    const awards = { real: real.awards.get(proposal), supposed: supposed.awards.get(proposal) }
    const stays = results.real?.rank === results.supposed?.rank && awards.real?.amount === awards.supposed?.amount
    if (stays) return []
    return [...aboutScore(results), ...aboutTies(results), ...passed(proposal), ...aboutMoney(awards)]
  }
}

const aboutScore = ({ real, supposed }: Sides<Result>): Why[] => {
  if (!real || !supposed) return real === supposed ? [] : [quorum(supposed === undefined)]
  const why: Why[] = []
  if (real.total !== supposed.total)
    why.push({
      code: 'total',
      zh: `总分由${real.total}变为${supposed.total}`,
      en: `The total goes from ${real.total} to ${supposed.total}.`,
    })
  if (droppedIn(real) !== droppedIn(supposed))
    why.push({
      code: 'dropped',
      zh: `去掉的评分由${droppedIn(real) || '无'}变为${droppedIn(supposed) || '无'}`,
      en: `Sheets left out: ${droppedIn(real) || 'none'} before, ${droppedIn(supposed) || 'none'} then.`,
    })
  return why
}

const quorum = (lost: boolean): Why =>
  lost
    ? { code: 'quorum', zh: '有效评分不足，没有名次', en: 'Too few sheets remain for a rank.' }
    : { code: 'quorum', zh: '有效评分足够，有了名次', en: 'There are enough sheets for a rank.' }

const droppedIn = ({ sheets }: Result): string =>
  sheets
    .filter(({ dropped }) => dropped)
    .map(({ judge }) => judge)
    .sort()
    .join(', ')

const aboutTies = ({ real, supposed }: Sides<Result>): Why[] =>
  real && supposed && (real.tied || supposed.tied) && real.decidedBy !== supposed.decidedBy
    ? [
        {
          code: 'tie',
          zh: `同分原由“${real.decidedBy ?? '无'}”决定，现由“${supposed.decidedBy ?? '无'}”决定`,
          en: `Among equal totals it was ${real.decidedBy ?? 'nothing'} that decided; then it is ${supposed.decidedBy ?? 'nothing'}.`,
        },
      ]
    : []

const NAMED = 5
const SOME = Number.POSITIVE_INFINITY

/** Who goes past whom. The first few are named; the sentence says how many they are. */
const passing = (real: Outcome, supposed: Outcome) => {
  const ranks = [...new Set([...real.results.keys(), ...supposed.results.keys()])].map(proposal => ({
    proposal,
    before: real.results.get(proposal)?.rank ?? SOME,
    after: supposed.results.get(proposal)?.rank ?? SOME,
  }))
  const own = new Map(ranks.map(each => [each.proposal, each]))
  return (proposal: string): Why[] => {
    const { before = SOME, after = SOME } = own.get(proposal) ?? {}
    const by = ranks.filter(each => each.before >= before && each.after < after && each.proposal !== proposal)
    const over = ranks.filter(each => each.before <= before && each.after > after && each.proposal !== proposal)
    return [
      ...counted('overtaken-by', by, n => ({ zh: `被${n}个申报超过`, en: `Overtaken by ${n}.` })),
      ...counted('overtook', over, n => ({ zh: `超过${n}个申报`, en: `Overtakes ${n}.` })),
    ]
  }
}

const counted = (code: Why['code'], who: readonly { proposal: string }[], say: (n: number) => Title): Why[] =>
  who.length === 0 ? [] : [{ code, ...say(who.length), proposals: who.slice(0, NAMED).map(({ proposal }) => proposal) }]

const aboutMoney = ({ real, supposed }: Sides<Award>): Why[] => {
  const [before, after] = [real?.amount ?? 0, supposed?.amount ?? 0]
  if (before === after) return []
  const left = { real: real?.parts.left ?? 0, supposed: supposed?.parts.left ?? 0 }
  return [
    {
      code: 'money',
      zh: `资助由${yuan(before)}元变为${yuan(after)}元；轮到时余额由${yuan(left.real)}元变为${yuan(left.supposed)}元`,
      en: `The award goes from ¥${yuan(before)} to ¥${yuan(after)}; when its turn comes ¥${yuan(left.supposed)} is left instead of ¥${yuan(left.real)}.`,
    },
  ]
}
