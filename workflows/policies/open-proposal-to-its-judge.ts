/** 分配后向评委开放申报书: a judge may read what is assigned to them, and nothing before. */
import { policy } from '../../engine/policy.ts'
import { type Ballot, stands } from '../ballot/data.ts'
import type { BallotEvents } from '../ballot/index.ts'

const opened = ({ proposal }: { proposal: string }, judge: string) => ({
  workflow: 'proposal',
  id: proposal,
  command: 'open-to-judge',
  input: { judge },
})

export const openProposalToItsJudge = policy<{ ballot: { data: Ballot; events: BallotEvents } }>()({
  name: 'open-proposal-to-its-judge',
  title: { zh: '分配后向评委开放申报书', en: 'Open a proposal to its judge' },
  about: {
    zh: '申报书分配给评委后，向该评委开放；缺评认定无效后评审延长的，再次开放。',
    en: 'When a proposal is assigned to a judge, it is opened to them; again where a missing sheet was declared void and judging goes on.',
  },
  sends: { proposal: ['open-to-judge'] },
  otherwise: () => ({
    notNeeded: {
      zh: '已向该评委开放，或该申报书已不参加评审',
      en: 'it is open to the judge, or takes no part any more',
    },
  }),
  when: {
    ballot: {
      ProposalsAssigned: ({ event: { sheets }, after: { person } }) => sheets.map(sheet => opened(sheet, person)),
      BallotReopened: ({ event: { again = [] }, after: { sheets, person } }) =>
        sheets.filter(sheet => again.includes(sheet.proposal) && stands(sheet)).map(sheet => opened(sheet, person)),
    },
  },
})
