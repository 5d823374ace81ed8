/** 评委库: a person who may be invited to judge, with what they know, whether they come from outside, and whom they are tied to. */
import { z } from 'zod'
import { all, type Facts } from '../engine/definition.ts'
import { lifecycle } from '../engine/workflow.ts'
import { choice, day, organisation, person, reason } from './fields.ts'
import { type Tie, type TieKind, tieKinds } from './judging/conflicts.ts'
import type { Organisation } from './organisation.ts'
import type { Person } from './person/data.ts'
import { place } from './places/place-field.ts'
import { over, roles } from './roles.ts'
import { type Field, field, fields as fieldTitles } from './vocabulary.ts'

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const known = {
  outside: z.boolean().meta({ zh: '外部评委', en: 'From outside', examples: [true] }),
  fields: z.array(field).min(1).max(10).meta({ zh: '熟悉的领域', en: 'Fields of expertise' }),
}
const tie = z
  .string()
  .regex(/^\d{1,3}$/)
  .meta({ zh: '利害关系编号', en: 'Tie', examples: ['1'] })
const declared = {
  organisation: organisation.meta({ zh: '有关组织', en: 'Organisation' }),
  kind: choice(tieKinds, { zh: '关系', en: 'Kind of tie' }),
  from: day.meta({ zh: '起始日', en: 'First day' }),
  to: day.optional().meta({ zh: '截止日', en: 'Last day' }),
}
const because = z.strictObject({ reason })

const commands = {
  'enrol-judge': z
    .strictObject({ person: person.meta({ zh: '评委', en: 'Judge' }), place, ...known })
    .meta({ zh: '评委入库', en: 'Enrol a judge' }),
  'change-expertise': z.strictObject({ ...known, reason }).meta({ zh: '变更评委专长', en: 'Change the expertise' }),
  'declare-tie': z.strictObject(declared).meta({ zh: '申报利害关系', en: 'Declare a tie' }),
  'end-tie': z
    .strictObject({ tie, to: day.meta({ zh: '截止日', en: 'Last day' }), reason })
    .meta({ zh: '结束利害关系', en: 'End a tie' }),
  suspend: because.meta({ zh: '暂停评委资格', en: 'Suspend the judge' }),
  reinstate: because.meta({ zh: '恢复评委资格', en: 'Reinstate the judge' }),
  leave: because.meta({ zh: '退出评委库', en: 'Leave the pool' }),
}

const events = {
  JudgeEnrolled: commands['enrol-judge'].meta({ zh: '评委已入库', en: 'judge enrolled' }),
  ExpertiseChanged: commands['change-expertise'].meta({ zh: '评委专长已变更', en: 'expertise changed' }),
  TieDeclared: z.strictObject({ tie, ...declared }).meta({ zh: '利害关系已申报', en: 'tie declared' }),
  TieEnded: commands['end-tie'].meta({ zh: '利害关系已结束', en: 'tie ended' }),
  JudgeSuspended: commands.suspend.meta({ zh: '评委资格已暂停', en: 'judge suspended' }),
  JudgeReinstated: commands.reinstate.meta({ zh: '评委资格已恢复', en: 'judge reinstated' }),
  JudgeLeft: commands.leave.meta({ zh: '评委已退出', en: 'judge left the pool' }),
}

// ── data ────────────────────────────────────────────────────────────────────────────────────────

export type Judge = {
  person: string
  place: string
  outside: boolean
  fields: readonly Field[]
  ties: readonly (Tie & { id: string })[]
  standing: 'active' | 'suspended' | 'left'
}

type Consulted = { person: Person; organisation: Organisation }
type JudgeFacts = Facts<Judge, Consulted>

const tieNamed = ({ ties }: Judge, id: string) => ties.find(each => each.id === id)

const isTied = ({ ties }: Judge, organisation: string, kind: TieKind): boolean =>
  ties.some(each => each.organisation === organisation && each.kind === kind && each.to === undefined)

// ── the lifecycle ───────────────────────────────────────────────────────────────────────────────

export const judge = lifecycle<Judge, Consulted>()({
  name: 'judge',
  title: { zh: '评委', en: 'Judge' },
  about: {
    zh: '评委库中的一名评委：熟悉的领域、是否来自外部，以及申报的任职单位、职务和亲属关系；利害关系只有本人和民政局能看到。',
    en: 'A judge in the pool: the fields they know, whether they come from outside, and the employers, posts and kin that they declared; ties are seen by the judge and the bureau alone.',
  },
  version: 1,
  roles,
  people: {
    enrolled: {
      zh: '评委本人',
      en: 'the judge themself',
      who: ({ person }) => (person ? [person] : []),
    },
  },
  start: { person: '', place: '', outside: false, fields: [], ties: [], standing: 'active' },
  commands,
  events,
  rules: {
    personIsActive: {
      of: 'enrol-judge',
      reads: ['person'],
      zh: '没有这个人员，或其记录已注销、合并或删除',
      en: 'There is no such person, or the record is closed, merged or erased.',
      holds: ({ consulted }: JudgeFacts) => consulted.person?.standing === 'active',
    },
    notThemself: {
      of: 'enrol-judge',
      reads: ['person'],
      zh: '不能将自己纳入评委库，请由同事办理',
      en: 'Nobody enrols themselves; ask a colleague.',
      holds: ({ actor }: JudgeFacts, input) => ![actor.person, ...actor.doubles].includes(input.person),
    },
    organisationIsKnown: {
      of: 'declare-tie',
      reads: ['organisation'],
      zh: '没有这个组织',
      en: 'There is no such organisation.',
      holds: ({ consulted }: JudgeFacts) => consulted.organisation !== undefined,
    },
    daysInOrder: {
      of: 'declare-tie',
      reads: ['from', 'to'],
      zh: '截止日不能早于起始日',
      en: 'The last day must not lie before the first.',
      holds: (_: JudgeFacts, { from, to }) => to === undefined || from <= to,
    },
    notDeclaredYet: {
      of: 'declare-tie',
      reads: ['organisation', 'kind'],
      zh: '该关系已申报且尚未结束',
      en: 'This tie is declared already and not ended.',
      holds: ({ data }: JudgeFacts, { organisation, kind }) => !isTied(data, organisation, kind),
    },
    tieRuns: {
      of: 'end-tie',
      reads: ['tie', 'to'],
      metBy: ['declare-tie'],
      zh: '没有这项利害关系，或其已经结束，或截止日早于起始日或晚于今天',
      en: 'There is no such tie, or it has ended, or the last day lies before its first or after today.',
      holds: ({ data, today }: JudgeFacts, { tie, to }) => {
        const named = tieNamed(data, tie)
        return named !== undefined && named.to === undefined && named.from <= to && to <= today
      },
    },
  },
  consults: {
    person: (_, command) => ({
      workflow: 'person',
      id: command.type === 'enrol-judge' ? command.data.person : undefined,
    }),
    organisation: (_, command) => ({
      workflow: 'organisation',
      id: command.type === 'declare-tie' ? command.data.organisation : undefined,
    }),
  },
  chart: {
    initial: 'blank',
    states: {
      blank: {
        meta: { zh: '未入库', en: 'not enrolled' },
        on: {
          'enrol-judge': {
            target: 'inPool',
            guard: all('personIsActive', 'notThemself'),
            actions: 'JudgeEnrolled',
          },
        },
      },
      inPool: {
        meta: { zh: '在库', en: 'in the pool' },
        initial: 'active',
        on: {
          'change-expertise': { actions: 'ExpertiseChanged' },
          'declare-tie': {
            guard: all('organisationIsKnown', 'daysInOrder', 'notDeclaredYet'),
            actions: 'TieDeclared',
          },
          'end-tie': { guard: all('tieRuns'), actions: 'TieEnded' },
          leave: { target: 'left', actions: 'JudgeLeft' },
        },
        states: {
          active: {
            meta: { zh: '可受邀', en: 'may be invited' },
            on: { suspend: { target: 'suspended', actions: 'JudgeSuspended' } },
          },
          suspended: {
            meta: { zh: '暂停', en: 'suspended', next: ['bureau'] },
            on: { reinstate: { target: 'active', actions: 'JudgeReinstated' } },
          },
        },
      },
      left: { type: 'final', meta: { zh: '已退出', en: 'left the pool' } },
    },
  },
  records: {
    TieDeclared: ({ data }, command) => ({
      ...(command.data as z.infer<(typeof commands)['declare-tie']>),
      tie: String(data.ties.length + 1),
    }),
  },
  evolve: {
    JudgeEnrolled: (data, enrolled) => ({ ...data, ...enrolled }),
    ExpertiseChanged: (data, { outside, fields }) => ({ ...data, outside, fields }),
    TieDeclared: (data, { tie: id, ...told }) => ({ ...data, ties: [...data.ties, { id, ...told }] }),
    TieEnded: (data, { tie: id, to }, { occurredOn: ended }) => ({
      ...data,
      ties: data.ties.map(each => (each.id === id ? { ...each, to, ended } : each)),
    }),
    JudgeSuspended: data => ({ ...data, standing: 'suspended' }),
    JudgeReinstated: data => ({ ...data, standing: 'active' }),
    JudgeLeft: data => ({ ...data, standing: 'left' }),
  },
  permits: {
    'enrol-judge': over('bureau'),
    'change-expertise': over('bureau'),
    'declare-tie': [{ named: 'enrolled' }, ...over('bureau')],
    'end-tie': [{ named: 'enrolled' }, ...over('bureau')],
    suspend: over('bureau'),
    reinstate: over('bureau'),
    leave: [{ named: 'enrolled' }, ...over('bureau')],
  },
  claims: {
    'seat-in-pool': {
      zh: '评委库中的席位（每人一席）',
      en: 'Seat in the pool of judges, one a person',
      by: { JudgeEnrolled: enrolled => enrolled.person },
      releasedBy: ['JudgeLeft'],
    },
  },
  place: (data, command) => (command?.type === 'enrol-judge' ? command.data.place : data.place) || undefined,
  sees: [{ named: 'enrolled' }, ...over('bureau')],
  label: ({ fields }) => fields.map(each => fieldTitles[each].zh).join('、'),
})
