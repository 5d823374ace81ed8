/** 轮次认定评分无效后在评分册上作废: the ballot says so too, and keeps what was written. */
import { type Cause, policy } from '../../engine/policy.ts'
import type { CompetitionRound } from '../competition-round/data.ts'
import type { CompetitionRoundEvents } from '../competition-round/index.ts'
import { ballotNamed } from './to-ballots.ts'

type Voided = { name: string; proposal?: string | undefined }

const voidSheet = ({ event: { name, proposal }, after }: Cause<CompetitionRound, Voided>) => {
  const id = ballotNamed(after, name)
  const input = proposal === undefined ? {} : { proposal }
  return id === undefined ? [] : [{ workflow: 'ballot', id, command: 'void-sheet', input }]
}

export const voidSheetsInBallotWhenRoundDoes = policy<{
  'competition-round': { data: CompetitionRound; events: CompetitionRoundEvents }
}>()({
  name: 'void-sheets-in-ballot-when-round-does',
  title: { zh: '轮次认定评分无效后在评分册上作废', en: 'Void sheets in the ballot when the round does' },
  about: {
    zh: '轮次认定缺评无效，或认定已提交的评分无效后，评分册上相应的评分作废，内容留存。',
    en: 'When the round declares a missing sheet void, or one that was submitted, the ballot voids it and keeps what was written.',
  },
  sends: { ballot: ['void-sheet'] },
  otherwise: () => ({
    notNeeded: {
      zh: '该评分已回避或作废，或评分册已结束',
      en: 'the sheet is recused or void, or the ballot has ended',
    },
  }),
  when: { 'competition-round': { MissingVoided: voidSheet, SheetsVoided: voidSheet } },
})
