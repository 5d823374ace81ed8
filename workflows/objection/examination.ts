/** 调查与答复: somebody without a part in the round investigates, finds with reasons, and the filer is answered. */
import { z } from 'zod'
import { stage } from '../../engine/workflow.ts'
import { choice, evidence, freeText, reason } from '../fields.ts'
import { minutes } from '../micro-project/fields.ts'
import { over } from '../roles.ts'
import { type Consulted, type Effect, type Objection, type ObjectionFacts, rulesOf } from './data.ts'
import { openTo } from './filing.ts'

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const effects = {
  recheck: { zh: '重新审查资格', en: 'eligibility is checked again' },
  rescore: { zh: '重新评审', en: 'it is scored again' },
  exclude: { zh: '取消入选资格', en: 'the proposal is excluded' },
}
const effect = choice(effects, { zh: '处理措施', en: 'Effect' })
const found = { reason, minutes }
const acted = {
  'published-again': { zh: '已重新公示', en: 'published again' },
  'list-upheld': { zh: '名单不变', en: 'the list stands as it was' },
  refused: { zh: '该轮次已不能处理', en: 'the round could not take it up any more' },
}
const nothing = z.strictObject({})
const because = z.strictObject({ reason })

const commands = {
  'begin-investigation': nothing.meta({ zh: '承办调查', en: 'Take on the investigation' }),
  'hand-back': because.meta({ zh: '退回承办', en: 'Hand the investigation back' }),
  'uphold-objection': z.strictObject({ effect, ...found }).meta({ zh: '认定异议成立', en: 'Uphold the objection' }),
  'uphold-partly': z
    .strictObject({ effect: effect.optional(), ...found })
    .meta({ zh: '认定异议部分成立', en: 'Uphold the objection in part' }),
  'reject-objection': z.strictObject(found).meta({ zh: '认定异议不成立', en: 'Reject the objection' }),
  'note-round-acted': z
    .strictObject({ outcome: choice(acted, { zh: '轮次处理结果', en: 'What the round did' }) })
    .meta({ zh: '记录轮次处理结果', en: 'Note what the round did' }),
  'answer-objection': z
    .strictObject({
      answer: freeText(4000).meta({ zh: '答复内容', en: 'Answer', examples: ['经复核，公示名单计算无误'] }),
      document: evidence.optional().meta({ zh: '答复书', en: 'Letter' }),
    })
    .meta({ zh: '答复异议人', en: 'Answer the filer' }),
}

const events = {
  InvestigationBegun: nothing.meta({ zh: '调查已开始', en: 'investigation begun' }),
  InvestigationHandedBack: because.meta({ zh: '承办已退回', en: 'investigation handed back' }),
  ObjectionUpheld: commands['uphold-objection'].meta({ zh: '异议成立', en: 'objection upheld' }),
  ObjectionUpheldInPart: commands['uphold-partly'].meta({ zh: '异议部分成立', en: 'objection upheld in part' }),
  ObjectionRejected: commands['reject-objection'].meta({ zh: '异议不成立', en: 'objection rejected' }),
  RoundActed: commands['note-round-acted'].meta({ zh: '轮次已处理', en: 'the round has acted' }),
  ObjectionAnswered: commands['answer-objection'].meta({ zh: '异议已答复', en: 'objection answered' }),
}

const allows = (facts: ObjectionFacts, effect: Effect | undefined): boolean =>
  effect === undefined || (rulesOf(facts)?.objection.upheld.includes(effect) ?? false)
const notAllowed = {
  zh: '本轮规则包不允许这一处理措施',
  en: 'The rule pack of this round does not allow this effect.',
}

export const examination = stage<Objection, Consulted>()({
  commands,
  events,
  rules: {
    packAllowsEffect: {
      of: 'uphold-objection',
      reads: ['effect'],
      ...notAllowed,
      holds: (facts, { effect }) => allows(facts, effect),
    },
    packAllowsPartly: {
      of: 'uphold-partly',
      reads: ['effect'],
      ...notAllowed,
      holds: (facts, { effect }) => allows(facts, effect),
    },
    somethingFollows: {
      of: 'uphold-partly',
      reads: ['effect'],
      zh: '写明处理措施的，交该轮次处理',
      en: 'Where an effect is named, the round takes it up.',
      holds: (_, { effect }) => effect !== undefined,
    },
    nothingFollows: {
      of: 'uphold-partly',
      reads: ['effect'],
      zh: '未写明处理措施的，直接答复异议人',
      en: 'Where no effect is named, the filer is answered.',
      holds: (_, { effect }) => effect === undefined,
    },
  },
  evolve: {
    InvestigationBegun: (data, _, { person }) => ({ ...data, investigator: person }),
    InvestigationHandedBack: data => ({ ...data, investigator: undefined }),
    ObjectionUpheld: (data, { effect }) => ({ ...data, finding: 'upheld', effect }),
    ObjectionUpheldInPart: (data, { effect }) => ({ ...data, finding: 'partly', effect }),
    ObjectionRejected: data => ({ ...data, finding: 'rejected' }),
    RoundActed: (data, { outcome }) => ({ ...data, roundActed: outcome }),
    ObjectionAnswered: data => data,
  },
  confidential: {
    InvestigationHandedBack: openTo,
    ObjectionAnswered: openTo,
  },
  permits: {
    'begin-investigation': over('bureau'),
    'hand-back': [{ named: 'investigator' }, ...over('bureau')],
    'uphold-objection': [{ named: 'investigator' }],
    'uphold-partly': [{ named: 'investigator' }],
    'reject-objection': [{ named: 'investigator' }],
    'note-round-acted': [{ system: 'take-up-objection-when-decided' }, { system: 'tell-objection-when-round-acted' }],
    'answer-objection': [{ named: 'investigator' }, ...over('bureau')],
  },
  deadlines: {
    objectionAnswered: {
      zh: '答复异议人',
      en: 'the filer is answered',
      in: 'examined',
      after: { workingDays: (_, { pack }) => pack?.pack.durations.objectionAnswer ?? 1 },
      ladder: [
        { at: { before: 2 }, remind: 'investigator' },
        { at: 0, escalate: 'bureau' },
      ],
    },
  },
})
