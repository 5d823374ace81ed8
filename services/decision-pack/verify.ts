/** A decision pack from its text to the first thing that is wrong with it, or to what was found to be right. */
import type { Flaw } from '../../engine/proven-history.ts'
import type { CompetitionRound } from '../../workflows/competition-round/data.ts'
import { workflows } from '../../workflows/index.ts'
import { canonicalJson } from '../../workflows/judging/list.ts'
import { leftOut } from './completeness.ts'
import { type Decision, decisionIn, type Told } from './decision.ts'
import { strangeDefinition } from './definitions.ts'
import { checksIn, falseVerdict } from './eligibility.ts'
import type { DecisionPack } from './format.ts'
import { brokenIn, readPack } from './integrity.ts'
import { headLines, type Lack, lackIn, type Outside } from './outside.ts'
import { falseStep, roundIn } from './replay.ts'
import { falseBallot, strangeKey } from './sheets.ts'
import { isCheckable, isFindingShown, notTakenOver } from './taken-over.ts'

/** `report`: lines for people, in both languages. */
export type Verified = { flaw?: Flaw | Lack; report: readonly string[] }

/** `parsed`: what the text is as JSON, or nothing. */
export const verified = (text: string, parsed: unknown, outside: Outside): Verified => {
  const read = readPack(text, parsed)
  if ('flaw' in read) return { flaw: read.flaw, report: [] }
  const { pack } = read
  const broken = brokenIn(pack, outside)
  if (broken) return { flaw: broken, report: [] }
  const whole = wholeLine(pack)
  const decision = decisionIn(pack)
  if ('flaw' in decision) return { flaw: decision.flaw, report: [whole] }
  const strange = leftOut(pack, decision) ?? strangeDefinition(pack, decision, workflows) ?? strangeKey(decision)
  if (strange) return { flaw: strange, report: [whole] }
  return orLack(recomputed(pack, decision, outside, whole), lackIn(pack, outside))
}

/** What speaks against the file goes first: who lacks a head wants to know that too. */
const orLack = (found: Verified, lack: Lack | undefined): Verified =>
  found.flaw || !lack ? found : { ...found, flaw: lack }

const recomputed = (pack: DecisionPack, decision: Decision, outside: Outside, whole: string): Verified => {
  const round = roundIn(decision)
  const flaw =
    falseVerdict(decision) ??
    notTakenOver(decision) ??
    falseBallot(decision) ??
    falseStep(decision) ??
    unlikeSummary(pack, decision, round)
  return flaw ? { flaw, report: [whole] } : { report: [whole, ...reportOn(pack, decision, round, outside)] }
}

/** What the file says beside its events for people to find at once. */
const unlikeSummary = (pack: DecisionPack, { rules }: Decision, round: CompetitionRound): Flaw | undefined => {
  const due = summaryOf(rules, round)
  const part = (['rules', 'seeds', 'publications'] as const).find(each => !isSame(pack[each], due[each]))
  return part && { at: part, zh: '与事件所载不符', en: 'is not what the events say' }
}

const isSame = (one: unknown, other: unknown): boolean => canonicalJson(one) === canonicalJson(other)

export const summaryOf = (
  rules: Decision['rules'],
  { seeds, publications }: Pick<CompetitionRound, 'seeds' | 'publications'>,
): Pick<DecisionPack, 'rules' | 'seeds' | 'publications'> =>
  JSON.parse(
    JSON.stringify({
      rules,
      seeds: seeds.map(({ party, commitment, seed }) => ({ party, commitment, seed })),
      publications: publications.map(({ number, digest, list }) => ({ number, digest, list })),
    }),
  )

// ── for people ──────────────────────────────────────────────────────────────────────────────────

const wholeLine = ({ streams }: DecisionPack): string => {
  const events = streams.flatMap(stream => stream.events)
  const notShown = events.filter(event => !('data' in event)).length
  return `${streams.length} 个流、${events.length} 个事件完好，其中 ${notShown} 个未示内容 / ${streams.length} streams, ${events.length} events whole, ${notShown} of them not shown`
}

const reportOn = (pack: DecisionPack, decision: Decision, round: CompetitionRound, outside: Outside): string[] => {
  const { tally, panel, awards, publications } = round
  const sheets = tally?.results.reduce((total, result) => total + result.sheets.length, 0) ?? 0
  const funded = awards.filter(({ amount }) => amount > 0)
  const last = publications.at(-1)
  return [
    endLine(decision, round),
    ...checkLines(decision),
    `抽签一致，评审组 ${panel.length} 人 / the draw comes to the same panel, ${panel.length} judges`,
    `评分 ${sheets} 份启封一致，计票、排名一致：${tally?.results.length ?? 0} 个申报书 / ${sheets} sheets open to what was counted; tally and ranking of ${tally?.results.length ?? 0} proposals are the same`,
    `资助 ${funded.length} 个，共 ${yuan(funded.reduce((total, { amount }) => total + amount, 0))} 元 / ${funded.length} awards, ¥${yuan(funded.reduce((total, { amount }) => total + amount, 0))} in all`,
    `公示 ${publications.length} 次，最近名单 ${last?.digest ?? ''} / published ${publications.length} times, last list ${last?.digest ?? ''}`,
    ...headLines(pack, outside),
  ]
}

/** A file that was cut off is one that was true at an earlier time: so it says from when it is. */
const endLine = ({ round: { told } }: Decision, { standing }: CompetitionRound): string => {
  const { revision, type, metadata } = told.at(-1) as Told
  return `轮次至第 ${revision} 版（${metadata.recordedAt}，${type}）为 ${standing}；其后的事件不在本文件中 / the round stands at ${standing}, up to revision ${revision} (${type} of ${metadata.recordedAt}); nothing later is in this file`
}

/** What is not shown to this reader was not checked, and that is said. */
const checkLines = (decision: Decision): string[] => {
  const checks = checksIn(decision).length
  const { proposals, objections } = decision
  const unseen = [...proposals.values()].filter(life => !isCheckable(life))
  const unread = [...objections.values()].filter(life => !isFindingShown(life))
  return [
    `资格审查 ${checks} 次，结论一致 / ${checks} checks of eligibility come to the same`,
    `未示内容：申报书 ${unseen.length}/${proposals.size} 个、异议 ${unread.length}/${objections.size} 个 / not shown, and so not checked: ${unseen.length} of ${proposals.size} proposals, ${unread.length} of ${objections.size} objections`,
  ]
}

const yuan = (fen: number): string => (fen / 100).toFixed(2)
