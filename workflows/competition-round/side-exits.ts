/** 取消: until awards are decided a round may be given up, with a reason; its proposals are told. */
import { stage } from '../../engine/workflow.ts'
import { over } from '../roles.ts'
import type { CompetitionRound, Consulted } from './data.ts'
import { because } from './fields.ts'

const commands = { 'cancel-round': because.meta({ zh: '取消轮次', en: 'Cancel the round' }) }
const events = { RoundCancelled: commands['cancel-round'].meta({ zh: '轮次已取消', en: 'round cancelled' }) }

export const sideExits = stage<CompetitionRound, Consulted>()({
  commands,
  events,
  rules: {
    awardsAreNotDecided: {
      of: 'cancel-round',
      zh: '资助已确定，轮次不能取消',
      en: 'Awards have been decided; the round cannot be cancelled.',
      holds: ({ data }) => data.awards.length === 0,
    },
  },
  evolve: { RoundCancelled: data => ({ ...data, standing: 'cancelled' }) },
  permits: { 'cancel-round': over('street', 'bureau') },
})
