/** A small lifecycle with a whole ladder: an errand is asked for, answered, asked for again; unanswered it lapses, unless it is held. */
import { z } from 'zod'
import { all } from '../../engine/definition.ts'
import { lifecycle } from '../../engine/workflow.ts'
import { place } from '../../workflows/places/place-field.ts'
import { roles } from '../../workflows/roles.ts'

type Errand = { place?: string; held: boolean }

const nothing = z.strictObject({})
const commands = {
  ask: z.strictObject({ place }).meta({ zh: '请求', en: 'Ask' }),
  answer: nothing.meta({ zh: '答复', en: 'Answer' }),
  'ask-again': nothing.meta({ zh: '再次请求', en: 'Ask again' }),
  hold: nothing.meta({ zh: '保留', en: 'Hold' }),
  lapse: nothing.meta({ zh: '失效', en: 'Lapse' }),
}

const tester = [{ system: 'tester' }] as const
export const TESTER = 'system:tester'

const errandOf = (after: { days: number } | { workingDays: number }, name: string) =>
  lifecycle<Errand>()({
    name,
    title: { zh: '差事', en: 'Errand' },
    about: { zh: '请求和答复。', en: 'Asked for and answered.' },
    version: 1,
    roles,
    start: { held: false },
    commands,
    events: {
      Asked: commands.ask.meta({ zh: '已请求', en: 'asked' }),
      Answered: nothing.meta({ zh: '已答复', en: 'answered' }),
      AskedAgain: nothing.meta({ zh: '已再次请求', en: 'asked again' }),
      Held: nothing.meta({ zh: '已保留', en: 'held' }),
      Lapsed: nothing.meta({ zh: '已失效', en: 'lapsed' }),
    },
    rules: {
      notHeld: {
        of: 'lapse',
        zh: '已保留',
        en: 'It is held.',
        holds: ({ data }) => !data.held,
      },
    },
    consults: {},
    chart: {
      initial: 'none',
      states: {
        none: { meta: { zh: '无', en: 'none' }, on: { ask: { target: 'asked', actions: 'Asked' } } },
        asked: {
          meta: { zh: '待答复', en: 'asked', next: ['street'] },
          on: {
            answer: { target: 'answered', actions: 'Answered' },
            hold: { actions: 'Held' },
            lapse: { target: 'lapsed', guard: all('notHeld'), actions: 'Lapsed' },
          },
        },
        answered: {
          meta: { zh: '已答复', en: 'answered' },
          on: { 'ask-again': { target: 'asked', actions: 'AskedAgain' } },
        },
        lapsed: { type: 'final', meta: { zh: '已失效', en: 'lapsed' } },
      },
    },
    evolve: {
      Asked: (data, { place }) => ({ ...data, place }),
      Answered: data => data,
      AskedAgain: data => data,
      Held: data => ({ ...data, held: true }),
      Lapsed: data => data,
    },
    permits: {
      ask: tester,
      answer: tester,
      'ask-again': tester,
      hold: tester,
      lapse: [{ system: 'deadlines' }],
    },
    deadlines: {
      answered: {
        zh: '答复请求',
        en: 'the errand is answered',
        in: 'asked',
        after,
        ladder: [
          { at: { before: 1 }, remind: 'street' },
          { at: 0, escalate: 'bureau' },
          { at: { after: 2 }, act: 'lapse' },
        ],
      },
    },
    place: (data, command) => (command?.type === 'ask' ? command.data.place : data.place),
    sees: [{ role: 'street', over: 'place' }],
    label: () => 'errand',
  })

/** Three days after it was asked for. */
export const errand = errandOf({ days: 3 }, 'errand')

/** Three working days after it was asked for. */
export const workingErrand = errandOf({ workingDays: 3 }, 'working-errand')
