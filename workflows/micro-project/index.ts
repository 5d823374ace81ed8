/**
 * 微项目: one need from posting to evaluation. One file a stage, each read from top to bottom; here they are
 * joined, and the chart's four regions stand side by side: the stage, the payments, the corrections, the standing.
 */
import type { z } from 'zod'
import { all } from '../../engine/definition.ts'
import { everywhere, join, lifecycle } from '../../engine/workflow.ts'
import { typedAlike } from '../fields.ts'
import { peopleOf } from '../organisation.ts'
import { over, roles } from '../roles.ts'
import { RULE_PACKS } from '../rule-packs/index.ts'
import { CALENDAR } from '../working-calendar/index.ts'
import { competition } from './competition.ts'
import { corrected } from './corrections.ts'
import {
  type Consulted,
  type MicroProject,
  ofTheFunder,
  organisationsChair,
  organisationsMember,
  start,
} from './data.ts'
import { delivery } from './delivery.ts'
import { evaluation } from './evaluation.ts'
import { following, inRound } from './following.ts'
import { funding, payments } from './funding.ts'
import { matchmaking } from './matchmaking.ts'
import { need } from './need.ts'
import { redacting, redactions } from './redaction.ts'
import { sideExits, standing } from './side-exits.ts'
import { telling, told } from './told.ts'

/** What goes on while a project is suspended: the ways out and what follows them, objections, and money that is already on its way. */
const evenSuspended = [
  'withdraw',
  'reject',
  'merge',
  'terminate',
  'demand-recovery',
  'record-recovery',
  'waive-recovery',
  'close-recovery',
  'note-objection',
  'settle-objection',
  'follow-round',
  'leave-round',
  'confirm-payment',
  'fail-payment',
  'reconcile-payment',
  'return-payment',
  'correct-confirmation',
  'approve-confirmation-correction',
  'correct-demand',
  'approve-demand-correction',
  'correct-receipt',
  'approve-receipt-correction',
  'reject-correction',
]

/** A round on paper, state by state, or one that is held here and followed. */
type States = NonNullable<typeof competition.states>
const { competition: onPaper } = competition.states as States & { competition: States[string] }
const competitionStates = { competition: { ...onPaper, states: { ...onPaper.states, inRound } } }

const stages = {
  ...need.states,
  ...matchmaking.states,
  ...competitionStates,
  ...funding.states,
  ...delivery.states,
  ...evaluation.states,
  ...sideExits.states,
}

const whole = join(
  need,
  matchmaking,
  competition,
  following,
  funding,
  delivery,
  evaluation,
  sideExits,
  told,
  redactions,
  corrected,
)

type Events = typeof whole.events
/** Every event by its name, with its data. */
export type MicroProjectEvents = { [E in keyof Events & string]: z.infer<Events[E]> }

/** One number is paid on once, in whatever street and from whatever source. */
const invoiceOf = ({ invoice }: { invoice?: string | undefined }): string | undefined => invoice && typedAlike(invoice)

export const microProject = lifecycle<MicroProject, Consulted>()({
  name: 'micro-project',
  title: { zh: '微项目', en: 'Micro-project' },
  about: {
    zh: '一个社区服务微项目的全过程：需求发布、供需对接、公益创投、资助、实施、评估。',
    en: 'One micro-project of a community, from its need through matchmaking, competition, funding and delivery to evaluation.',
  },
  version: 1,
  roles,
  start,
  ...whole,
  consults: {
    organisation: (data, command) => ({ workflow: 'organisation', id: organisationOf(data, command) }),
    twin: (_, command) => ({
      workflow: 'micro-project',
      id: command.type === 'merge' ? command.data.into : undefined,
    }),
    rules: () => ({ workflow: 'rule-packs', id: RULE_PACKS }),
    calendar: (_, command) => ({
      workflow: 'working-calendar',
      id: command.type === 'open-publicity' ? CALENDAR : undefined,
    }),
    resource: (_, command) => ({
      workflow: 'resource',
      id: command.type === 'propose-match' ? command.data.resource : undefined,
    }),
    competition: (_, command) => ({
      workflow: 'competition-round',
      id: command.type === 'join-round' ? command.data.competition : undefined,
    }),
  },
  chart: {
    initial: 'blank',
    states: {
      blank: {
        meta: { zh: '未起草', en: 'not drafted' },
        on: { 'draft-need': { target: 'running', guard: all('draftedFieldFits'), actions: 'NeedDrafted' } },
      },
      running: {
        type: 'parallel',
        meta: { zh: '办理中', en: 'running' },
        on: { ...redacting, ...telling },
        states: {
          ...everywhere('notSuspended', evenSuspended, {
            stage: { meta: { zh: '阶段', en: 'stage' }, initial: 'need', on: sideExits.on, states: stages },
            payments,
            corrections: corrected.region({ zh: '更正', en: 'corrections' }, ['bureau', 'finance']),
          }),
          standing,
        },
      },
      archived: {
        id: 'archived',
        type: 'final',
        on: redacting,
        meta: { zh: '已归档', en: 'archived' },
      },
      withdrawn: { id: 'withdrawn', type: 'final', on: redacting, meta: { zh: '已撤回', en: 'withdrawn' } },
      rejected: { id: 'rejected', type: 'final', on: redacting, meta: { zh: '已驳回', en: 'rejected' } },
      merged: { id: 'merged', type: 'final', on: redacting, meta: { zh: '已合并', en: 'merged' } },
      declined: { id: 'declined', type: 'final', on: redacting, meta: { zh: '未获资助', en: 'not funded' } },
      terminated: {
        id: 'terminated',
        type: 'final',
        on: redacting,
        meta: { zh: '已终止', en: 'terminated' },
      },
    },
  },
  claims: {
    invoice: {
      zh: '发票号码',
      en: 'Invoice',
      entry: 'tranche',
      by: { PaymentPrepared: invoiceOf, PaymentCorrected: invoiceOf },
      releasedBy: ['PaymentReturned', 'PaymentFailed'],
    },
  },
  place: (data, command) => (command?.type === 'draft-need' ? command.data.place : data.need?.place),
  within: {
    organisation: organisationOf,
    funder: (data, command) => (command?.type === 'commit-fund' ? command.data.funder : data.fund?.funder),
  },
  members: {
    organisation: ({ consulted, today }) => (consulted.organisation ? peopleOf(consulted.organisation, today) : []),
  },
  sees: [...over('community', 'street', 'bureau', 'finance'), organisationsChair, organisationsMember, ofTheFunder],
  people: {
    judges: { zh: '轮次评委', en: 'judge of its round', who: data => data.judges ?? [] },
    deciders: { zh: '作出评审决定的人', en: 'who decided in its round', who: data => data.deciders ?? [] },
  },
  shows: ({ judges, deciders, ...data }, sees) => (sees(over('bureau')) ? { ...data, judges, deciders } : data),
  redacts: 'TextRedacted',
  // Not what decides about money or rank: for that one comes oneself.
  intake: {
    commands: [
      'note-objection',
      'offer-to-serve',
      'accept-match-as-organisation',
      'decline-match-as-organisation',
      'log-activity',
      'correct-activity',
      'record-matching-share',
      'correct-matching-share',
      'request-change',
    ],
    by: over('community', 'street'),
  },
  label: data => data.need?.title ?? '',
})

type AnyNaming = { type: string; data: object }
/** The organisation matched, or the one that the command names. */
function organisationOf(data: MicroProject, command: AnyNaming | undefined): string | undefined {
  const named = command && 'organisation' in command.data ? command.data.organisation : undefined
  return typeof named === 'string' ? named : data.match?.organisation
}
