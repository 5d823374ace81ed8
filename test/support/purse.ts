/** A small lifecycle with money, days, pairs and rules of every kind: what the tests of engine and edge are told with. */
import { z } from 'zod'
import { all } from '../../engine/definition.ts'
import { lifecycle } from '../../engine/workflow.ts'
import { amount, day, organisation, reason, text } from '../../workflows/fields.ts'
import { place } from '../../workflows/places/place-field.ts'
import { roles } from '../../workflows/roles.ts'

type Purse = { place: string; organisation: string; limit: number; held: number; prepared: readonly string[] }

const number = z
  .string()
  .regex(/^\d{1,3}$/)
  .meta({ zh: '编号', en: 'Number', examples: ['1'] })
const because = z.strictObject({ reason })
const commands = {
  open: z
    .strictObject({
      place,
      organisation,
      limit: amount,
      on: day,
      title: text(80).meta({ zh: '名称', en: 'Title' }),
    })
    .meta({ zh: '开设', en: 'Open' }),
  put: z.strictObject({ amount }).meta({ zh: '存入', en: 'Put in' }),
  spend: z.strictObject({ amount, on: day }).meta({ zh: '支出', en: 'Spend' }),
  empty: z.strictObject({}).meta({ zh: '清空', en: 'Empty' }),
  prepare: z.strictObject({ number }).meta({ zh: '准备', en: 'Prepare' }),
  approve: z.strictObject({ number }).meta({ zh: '批准', en: 'Approve' }),
  lock: because.meta({ zh: '锁定', en: 'Lock' }),
  unlock: because.meta({ zh: '解锁', en: 'Unlock' }),
  inspect: because.meta({ zh: '检查', en: 'Inspect' }),
  note: because.meta({ zh: '备注', en: 'Note' }),
  close: because.meta({ zh: '注销', en: 'Close' }),
}

export const purse = lifecycle<Purse>()({
  name: 'purse',
  title: { zh: '钱袋', en: 'Purse' },
  about: { zh: '存入和支出。', en: 'Money in and out.' },
  version: 1,
  roles,
  start: { place: '', organisation: '', limit: 0, held: 0, prepared: [] },
  commands,
  events: {
    Opened: commands.open.meta({ zh: '已开设', en: 'opened' }),
    Put: commands.put.meta({ zh: '已存入', en: 'put in' }),
    Spent: commands.spend.meta({ zh: '已支出', en: 'spent' }),
    Emptied: commands.empty.meta({ zh: '已清空', en: 'emptied' }),
    Prepared: commands.prepare.meta({ zh: '已准备', en: 'prepared' }),
    Approved: commands.approve.meta({ zh: '已批准', en: 'approved' }),
    Locked: because.meta({ zh: '已锁定', en: 'locked' }),
    Unlocked: because.meta({ zh: '已解锁', en: 'unlocked' }),
    Inspected: because.meta({ zh: '已检查', en: 'inspected' }),
    Noted: because.meta({ zh: '已备注', en: 'noted' }),
    Closed: because.meta({ zh: '已注销', en: 'closed' }),
  },
  rules: {
    withinLimit: {
      of: 'put',
      reads: ['amount'],
      zh: '超过限额',
      en: 'Above the limit.',
      holds: ({ data }, input) => data.held + input.amount <= data.limit,
    },
    enough: {
      of: 'spend',
      reads: ['amount'],
      metBy: ['put'],
      zh: '余额不足',
      en: 'Not enough in it.',
      holds: ({ data }, input) => data.held >= input.amount,
    },
    notAhead: {
      of: 'spend',
      reads: ['on'],
      zh: '日期在未来',
      en: 'The day lies ahead.',
      holds: ({ today }, { on }) => on <= today,
    },
    holdsSome: {
      of: 'empty',
      metBy: ['put'],
      zh: '没有余额',
      en: 'It is empty.',
      holds: ({ data }) => data.held > 0,
    },
    isPrepared: {
      of: 'approve',
      reads: ['number'],
      metBy: ['prepare'],
      zh: '尚未准备',
      en: 'Not prepared.',
      holds: ({ data }, input) => data.prepared.includes(input.number),
    },
  },
  consults: {},
  chart: {
    initial: 'none',
    states: {
      none: { meta: { zh: '未开设', en: 'none' }, on: { open: { target: 'usable', actions: 'Opened' } } },
      usable: {
        meta: { zh: '可用', en: 'usable' },
        initial: 'unlocked',
        on: {
          note: { actions: 'Noted' },
          inspect: { actions: 'Inspected' },
          close: { target: 'closed', actions: 'Closed' },
        },
        states: {
          unlocked: {
            meta: { zh: '未锁', en: 'unlocked' },
            on: {
              put: { guard: all('withinLimit'), actions: 'Put' },
              spend: { guard: all('enough', 'notAhead'), actions: 'Spent' },
              empty: { guard: all('holdsSome'), actions: 'Emptied' },
              prepare: { actions: 'Prepared' },
              approve: { guard: all('isPrepared'), actions: 'Approved' },
              lock: { target: 'locked', actions: 'Locked' },
            },
          },
          locked: {
            meta: { zh: '已锁', en: 'locked' },
            on: { unlock: { target: 'unlocked', actions: 'Unlocked' } },
          },
        },
      },
      closed: { type: 'final', meta: { zh: '已注销', en: 'closed' } },
    },
  },
  evolve: {
    Opened: (data, { place, organisation, limit }) => ({ ...data, place, organisation, limit }),
    Put: (data, { amount }) => ({ ...data, held: data.held + amount }),
    Spent: (data, { amount }) => ({ ...data, held: data.held - amount }),
    Emptied: data => ({ ...data, held: 0 }),
    Prepared: (data, { number }) => ({ ...data, prepared: [...data.prepared, number] }),
    Approved: (data, { number }) => ({ ...data, prepared: data.prepared.filter(each => each !== number) }),
    Locked: data => data,
    Unlocked: data => data,
    Inspected: data => data,
    Noted: data => data,
    Closed: data => data,
  },
  permits: {
    open: [{ role: 'street', over: 'place' }],
    put: [
      { role: 'street', over: 'place' },
      { role: 'chair', in: 'owner' },
    ],
    spend: [
      { role: 'street', over: 'place' },
      { role: 'chair', in: 'owner' },
    ],
    empty: [{ role: 'bureau', over: 'place' }],
    prepare: [
      { role: 'street', over: 'place' },
      { role: 'bureau', over: 'place' },
    ],
    approve: [
      { role: 'street', over: 'place' },
      { role: 'bureau', over: 'place' },
    ],
    lock: [{ role: 'street', over: 'place' }],
    unlock: [
      { role: 'street', over: 'place' },
      { role: 'bureau', over: 'place' },
    ],
    inspect: [{ role: 'judge', over: 'place' }],
    note: [{ anyone: true }],
    close: [{ role: 'bureau', over: 'place' }],
  },
  apart: [
    {
      zh: '准备人不得批准同一笔',
      en: 'Who prepared it does not approve it.',
      did: ['Prepared'],
      same: 'number',
      mayNot: ['approve'],
    },
    { zh: '锁定人不得解锁', en: 'Who locked it does not unlock it.', did: ['Locked'], mayNot: ['unlock'] },
    { zh: '本组织人员不得检查', en: 'The owner does not inspect.', belongsTo: 'owner', mayNot: ['inspect'] },
  ],
  place: (data, command) => (command?.type === 'open' ? command.data.place : data.place) || undefined,
  within: { owner: data => data.organisation || undefined },
  sees: [
    { role: 'street', over: 'place' },
    { role: 'bureau', over: 'place' },
    { role: 'judge', over: 'place' },
    { role: 'chair', in: 'owner' },
  ],
  label: data => data.place,
})
