/** A letterbox that takes letters until a day is over, by when they arrive. */
import { z } from 'zod'
import { all } from '../../engine/definition.ts'
import { lifecycle } from '../../engine/workflow.ts'
import { day, text } from '../../workflows/fields.ts'
import { place } from '../../workflows/places/place-field.ts'
import { over, roles } from '../../workflows/roles.ts'

type Letter = { from: string; arrivedAt: string }
type Letterbox = { place: string; until: string; letters: readonly Letter[] }

const title = (zh: string, en: string) => ({ zh, en })
const words = text(200_000).meta(title('来信', 'Words'))
const until = day.meta(title('截止日', 'Last day'))

const commands = {
  'put-up': z.strictObject({ place, until }).meta(title('设箱', 'Put up')),
  'put-in': z.strictObject({ words }).meta(title('投信', 'Put in')),
  'take-down': z.strictObject({}).meta(title('撤箱', 'Take down')),
}
const arrivedAt = z.string().meta({ ...title('到达时间', 'Arrived'), shows: 'instant' })

const DAY_MS = 86_400_000
/** When the day is over in Shanghai. */
const endOf = (last: string): string => new Date(Date.parse(`${last}T00:00:00+08:00`) + DAY_MS).toISOString()

export const letterbox = lifecycle<Letterbox>()({
  name: 'letterbox',
  title: title('信箱', 'Letterbox'),
  about: title('按到达时间收信。', 'Takes letters by when they arrive.'),
  version: 1,
  roles,
  start: { place: '', until: '', letters: [] },
  commands,
  events: {
    PutUp: commands['put-up'].meta(title('已设箱', 'put up')),
    PutIn: z.strictObject({ words, arrivedAt }).meta(title('已投信', 'put in')),
    TakenDown: commands['take-down'].meta(title('已撤箱', 'taken down')),
  },
  rules: {
    inTime: {
      of: 'put-in',
      ...title('已过截止日', 'It arrived when the last day was over.'),
      holds: ({ arrived, data }) => arrived < endOf(data.until),
    },
  },
  records: { PutIn: ({ arrived }, { data }) => ({ words: (data as { words: string }).words, arrivedAt: arrived }) },
  consults: {},
  chart: {
    initial: 'none',
    states: {
      none: { meta: title('未设', 'none'), on: { 'put-up': { target: 'up', actions: 'PutUp' } } },
      up: {
        meta: title('已设', 'up'),
        on: {
          'put-in': { guard: all('inTime'), actions: 'PutIn' },
          'take-down': { target: 'down', actions: 'TakenDown' },
        },
      },
      down: { type: 'final', meta: title('已撤', 'down') },
    },
  },
  evolve: {
    PutUp: (data, event) => ({ ...data, ...event }),
    PutIn: (data, { arrivedAt }, { person: from }) => ({ ...data, letters: [...data.letters, { from, arrivedAt }] }),
    TakenDown: data => data,
  },
  permits: { 'put-up': over('bureau'), 'put-in': [{ anyone: true }], 'take-down': over('bureau') },
  place: (data, command) => (command?.type === 'put-up' ? command.data.place : data.place) || undefined,
  sees: [{ anyone: true }],
  arrivalCounts: ['put-in'],
})
