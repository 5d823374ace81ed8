/**
 * 公益创投轮次: a round of the venture competition, from its draft to the archive. One file a stage, each read from top
 * to bottom; here they are joined. The chart is whole in `chart.ts`, what each reader sees in `shows.ts`.
 */
import type { z } from 'zod'
import { join, lifecycle } from '../../engine/workflow.ts'
import { roles } from '../roles.ts'
import { CALENDAR } from '../working-calendar/index.ts'
import { awarding } from './awards.ts'
import { call } from './call.ts'
import { chairing } from './chairing.ts'
import { chart } from './chart.ts'
import { type CompetitionRound, type Consulted, start } from './data.ts'
import { judging } from './judging.ts'
import { scoresKey } from './keys.ts'
import { objecting } from './objections.ts'
import { noting } from './officers.ts'
import { panel } from './panel.ts'
import { publicity } from './publicity.ts'
import { screening } from './screening.ts'
import { shows } from './shows.ts'
import { sideExits } from './side-exits.ts'
import { tallying } from './tally.ts'

const whole = join(
  call,
  screening,
  noting,
  panel,
  judging,
  tallying,
  publicity,
  objecting,
  awarding,
  chairing,
  sideExits,
)

type Events = typeof whole.events
/** Every event by its name, with its data. */
export type CompetitionRoundEvents = { [E in keyof Events & string]: z.infer<Events[E]> }

/** These begin another sitting, whose sheets have a key of their own. */
const beginsAnew = ['take-up-objection', 'order-rescoring']

export const competitionRound = lifecycle<CompetitionRound, Consulted>()({
  name: 'competition-round',
  title: { zh: '公益创投轮次', en: 'Round of the venture competition' },
  about: {
    zh: '一轮公益创投：征集、资格审查、抽取评委、密封评审、计票、公示、确定资助、归档；任何人都能凭公布的记录复算。',
    en: 'A round of the venture competition: call, screening, a drawn panel, sealed judging, tally, publicity, awards, archive; anybody can reckon it again from what is published.',
  },
  version: 1,
  roles,
  start,
  ...whole,
  consults: {
    pack: (data, command) => ({
      workflow: 'round-pack',
      id: command.type === 'draft-round' ? command.data.pack : data.pack || undefined,
    }),
    judge: (_, command) => ({
      workflow: 'judge',
      id: command.type === 'invite-judge' ? command.data.judge : undefined,
    }),
    chair: (data, command) => ({
      workflow: 'person',
      id:
        command.type === 'replace-chair'
          ? command.data.chair
          : command.type === 'open-round'
            ? data.chair || undefined
            : undefined,
    }),
    observer: (data, command) => ({
      workflow: 'person',
      id: command.type === 'open-round' ? data.observer || undefined : undefined,
    }),
    calendar: (_, command) => ({
      workflow: 'working-calendar',
      id: ['open-publicity', 'publish-again', 'close-publicity'].includes(command.type) ? CALENDAR : undefined,
    }),
  },
  chart,
  place: (data, command) => (command?.type === 'draft-round' ? command.data.place : data.place || undefined),
  people: {
    panelChair: {
      zh: '评审组长',
      en: 'chair of the panel',
      who: ({ chair }) => (chair === '' ? [] : [chair]),
    },
    observer: { zh: '监督人', en: 'observer', who: ({ observer }) => (observer === '' ? [] : [observer]) },
    invited: { zh: '受邀评委', en: 'invited judge', who: ({ judges }) => judges.map(({ person }) => person) },
  },
  keys: {
    scores: (data, command, id) =>
      scoresKey(id, command && beginsAnew.includes(command.type) ? data.sitting + 1 : data.sitting),
  },
  sees: [{ anyone: true }],
  shows,
  label: ({ title }) => title,
})
