/** The smallest lifecycle whose events name files: a binder of papers. */
import { z } from 'zod'
import { lifecycle } from '../../engine/workflow.ts'
import { evidence } from '../../workflows/fields.ts'
import { place } from '../../workflows/places/place-field.ts'
import { roles } from '../../workflows/roles.ts'

const street = { role: 'street', over: 'place' } as const

const commands = {
  open: z.strictObject({ place }).meta({ zh: '建档', en: 'Open' }),
  close: z.strictObject({}).meta({ zh: '封存', en: 'Close' }),
  file: z.strictObject({ paper: evidence }).meta({ zh: '归档', en: 'File' }),
}

export const binder = lifecycle<{ place: string }>()({
  name: 'binder',
  title: { zh: '档案袋', en: 'Binder' },
  about: { zh: '收存材料。', en: 'Keeps papers.' },
  version: 1,
  roles,
  start: { place: '' },
  commands,
  events: {
    Opened: commands.open.meta({ zh: '已建档', en: 'opened' }),
    Closed: commands.close.meta({ zh: '已封存', en: 'closed' }),
    Filed: commands.file.meta({ zh: '已归档', en: 'filed' }),
  },
  rules: {},
  consults: {},
  chart: {
    initial: 'none',
    states: {
      none: { meta: { zh: '未建档', en: 'none' }, on: { open: { target: 'opened', actions: 'Opened' } } },
      opened: {
        meta: { zh: '已建档', en: 'open' },
        on: { file: { actions: 'Filed' }, close: { target: 'closed', actions: 'Closed' } },
      },
      closed: { type: 'final', meta: { zh: '已封存', en: 'closed' } },
    },
  },
  evolve: { Opened: (_, { place }) => ({ place }), Filed: data => data, Closed: data => data },
  permits: { open: [street], file: [street], close: [street] },
  sees: [street],
  place: (data, command) => (command?.type === 'open' ? command.data.place : data.place) || undefined,
})
