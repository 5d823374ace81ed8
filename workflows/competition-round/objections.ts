/** 异议: what an objection to the list leads to is taken up here: eligibility is checked again, a proposal is scored again, or it is excluded. */
import { z } from 'zod'
import { fingerprint } from '../../engine/sealed.ts'
import { stage } from '../../engine/workflow.ts'
import { choice, daysAfter, freeText, reason } from '../fields.ts'
import { over } from '../roles.ts'
import {
  type CompetitionRound,
  type Consulted,
  entryOf,
  isCandidate,
  packIn,
  panelChair,
  type RoundFacts,
  takesPart,
  withEntry,
} from './data.ts'
import { outs, proposal, proposals, until } from './fields.ts'

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const objection = z.uuid().meta({ zh: '异议', en: 'Objection' })
const effects = {
  none: { zh: '名单不变', en: 'the list stays' },
  recheck: { zh: '重新审查资格', en: 'eligibility is checked again' },
  rescore: { zh: '重新评分', en: 'scored again' },
  exclude: { zh: '取消资格', en: 'excluded' },
}

const commands = {
  'note-objection': z.strictObject({ objection }).meta({ zh: '记录异议', en: 'Note an objection' }),
  'take-up-objection': z
    .strictObject({
      objection,
      effect: choice(effects, { zh: '处理方式', en: 'Effect' }),
      proposal: proposal.optional(),
      reason: reason.optional(),
    })
    .meta({ zh: '落实异议处理结果', en: 'Take up an objection' }),
  'order-rescoring': z.strictObject({ proposals, until, reason }).meta({ zh: '决定重新评分', en: 'Order a rescoring' }),
}

const events = {
  ObjectionNoted: commands['note-objection'].meta({ zh: '异议已记录', en: 'objection noted' }),
  ObjectionTakenUp: commands['take-up-objection'].meta({ zh: '异议处理结果已落实', en: 'objection taken up' }),
  ProposalExcluded: z
    .strictObject({ proposal, why: choice(outs, { zh: '取消资格原因', en: 'Why' }) })
    .meta({ zh: '申报书已取消资格', en: 'proposal excluded' }),
  RescoringOpened: z
    .strictObject({
      proposals,
      until,
      reason: freeText(500).optional().meta({ zh: '理由', en: 'Reason' }),
      scoresKey: fingerprint({ named: 'scores' }).meta({
        zh: '评分密钥指纹',
        en: 'Fingerprint of the key of the scores',
      }),
    })
    .meta({ zh: '重新评分已开始', en: 'rescoring opened' }),
}

// ── rules' words ────────────────────────────────────────────────────────────────────────────────

type TakenUp = z.infer<(typeof commands)['take-up-objection']>
type Ordered = z.infer<(typeof commands)['order-rescoring']>

type Effect = keyof typeof effects

/**
 * What becomes of an objection here. One about a proposal that has left meanwhile changes nothing any more; it is closed
 * like the others, for an open one holds up publicity.
 */
const effectOf = ({ data }: RoundFacts, { effect, proposal: which }: Pick<TakenUp, 'effect' | 'proposal'>): Effect => {
  const entry = which === undefined ? undefined : entryOf(data, which)
  if (entry === undefined || !takesPart(entry)) return 'none'
  return effect === 'rescore' && !isCandidate(entry) ? 'none' : effect
}
const effectIs = (effect: Effect) => (facts: RoundFacts, given: Pick<TakenUp, 'effect' | 'proposal'>) =>
  effectOf(facts, given) === effect

const closed = (data: CompetitionRound, objection: string): CompetitionRound => ({
  ...data,
  objections: [...data.objections.filter(each => each.objection !== objection), { objection, open: false }],
})

/** To be checked anew; what was counted with it counts no more. */
const recheck = (data: CompetitionRound, which: string): CompetitionRound => ({
  ...withEntry(data, which, ({ eligible: _, ...entry }) => entry),
  standing: data.standing === 'judging' ? 'judging' : 'tally',
  tallyDue: data.tally !== undefined,
})

const rescoring = ({ today, consulted }: RoundFacts, command: { data: object }) => {
  const given = command.data as Partial<Ordered> & Partial<TakenUp>
  return {
    proposals: given.proposals ?? (given.proposal === undefined ? [] : [given.proposal]),
    until: given.until ?? daysAfter(today, packIn(consulted).durations.judging),
    ...(given.reason !== undefined && { reason: given.reason }),
  }
}
const byEffect = { of: 'take-up-objection', reads: ['effect', 'proposal'] } as const

export const objecting = stage<CompetitionRound, Consulted>()({
  commands,
  events,
  rules: {
    objectionIsNew: {
      of: 'note-objection',
      reads: ['objection'],
      zh: '该异议已记录',
      en: 'The objection has been noted.',
      holds: ({ data }, { objection: which }) => data.objections.every(each => each.objection !== which),
    },
    objectionIsOpen: {
      of: 'take-up-objection',
      reads: ['objection'],
      zh: '没有这一异议，或已落实',
      en: 'There is no such objection, or it has been taken up.',
      holds: ({ data }, { objection: which }) => data.objections.some(each => each.objection === which && each.open),
    },
    changesNothing: {
      ...byEffect,
      zh: '异议不成立，或所涉申报书已退出的，名单不变',
      en: 'Where it was rejected, or the proposal takes part no more, the list stays.',
      holds: effectIs('none'),
    },
    asksRecheck: {
      ...byEffect,
      zh: '须重新审查资格的，应指明仍在名单中的申报书',
      en: 'A check anew names a proposal that takes part.',
      holds: effectIs('recheck'),
    },
    asksRescoring: {
      ...byEffect,
      zh: '须重新评分的，应指明仍在名单中的申报书',
      en: 'A rescoring names a proposal that takes part.',
      holds: effectIs('rescore'),
    },
    asksExclusion: {
      ...byEffect,
      zh: '须取消资格的，应指明仍在名单中的申报书',
      en: 'An exclusion names a proposal that takes part.',
      holds: effectIs('exclude'),
    },
    rescoresCandidates: {
      of: 'order-rescoring',
      reads: ['proposals'],
      zh: '只能对参加评审的申报书重新评分',
      en: 'Only proposals that are ranked are scored again.',
      holds: ({ data }, { proposals: which }) =>
        which.length > 0 &&
        which.every(each => data.entries.some(entry => entry.proposal === each && isCandidate(entry))),
    },
    rescoringHasTime: {
      of: 'order-rescoring',
      reads: ['until'],
      zh: '重新评分的截止日应晚于今天',
      en: 'Scoring again ends after today.',
      holds: ({ today }, { until: day }) => day > today,
    },
  },
  records: {
    ObjectionTakenUp: (_, command) => command.data as TakenUp,
    ProposalExcluded: (_, command) => ({
      proposal: (command.data as TakenUp).proposal ?? '',
      why: 'objection' as const,
    }),
    RescoringOpened: rescoring,
  },
  evolve: {
    ObjectionNoted: (data, { objection: which }) => ({
      ...data,
      objections: [...data.objections, { objection: which, open: true }],
    }),
    ObjectionTakenUp: (data, { objection: which, effect, proposal: about }) =>
      effect === 'recheck' && about !== undefined && entryOf(data, about)?.out === undefined
        ? recheck(closed(data, which), about)
        : closed(data, which),
    ProposalExcluded: (data, { proposal: which, why }) => ({
      ...withEntry(data, which, entry => ({ ...entry, out: why })),
      standing: data.standing === 'judging' ? 'judging' : 'tally',
      tallyDue: data.tally !== undefined,
    }),
    // Who recused themself stays so; what was missing may be scored now.
    RescoringOpened: (data, { proposals: which, until: day }, { occurredOn }) => ({
      ...data,
      standing: 'judging',
      sitting: data.sitting + 1,
      rescoring: which,
      judging: { from: occurredOn, until: day },
      seals: [],
      voids: data.voids.filter(each => each.late || !which.includes(each.proposal ?? '')),
    }),
  },
  confidential: {
    ObjectionTakenUp: [...over('bureau'), panelChair],
    ProposalExcluded: [...over('bureau'), panelChair],
    RescoringOpened: [...over('bureau'), panelChair],
  },
  permits: {
    'note-objection': [{ system: 'tell-round-when-objection-filed' }],
    'take-up-objection': [{ system: 'take-up-objection-when-decided' }],
    'order-rescoring': [panelChair],
  },
})
