/** 提出异议: a resident or an organisation objects to a published list, and whether that is in due form is decided first. */
import { z } from 'zod'
import type { Permit } from '../../engine/definition.ts'
import { sealed } from '../../engine/sealed.ts'
import { stage } from '../../engine/workflow.ts'
import { evidence, freeText, organisation, reason } from '../fields.ts'
import { place } from '../places/place-field.ts'
import { over } from '../roles.ts'
import { type Consulted, entryOf, type Objection, publicationOf, rulesOf } from './data.ts'

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const round = z.uuid().meta({ zh: '创投轮次', en: 'Round' })
const pack = z.uuid().meta({ zh: '轮次所用的规则包', en: 'Rule pack of the round' })
const proposal = z.uuid().meta({ zh: '申报书', en: 'Proposal' })
const publication = z
  .int()
  .positive()
  .max(1_000)
  .meta({ zh: '公示次序', en: 'Number of the publication', examples: [1] })
const isProtected = z.boolean().meta({
  zh: '是否保密异议人身份（保密的，仅承办人和未参与该轮次的民政局人员可见）',
  en: 'Keep who objects secret: then who investigates it and those of the bureau without a part in the round alone read it',
  examples: [false],
})
const statement = freeText(4000).meta({ zh: '异议内容', en: 'Objection', examples: ['公示的预算与申报书不一致'] })
const files = z.array(evidence).max(20).meta({ zh: '证明材料', en: 'Evidence' })
const nothing = z.strictObject({})
const because = z.strictObject({ reason })

const lapses = {
  'publicity-over': { zh: '公示已经结束', en: 'publicity was over' },
  'round-cancelled': { zh: '该轮次已取消', en: 'the round was cancelled' },
}
const why = z
  .enum(Object.keys(lapses) as [keyof typeof lapses])
  .meta({ zh: '原因', en: 'Why', shows: 'choice', choices: lapses })

const commands = {
  'file-objection': z
    .strictObject({
      round,
      pack,
      publication,
      proposal,
      organisation: organisation
        .optional()
        .meta({ zh: '代表组织提出（居民个人提出的不填）', en: 'For an organisation; left out by a resident' }),
      protected: isProtected,
      statement,
      evidence: files,
      place: place.optional().meta({ zh: '代收地点（本人提交的不填）', en: 'Counter; left out by who files themself' }),
    })
    .meta({ zh: '提出异议', en: 'File an objection' }),
  'accept-form': nothing.meta({ zh: '受理异议', en: 'Accept as to form' }),
  'reject-form': because.meta({ zh: '不予受理', en: 'Reject as to form' }),
  'withdraw-objection': because.meta({ zh: '撤回异议', en: 'Withdraw the objection' }),
  'lapse-objection': z.strictObject({ why }).meta({ zh: '终止异议', en: 'Let the objection lapse' }),
}

const person = z.uuid().meta({ zh: '异议人', en: 'Who objects', shows: 'person' })
const takenInBy = z.uuid().meta({ zh: '代收人', en: 'Who took it in', shows: 'person' })
const events = {
  ObjectionFiled: z
    .strictObject({
      round,
      pack,
      publication,
      proposal,
      applicant: organisation.meta({ zh: '申报组织', en: 'Applicant' }),
      place,
      filer: person,
      takenInBy: takenInBy.optional(),
      organisation: organisation.optional().meta({ zh: '代表的组织', en: 'For the organisation' }),
      protected: isProtected,
      panelChair: person.meta({ zh: '评审组长', en: 'Chair of the panel' }),
      statement: sealed(statement, { key: 'own' }),
      evidence: files,
    })
    .meta({ zh: '异议已提出', en: 'objection filed' }),
  FormAccepted: nothing.meta({ zh: '异议已受理', en: 'accepted as to form' }),
  FormRejected: because.meta({ zh: '异议不予受理', en: 'rejected as to form' }),
  ObjectionWithdrawn: because.meta({ zh: '异议已撤回', en: 'objection withdrawn' }),
  ObjectionLapsed: commands['lapse-objection'].meta({ zh: '异议已终止', en: 'objection lapsed' }),
}

/**
 * To whom it is open who objects and what they say. Named, that is whom the objection is about and the bureau; protected,
 * who files it, who investigates it, and those of the bureau who may decide on it.
 */
export const openTo: readonly Permit[] = [
  { named: 'filer' },
  { named: 'investigator' },
  { named: 'panelChair' },
  { role: 'chair', in: 'heard' },
  { role: 'bureau', over: 'place', impartial: 'protection' },
]

export const filing = stage<Objection, Consulted>()({
  commands,
  events,
  rules: {
    listIsPublic: {
      of: 'file-objection',
      reads: ['round', 'publication'],
      zh: '只能在公示期内对最近公示的名单提出异议',
      en: 'Objections are to the list published last, while it is public.',
      holds: (facts, { publication }) =>
        facts.consulted.round?.standing === 'publicity' &&
        publicationOf(facts)?.number === publication &&
        facts.today <= (publicationOf(facts)?.until ?? ''),
    },
    // Named with the objection, so that its days are counted from the first: a pack that only the round names comes too late.
    packIsTheRounds: {
      of: 'file-objection',
      reads: ['round', 'pack'],
      zh: '规则包应为该轮次所用的规则包',
      en: 'The rule pack is that of the round.',
      holds: ({ consulted: { round } }, { pack }) => round?.pack === pack,
    },
    proposalIsInRound: {
      of: 'file-objection',
      reads: ['round', 'proposal'],
      zh: '该轮次没有这份申报书',
      en: 'There is no such proposal in this round.',
      holds: (facts, { proposal }) => entryOf(facts, proposal) !== undefined,
    },
    speaksForIt: {
      of: 'file-objection',
      reads: ['organisation'],
      zh: '代表组织提出异议的，应是该组织的负责人或成员',
      en: 'Who objects for an organisation is its chair or a member.',
      holds: ({ actor }, { organisation }) =>
        organisation === undefined || actor.posts.some(post => post.organisation === organisation),
    },
    packHearsThem: {
      of: 'accept-form',
      zh: '本轮规则包不受理此类异议人的异议，应不予受理',
      en: 'The rule pack of this round does not hear objections of such people; it is rejected as to form.',
      holds: facts =>
        rulesOf(facts)?.objection.by.includes(facts.data.organisation ? 'organisation' : 'resident') ?? false,
    },
    packProtects: {
      of: 'accept-form',
      zh: '本轮规则包不接受保密身份的异议，应不予受理',
      en: 'The rule pack of this round takes no objection of somebody kept secret; it is rejected as to form.',
      holds: facts => !facts.data.protected || rulesOf(facts)?.objection.protected === true,
    },
  },
  records: {
    ObjectionFiled: (facts, command) => {
      const { place: _, ...filed } = command.data as z.infer<(typeof commands)['file-objection']>
      const { round } = facts.consulted
      return {
        ...filed,
        applicant: entryOf(facts, filed.proposal)?.applicant ?? '',
        place: round?.place ?? '',
        filer: facts.actor.person,
        ...(facts.takenInBy !== undefined && { takenInBy: facts.takenInBy }),
        panelChair: round?.chair ?? '',
      }
    },
  },
  evolve: {
    ObjectionFiled: (_, { takenInBy: _counter, ...filed }) => filed,
    FormAccepted: data => data,
    FormRejected: data => data,
    ObjectionWithdrawn: data => data,
    ObjectionLapsed: data => data,
  },
  confidential: {
    ObjectionFiled: openTo,
    // Who withdraws is who objected, and a rejection says to whom and why.
    ObjectionWithdrawn: openTo,
    FormRejected: openTo,
  },
  permits: {
    'file-objection': [{ anyone: true }],
    'accept-form': over('bureau'),
    'reject-form': over('bureau'),
    'withdraw-objection': [{ named: 'filer' }],
    'lapse-objection': [
      { system: 'tell-round-when-objection-filed' },
      { system: 'lapse-objections-when-round-cancelled' },
    ],
  },
  deadlines: {
    formDecided: {
      zh: '决定是否受理',
      en: 'the form is decided',
      in: 'filed',
      after: { workingDays: (_, { pack }) => pack?.pack.durations.objectionForm ?? 1 },
      // There is nobody above the bureau to bring it before; whoever is reminded keeps it until it is done.
      ladder: [{ at: { before: 1 }, remind: 'bureau' }],
    },
  },
})
