/** 分配后向评委开放申报书: a judge may read what is assigned to them, and nothing before. */
import { policy } from '../../engine/policy.ts'
import type { Ballot } from '../ballot/data.ts'
import type { BallotEvents } from '../ballot/index.ts'

export const openProposalToItsJudge = policy<{ ballot: { data: Ballot; events: BallotEvents } }>()({
  name: 'open-proposal-to-its-judge',
  title: { zh: '分配后向评委开放申报书', en: 'Open a proposal to its judge' },
  about: {
    zh: '申报书分配给评委后，向该评委开放。',
    en: 'When a proposal is assigned to a judge, it is opened to them.',
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
      ProposalsAssigned: ({ event: { sheets }, after: { person } }) =>
        sheets.map(({ proposal }) => ({
          workflow: 'proposal',
          id: proposal,
          command: 'open-to-judge',
          input: { judge: person },
        })),
    },
  },
})
