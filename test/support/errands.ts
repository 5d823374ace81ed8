/** Errands that take from a shelf: two small lifecycles, and the policies between them. */
import { z } from 'zod'
import { all } from '../../engine/definition.ts'
import { policy } from '../../engine/policy.ts'
import { lifecycle } from '../../engine/workflow.ts'
import { amount, text } from '../../workflows/fields.ts'
import { place } from '../../workflows/places/place-field.ts'
import { over, roles } from '../../workflows/roles.ts'

type Shelf = { place: string; room: number; taken: Record<string, number> }
type Errand = { place: string; shelf: string; wants: number; heard?: string }

const wanted = amount.meta({ zh: '数量', en: 'How many', examples: [1] })
const id = (zh: string, en: string) => z.uuid().meta({ zh, en })

const shelfCommands = {
  'set-up': z.strictObject({ place, room: wanted }).meta({ zh: '搭架', en: 'Set up' }),
  widen: z.strictObject({ room: wanted }).meta({ zh: '加宽', en: 'Widen' }),
  take: z.strictObject({ errand: id('差事', 'Errand'), wants: wanted }).meta({ zh: '取走', en: 'Take' }),
  'give-back': z.strictObject({ errand: id('差事', 'Errand') }).meta({ zh: '归还', en: 'Give back' }),
  'take-down': z.strictObject({}).meta({ zh: '拆架', en: 'Take down' }),
}

const sum = (taken: Record<string, number>): number => Object.values(taken).reduce((total, n) => total + n, 0)

export const shelf = lifecycle<Shelf>()({
  name: 'shelf',
  title: { zh: '架子', en: 'Shelf' },
  about: { zh: '取走和归还。', en: 'What is taken from it and given back.' },
  version: 1,
  roles,
  start: { place: '', room: 0, taken: {} },
  commands: shelfCommands,
  events: {
    SetUp: shelfCommands['set-up'].meta({ zh: '已搭架', en: 'set up' }),
    Widened: shelfCommands.widen.meta({ zh: '已加宽', en: 'widened' }),
    Taken: shelfCommands.take.meta({ zh: '已取走', en: 'taken' }),
    GivenBack: shelfCommands['give-back'].meta({ zh: '已归还', en: 'given back' }),
    TakenDown: shelfCommands['take-down'].meta({ zh: '已拆架', en: 'taken down' }),
  },
  rules: {
    enough: {
      of: 'take',
      reads: ['wants'],
      metBy: ['widen'],
      zh: '架上不够',
      en: 'There is not enough.',
      holds: ({ data }, { wants }) => sum(data.taken) + wants <= data.room,
    },
    hasTaken: {
      of: 'give-back',
      reads: ['errand'],
      metBy: ['take'],
      zh: '未曾取走',
      en: 'It has taken nothing.',
      holds: ({ data }, { errand }) => data.taken[errand] !== undefined,
    },
  },
  consults: {},
  chart: {
    initial: 'none',
    states: {
      none: { meta: { zh: '未搭', en: 'none' }, on: { 'set-up': { target: 'there', actions: 'SetUp' } } },
      there: {
        meta: { zh: '已搭', en: 'there' },
        on: {
          widen: { actions: 'Widened' },
          take: { guard: all('enough'), actions: 'Taken' },
          'give-back': { guard: all('hasTaken'), actions: 'GivenBack' },
          'take-down': { target: 'gone', actions: 'TakenDown' },
        },
      },
      gone: { type: 'final', meta: { zh: '已拆', en: 'gone' } },
    },
  },
  evolve: {
    SetUp: (data, { place, room }) => ({ ...data, place, room }),
    Widened: (data, { room }) => ({ ...data, room }),
    Taken: (data, { errand, wants }) => ({ ...data, taken: { ...data.taken, [errand]: wants } }),
    GivenBack: (data, { errand }) => ({
      ...data,
      taken: Object.fromEntries(Object.entries(data.taken).filter(([each]) => each !== errand)),
    }),
    TakenDown: data => data,
  },
  permits: {
    'set-up': over('bureau'),
    widen: over('bureau'),
    take: [{ system: 'take-from-shelf-when-ordered' }],
    'give-back': [{ system: 'give-back-when-cancelled' }],
    'take-down': over('bureau'),
  },
  place: (data, command) => (command?.type === 'set-up' ? command.data.place : data.place) || undefined,
  sees: over('bureau'),
})

const errandCommands = {
  order: z.strictObject({ place, shelf: id('架子', 'Shelf'), wants: wanted }).meta({ zh: '下单', en: 'Order' }),
  'hear-no': z.strictObject({ why: text(40).meta({ zh: '原因', en: 'Why' }) }).meta({ zh: '得知不成', en: 'Hear no' }),
  cancel: z.strictObject({}).meta({ zh: '取消', en: 'Cancel' }),
}
const errandEvents = {
  Ordered: errandCommands.order.meta({ zh: '已下单', en: 'ordered' }),
  HeardNo: errandCommands['hear-no'].meta({ zh: '已得知不成', en: 'heard no' }),
  Cancelled: errandCommands.cancel.meta({ zh: '已取消', en: 'cancelled' }),
}
type ErrandEvents = { [E in keyof typeof errandEvents]: z.infer<(typeof errandEvents)[E]> }

export const errand = lifecycle<Errand>()({
  name: 'errand',
  title: { zh: '差事', en: 'Errand' },
  about: { zh: '下单和取消。', en: 'Ordered and cancelled.' },
  version: 1,
  roles,
  start: { place: '', shelf: '', wants: 0 },
  commands: errandCommands,
  events: errandEvents,
  rules: {},
  consults: {},
  chart: {
    initial: 'none',
    states: {
      none: { meta: { zh: '未下单', en: 'none' }, on: { order: { target: 'ordered', actions: 'Ordered' } } },
      ordered: {
        meta: { zh: '已下单', en: 'ordered' },
        on: {
          'hear-no': { target: 'refused', actions: 'HeardNo' },
          cancel: { target: 'cancelled', actions: 'Cancelled' },
        },
      },
      refused: { type: 'final', meta: { zh: '不成', en: 'refused' } },
      cancelled: { type: 'final', meta: { zh: '已取消', en: 'cancelled' } },
    },
  },
  evolve: {
    Ordered: (data, { place, shelf, wants }) => ({ ...data, place, shelf, wants }),
    HeardNo: (data, { why }) => ({ ...data, heard: why }),
    Cancelled: data => data,
  },
  permits: { order: over('bureau'), 'hear-no': [{ system: 'take-from-shelf-when-ordered' }], cancel: over('bureau') },
  place: (data, command) => (command?.type === 'order' ? command.data.place : data.place) || undefined,
  sees: over('bureau'),
})

type Lives = { errand: { data: Errand; events: ErrandEvents } }
const title = { zh: '差事', en: 'Errands' }

export const takeWhenOrdered = policy<Lives>()({
  name: 'take-from-shelf-when-ordered',
  title,
  about: title,
  sends: { shelf: ['take'], errand: ['hear-no'] },
  when: {
    errand: {
      Ordered: ({ id, event: { shelf, wants } }) => [
        { workflow: 'shelf', id: shelf, command: 'take', input: { errand: id, wants } },
      ],
    },
  },
  otherwise: (_, __, { code }) => ({ command: 'hear-no', input: { why: code } }),
})

/** An errand that wants a thousand is what it cannot take. */
export const giveBackWhenCancelled = policy<Lives>()({
  name: 'give-back-when-cancelled',
  title,
  about: title,
  sends: { shelf: ['give-back'] },
  when: {
    errand: {
      Cancelled: ({ id, before: { shelf, wants } }) => {
        if (wants === 1_000) throw new Error('that is too many')
        return [{ workflow: 'shelf', id: shelf, command: 'give-back', input: { errand: id } }]
      },
    },
  },
})
