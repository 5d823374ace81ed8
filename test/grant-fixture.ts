/** A small lifecycle with one of everything that a document or a diagram must show: regions, nesting, several ways, pairs. */
import { z } from 'zod'
import { all } from '../engine/definition.ts'
import { everywhere, join, lifecycle, stage } from '../engine/workflow.ts'
import { amount, choice, day, person, reason, text } from '../workflows/fields.ts'
import { place } from '../workflows/places/place-field.ts'
import { roles } from '../workflows/roles.ts'

type Data = { place: string; budget: number; paid: number; suspended: boolean }
type Consulted = { round: { cap: number } }

const applying = {
  submit: z
    .strictObject({
      round: z.uuid().meta({ zh: '轮次', en: 'Round' }),
      place,
      budget: amount,
      kind: choice(
        { venue: { zh: '场地', en: 'venue' }, event: { zh: '活动: "节日"', en: 'event; {fête} #1' } },
        { zh: '类型', en: 'Kind' },
      ),
      helpers: z.array(person).min(2).max(9).optional().meta({ zh: '协助人员', en: 'Helpers' }),
      plan: z
        .array(z.strictObject({ title: text(40).meta({ zh: '事项', en: 'Title' }), on: day }))
        .min(1)
        .meta({ zh: '计划', en: 'Plan' }),
      note: text(200).nullable().meta({ zh: '备注', en: 'Note' }),
    })
    .meta({ zh: '申请: "创投"', en: 'Apply; #1' }),
}
const application = stage<Data, Consulted>()({
  commands: applying,
  events: { Submitted: applying.submit.meta({ zh: '已申请', en: 'submitted' }) },
  rules: {
    withinCap: {
      of: 'submit',
      reads: ['budget'],
      zh: '超过本轮上限',
      en: 'Above the cap of the round.',
      holds: ({ consulted }, { budget }) => (consulted.round?.cap ?? 0) >= budget,
    },
  },
  evolve: { Submitted: (data, { budget, place }) => ({ ...data, budget, place }) },
  permits: {
    submit: [
      { role: 'street', over: 'place' },
      { role: 'chair', in: 'applicant' },
    ],
  },
  states: {
    drafting: {
      meta: { zh: '草稿', en: 'draft' },
      on: { submit: { target: 'running', guard: all('withinCap'), actions: 'Submitted' } },
    },
  },
})

const because = z.strictObject({ reason })
const executing = {
  pay: z.strictObject({ amount }).meta({ zh: '拨付', en: 'Pay' }),
  report: z.strictObject({}).meta({ zh: '提交报告', en: 'Report' }),
  suspend: because.meta({ zh: '暂停', en: 'Suspend' }),
  resume: because.meta({ zh: '恢复', en: 'Resume' }),
  restart: because.meta({ zh: '重做', en: 'Start over' }),
  note: because.meta({ zh: '备注', en: 'Note' }),
  close: because.meta({ zh: '结束', en: 'Close' }),
}
const execution = stage<Data, Consulted>()({
  commands: executing,
  events: {
    Paid: executing.pay.meta({ zh: '已拨付', en: 'paid' }),
    Reported: executing.report.meta({ zh: '已报告', en: 'reported' }),
    Suspended: because.meta({ zh: '已暂停', en: 'suspended' }),
    Resumed: because.meta({ zh: '已恢复', en: 'resumed' }),
    Restarted: because.meta({ zh: '已重做', en: 'started over' }),
    Noted: because.meta({ zh: '已备注', en: 'noted' }),
    Closed: because.meta({ zh: '已结束', en: 'closed' }),
  },
  rules: {
    restPaid: {
      of: 'pay',
      reads: ['amount'],
      zh: '尚未付清',
      en: 'Something is left to pay.',
      holds: ({ data }, { amount }) => data.paid + amount === data.budget,
    },
    withinBudget: {
      of: 'pay',
      reads: ['amount'],
      zh: '超过预算',
      en: 'Above the budget.',
      holds: ({ data }, { amount }) => data.paid + amount < data.budget,
    },
    notSuspended: {
      of: '*',
      metBy: ['resume'],
      zh: '已暂停',
      en: 'It is suspended.',
      holds: ({ data }) => !data.suspended,
    },
  },
  evolve: {
    Paid: (data, { amount }) => ({ ...data, paid: data.paid + amount }),
    Reported: data => data,
    Suspended: data => ({ ...data, suspended: true }),
    Resumed: data => ({ ...data, suspended: false }),
    Restarted: data => data,
    Noted: data => data,
    Closed: data => data,
  },
  permits: {
    pay: [{ role: 'finance', over: 'place' }],
    report: [{ role: 'chair', in: 'applicant' }],
    suspend: [{ role: 'street', over: 'place' }, { system: 'supervision' }],
    resume: [{ role: 'street', over: 'place' }],
    restart: [{ role: 'street', over: 'place' }],
    note: [{ anyone: true }],
    close: [{ role: 'street', over: 'place' }],
  },
  apart: [
    { zh: '申请人不得拨付', en: 'Who applied does not pay.', did: ['Submitted'], mayNot: ['pay'] },
    { zh: '拨付人不得再拨同一笔', en: 'One payer a payment.', did: ['Paid'], same: 'amount', mayNot: ['pay'] },
    { zh: '本组织人员不得结束', en: 'The applicant does not close.', belongsTo: 'applicant', mayNot: ['close'] },
    { zh: '公布者不得暂停', en: 'Who opened it…', did: ['RoundOpened'], inLife: 'round', mayNot: ['suspend'] },
  ],
  states: {
    running: {
      meta: { zh: '进行', en: 'running' },
      type: 'parallel',
      on: { note: { actions: 'Noted' }, close: { target: 'done', actions: 'Closed' } },
      onDone: { target: 'done' },
      states: {
        money: {
          meta: { zh: '资金', en: 'money' },
          initial: 'due',
          states: {
            due: {
              meta: { zh: '待拨付', en: 'due' },
              on: {
                pay: [
                  { target: 'paid-up', guard: all('restPaid'), actions: 'Paid' },
                  { guard: all('withinBudget'), actions: 'Paid' },
                ],
              },
            },
            'paid-up': { type: 'final', meta: { zh: '已付清', en: 'paid up' } },
          },
        },
        work: {
          meta: { zh: '工作', en: 'work' },
          initial: 'doing',
          on: { restart: { target: '.doing', actions: 'Restarted' } },
          states: {
            doing: {
              meta: { zh: '实施', en: 'doing' },
              initial: 'active',
              on: { report: { target: 'end', actions: 'Reported' } },
              states: {
                active: {
                  meta: { zh: '正常', en: 'active' },
                  on: { suspend: { target: 'paused', actions: 'Suspended' } },
                },
                paused: {
                  meta: { zh: '暂停', en: 'paused', next: ['street'] },
                  on: { resume: { target: 'active', actions: 'Resumed' } },
                },
              },
            },
            end: { type: 'final', meta: { zh: '完成', en: 'finished' } },
          },
        },
      },
    },
    done: { type: 'final', meta: { zh: '完结', en: 'done' } },
  },
})

export const grant = lifecycle<Data, Consulted>()({
  name: 'creative-grant',
  title: { zh: '创投资助', en: 'Creative grant' },
  about: { zh: '从申请到完结的一笔资助。', en: 'A grant from application to its end.' },
  version: 1,
  start: { place: '', budget: 0, paid: 0, suspended: false },
  ...join(application, execution),
  roles,
  consults: {
    round: (_, command) => ({
      workflow: 'round',
      id: command.type === 'submit' ? (command.data as { round: string }).round : undefined,
    }),
  },
  chart: {
    initial: 'drafting',
    states: everywhere('notSuspended', ['submit', 'resume', 'note', 'close'], {
      ...application.states,
      ...execution.states,
    }),
  },
  place: data => data.place || undefined,
  within: { applicant: () => undefined },
  sees: [{ role: 'street', over: 'place' }],
})
