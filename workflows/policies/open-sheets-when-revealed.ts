/** 启封时打开评分: all ballots of the panel are opened after the round's one reveal; the scores alone, comments keep keys of their own. */
import { type Look, policy, type Sending } from '../../engine/policy.ts'
import { type Ballot, isUnopened } from '../ballot/data.ts'
import { activePanel, type CompetitionRound } from '../competition-round/data.ts'
import type { CompetitionRoundEvents } from '../competition-round/index.ts'
import { dataOf } from './data-of.ts'

const openSheets = async (id: string, look: Look): Promise<Sending> => {
  const { sheets } = await dataOf<Ballot>(look, 'ballot', id)
  const unopened = sheets.flatMap(sheet =>
    isUnopened(sheet) && sheet.submitted ? [{ proposal: sheet.proposal, sealed: sheet.submitted.scores }] : [],
  )
  const scores = await look.open(unopened.map(({ sealed }) => sealed))
  const opened = unopened.map(({ proposal }, n) => ({ proposal, scores: scores[n] }))
  return { workflow: 'ballot', id, command: 'open-sheets', input: { sheets: opened } }
}

export const openSheetsWhenRevealed = policy<{
  'competition-round': { data: CompetitionRound; events: CompetitionRoundEvents }
}>()({
  name: 'open-sheets-when-revealed',
  title: { zh: '启封时打开评分', en: 'Open the sheets when they are revealed' },
  about: {
    zh: '评审组长启封后，打开评审组全部评分册中有效的评分。',
    en: 'When the chair has revealed the sheets, those that stand are opened in all ballots of the panel.',
  },
  sends: { ballot: ['open-sheets'] },
  opens: ['scores'],
  when: {
    'competition-round': {
      SheetsRevealed: async ({ after }, look) => {
        const ballots = activePanel(after).flatMap(({ ballot }) => ballot ?? [])
        return Promise.all(ballots.map(id => openSheets(id, look)))
      },
    },
  },
})
