/** A market stall: its licence and its pitch are one of their kind, and so is each voucher it takes. */
import { z } from 'zod'
import { lifecycle } from '../../engine/workflow.ts'
import { text, typedAlike } from '../../workflows/fields.ts'
import { place } from '../../workflows/places/place-field.ts'
import { over, roles } from '../../workflows/roles.ts'

type Stall = { place: string; licence?: string; pitch?: string; vouchers: Record<string, string> }

const licence = text(40).meta({ zh: '执照号', en: 'Licence', examples: ['A-1'] })
const pitch = text(40).meta({ zh: '摊位号', en: 'Pitch', examples: ['东一'] })
const day = text(10).meta({ zh: '场次', en: 'Day', examples: ['1'] })
const voucher = text(40).meta({ zh: '券号', en: 'Voucher', examples: ['V-1'] })

const commands = {
  open: z
    .strictObject({ place, licence: licence.optional(), pitch: pitch.optional() })
    .meta({ zh: '开摊', en: 'Open a stall' }),
  'change-licence': z.strictObject({ licence }).meta({ zh: '换证', en: 'Change the licence' }),
  sweep: z.strictObject({}).meta({ zh: '清扫', en: 'Sweep' }),
  'take-voucher': z.strictObject({ day, voucher }).meta({ zh: '收券', en: 'Take a voucher' }),
  'return-voucher': z.strictObject({ day }).meta({ zh: '退券', en: 'Return a voucher' }),
  close: z.strictObject({}).meta({ zh: '收摊', en: 'Close' }),
}

export const stall = lifecycle<Stall>()({
  name: 'stall',
  title: { zh: '摊位', en: 'Stall' },
  about: { zh: '开摊、收券、收摊。', en: 'A stall with its licence, pitch and vouchers.' },
  version: 1,
  roles,
  start: { place: '', vouchers: {} },
  commands,
  events: {
    Opened: commands.open.meta({ zh: '已开摊', en: 'opened' }),
    LicenceChanged: commands['change-licence'].meta({ zh: '已换证', en: 'licence changed' }),
    Swept: commands.sweep.meta({ zh: '已清扫', en: 'swept' }),
    VoucherTaken: commands['take-voucher'].meta({ zh: '已收券', en: 'voucher taken' }),
    VoucherReturned: commands['return-voucher'].meta({ zh: '已退券', en: 'voucher returned' }),
    Closed: commands.close.meta({ zh: '已收摊', en: 'closed' }),
  },
  rules: {},
  consults: {},
  chart: {
    initial: 'blank',
    states: {
      blank: { meta: { zh: '未开', en: 'blank' }, on: { open: { target: 'trading', actions: 'Opened' } } },
      trading: {
        meta: { zh: '营业', en: 'trading' },
        on: {
          'change-licence': { actions: 'LicenceChanged' },
          sweep: { actions: 'Swept' },
          'take-voucher': { actions: 'VoucherTaken' },
          'return-voucher': { actions: 'VoucherReturned' },
          close: { target: 'closed', actions: 'Closed' },
        },
      },
      closed: { type: 'final', meta: { zh: '已收', en: 'closed' } },
    },
  },
  evolve: {
    Opened: (data, opened) => ({ ...data, ...opened }),
    LicenceChanged: (data, { licence }) => ({ ...data, licence }),
    Swept: data => data,
    VoucherTaken: (data, { day, voucher }) => ({ ...data, vouchers: { ...data.vouchers, [day]: voucher } }),
    VoucherReturned: (data, { day }) => ({
      ...data,
      vouchers: Object.fromEntries(Object.entries(data.vouchers).filter(([taken]) => taken !== day)),
    }),
    Closed: data => data,
  },
  claims: {
    licence: {
      zh: '执照号',
      en: 'Licence',
      by: {
        Opened: ({ licence }) => licence && typedAlike(licence),
        LicenceChanged: ({ licence }) => typedAlike(licence),
      },
      releasedBy: ['Closed'],
    },
    pitch: { zh: '摊位号', en: 'Pitch', by: { Opened: ({ pitch }) => pitch }, releasedBy: ['Closed'] },
    voucher: {
      zh: '券号',
      en: 'Voucher',
      entry: 'day',
      by: { VoucherTaken: ({ voucher }) => voucher },
      releasedBy: ['VoucherReturned', 'Closed'],
    },
  },
  permits: {
    open: over('street', 'bureau'),
    'change-licence': over('street', 'bureau'),
    sweep: over('street', 'bureau'),
    'take-voucher': over('street', 'bureau'),
    'return-voucher': over('street', 'bureau'),
    close: over('street', 'bureau'),
  },
  place: (data, command) => (command?.type === 'open' ? command.data.place : data.place) || undefined,
  sees: over('street', 'bureau'),
  label: data => data.pitch ?? '',
})
