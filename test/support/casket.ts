/** A casket that several people put slips into, unread until it is opened: what one lifecycle does with people whom it names and with shared keys. */
import { z } from 'zod'
import { all, type Sees } from '../../engine/definition.ts'
import { policy } from '../../engine/policy.ts'
import { fingerprint, type Sealed, sealed } from '../../engine/sealed.ts'
import { lifecycle } from '../../engine/workflow.ts'
import { person, text } from '../../workflows/fields.ts'
import { place } from '../../workflows/places/place-field.ts'
import { over, roles } from '../../workflows/roles.ts'

const title = (zh: string, en: string) => ({ zh, en })

const marks = z.record(z.string().max(20), z.int()).meta(title('打分', 'Marks'))
const words = text(40).meta(title('附言', 'Words'))

const commands = {
  'set-out': z
    .strictObject({
      place,
      keeper: person.meta(title('保管人', 'Keeper')),
      writers: z.array(person).meta(title('写票人', 'Writers')),
    })
    .meta(title('设匣', 'Set out')),
  'put-in': z.strictObject({ marks, words: words.optional() }).meta(title('投票', 'Put in')),
  'read-out': z.strictObject({}).meta(title('开匣', 'Read out')),
  'take-down': z.strictObject({ read: z.array(marks).meta(title('所读', 'Read')) }).meta(title('记录', 'Take down')),
}
const events = {
  SetOut: z
    .strictObject({ ...commands['set-out'].shape, sealKey: fingerprint({ named: 'slips' }) })
    .meta(title('已设匣', 'set out')),
  PutIn: z
    .strictObject({
      marks: sealed(marks, { key: { named: 'slips' }, size: 128 }),
      words: sealed(words, { key: 'own', size: 160 }).optional(),
    })
    .meta(title('已投票', 'put in')),
  ReadOut: z.strictObject({}).meta(title('已开匣', 'read out')),
  TakenDown: commands['take-down'].meta(title('已记录', 'taken down')),
}
type Events = { [E in keyof typeof events]: z.infer<(typeof events)[E]> }

type Slip = { by: string; marks: Sealed; words?: Sealed | undefined }
export type Casket = {
  place: string
  keeper?: string
  writers: readonly string[]
  sealKey?: string | undefined
  slips: readonly Slip[]
  read: readonly Record<string, number>[]
}

const forTheirWriters = ({ slips, ...told }: Casket, sees: Sees) =>
  sees([{ named: 'writers' }])
    ? { ...told, slips }
    : sees([{ named: 'keeper' }])
      ? { ...told, put: slips.map(({ by }) => by) }
      : told

export const casket = lifecycle<Casket>()({
  name: 'casket',
  title: title('票匣', 'Casket'),
  about: title('各自投票，开匣前无人能读。', 'Slips that nobody reads before it is opened.'),
  version: 1,
  roles,
  start: { place: '', writers: [], slips: [], read: [] },
  commands,
  events,
  rules: {
    somethingIn: {
      of: 'read-out',
      metBy: ['put-in'],
      confidential: true,
      ...title('匣中无票', 'There is nothing in it.'),
      holds: ({ data }) => data.slips.length > 0,
    },
  },
  consults: {},
  chart: {
    initial: 'none',
    states: {
      none: { meta: title('未设', 'none'), on: { 'set-out': { target: 'shut', actions: 'SetOut' } } },
      shut: {
        meta: { ...title('未开', 'shut'), next: ['writers'] },
        on: {
          'put-in': { actions: 'PutIn' },
          'read-out': { target: 'open', guard: all('somethingIn'), actions: 'ReadOut' },
        },
      },
      open: { meta: title('已开', 'open'), on: { 'take-down': { target: 'done', actions: 'TakenDown' } } },
      done: { type: 'final', meta: title('已记录', 'done') },
    },
  },
  evolve: {
    SetOut: (data, event) => ({ ...data, ...event }),
    PutIn: (data, slip, { person: by }) => ({ ...data, slips: [...data.slips, { by, ...slip }] }),
    ReadOut: data => data,
    TakenDown: (data, { read }) => ({ ...data, read }),
  },
  confidential: { PutIn: [] },
  permits: {
    'set-out': over('bureau'),
    'put-in': [{ named: 'writers' }],
    'read-out': [{ named: 'keeper' }],
    'take-down': [{ system: 'take-down-when-read-out' }],
  },
  apart: [
    { ...title('写票人不得开匣。', 'Who may put in does not read out.'), among: 'writers', mayNot: ['read-out'] },
  ],
  place: (data, command) => (command?.type === 'set-out' ? command.data.place : data.place) || undefined,
  people: {
    keeper: { ...title('保管人', 'keeper'), who: ({ keeper }) => (keeper === undefined ? [] : [keeper]) },
    writers: { ...title('写票人', 'writers'), who: ({ writers }) => writers },
  },
  keys: { slips: (_, __, id) => `slips:${id}` },
  sees: [...over('bureau'), { named: 'keeper' }, { named: 'writers' }],
  shows: forTheirWriters,
})

type Lives = { casket: { data: Casket; events: Events } }

export const takeDownWhenReadOut = policy<Lives>()({
  name: 'take-down-when-read-out',
  title: title('开匣记录', 'Reading out'),
  about: title('开匣后记录所读。', 'What is in it is taken down when it is opened.'),
  sends: { casket: ['take-down'] },
  opens: ['slips'],
  when: {
    casket: {
      ReadOut: async ({ id }, look) => {
        const found = await look.life('casket', id)
        const sealed = (found?.data as Casket | undefined)?.slips.map(({ marks }) => marks) ?? []
        const read = (await look.open(sealed)) as Record<string, number>[]
        return [{ workflow: 'casket', id, command: 'take-down', input: { read } }]
      },
    },
  },
})
