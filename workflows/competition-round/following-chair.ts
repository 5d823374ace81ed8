/**
 * 知悉评审组长更换: lives of a round that name who chairs it, so that the chair may see them, learn that it is somebody else.
 * What stands later in the history of the round counts, in whatever order it is heard.
 */
import { z } from 'zod'
import { all } from '../../engine/definition.ts'
import { stage } from '../../engine/workflow.ts'
import { person } from '../fields.ts'

const commands = {
  'note-chair': z
    .strictObject({
      round: z.uuid().meta({ zh: '创投轮次', en: 'Round' }),
      chair: person.meta({ zh: '评审组长', en: 'Chair of the panel', shows: 'person' }),
      revision: z
        .int()
        .min(0)
        .meta({ zh: '轮次版次', en: 'Revision of the round', examples: [12] }),
    })
    .meta({ zh: '记录评审组长更换', en: 'Note that the chair was replaced' }),
}

const events = { ChairNoted: commands['note-chair'].meta({ zh: '评审组长已更换', en: 'chair replaced' }) }

/** What such a life keeps: of which round it is, and which revision of it last said who chairs. */
export type Chaired = { round?: string; chairAsOf?: number }

export const followingChair = <Data extends Chaired, Consulted>(withChair: (data: Data, chair: string) => Data) =>
  stage<Data, Consulted>()({
    commands,
    events,
    rules: {
      saysWhoChairsNow: {
        of: 'note-chair',
        reads: ['round', 'revision'],
        zh: '已知悉该轮次更晚的更换，或不属于该轮次',
        en: 'A later replacement is known here, or it is another round.',
        holds: ({ data }, { round, revision }) => data.round === round && revision > (data.chairAsOf ?? -1),
      },
    },
    evolve: {
      ChairNoted: (data, { chair, revision }) => ({ ...withChair(data, chair), chairAsOf: revision }),
    },
    permits: { 'note-chair': [{ system: 'note-chair-when-chair-replaced' }] },
  })

/** In every state, ends too: whoever chaired before sees it no more. */
export const notingChair = { 'note-chair': { guard: all('saysWhoChairsNow'), actions: 'ChairNoted' } } as const
