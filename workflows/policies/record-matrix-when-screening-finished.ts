/** 资格审查结束后记录评委回避表: who may judge what is published under pseudonyms before the panel is drawn; why somebody may not, nobody is told. */
import { type Cause, type Look, policy } from '../../engine/policy.ts'
import { acceptedJudges, type CompetitionRound, isCandidate } from '../competition-round/data.ts'
import type { CompetitionRoundEvents } from '../competition-round/index.ts'
import { conflictsOf, packOf } from './known-conflicts.ts'

const recordMatrix = async ({ id, after, meta }: Cause<CompetitionRound, object>, look: Look) => {
  const judges = acceptedJudges(after)
  if (after.standing !== 'judging' || after.panel.length > 0 || judges.length === 0) return []
  const { yearsApart } = (await packOf(look, after.pack)).panel
  const lives = judges.map(({ judge }) => judge)
  const conflicts = await conflictsOf(look, lives, after.entries.filter(isCandidate), {
    today: meta.occurredOn,
    yearsApart,
  })
  const matrix = judges.map(({ name, judge, outside, fields }) => ({
    name,
    outside,
    fields: [...fields],
    mayNot: conflicts.get(judge) ?? [],
  }))
  return [{ workflow: 'competition-round', id, command: 'record-matrix', input: { matrix } }]
}

export const recordMatrixWhenScreeningFinished = policy<{
  'competition-round': { data: CompetitionRound; events: CompetitionRoundEvents }
}>()({
  name: 'record-matrix-when-screening-finished',
  title: { zh: '资格审查结束后记录评委回避表', en: 'Record who may judge what when screening is finished' },
  about: {
    zh: '资格审查结束后，按任职、负责人员、需求与对接经办人和申报的利害关系，以代号记录各评委须回避的申报书；有评委此后答复邀请的，重新记录。',
    en: 'When screening is finished, the proposals that each judge may not judge are recorded under pseudonyms, from posts, officers, who posted needs and proposed matches, and declared ties; again where a judge answers an invitation later.',
  },
  sends: { 'competition-round': ['record-matrix'] },
  otherwise: () => ({
    notNeeded: {
      zh: '评委名单此后又有变化，或抽取已经开始',
      en: 'the judges have changed since, or the draw has begun',
    },
  }),
  when: { 'competition-round': { ScreeningFinished: recordMatrix, InvitationAnswered: recordMatrix } },
})
