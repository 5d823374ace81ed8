/** 需求发布: a need is drafted, posted, and taken in by the street. */
import { z } from 'zod'
import { all, type EventMeta } from '../../engine/definition.ts'
import { stage } from '../../engine/workflow.ts'
import { over } from '../roles.ts'
import { latestPack } from '../rule-packs/pack.ts'
import { fields } from '../vocabulary.ts'
import { type Consulted, lasting, type MicroProject, type Need } from './data.ts'
import { because, needFields, nothing, rulePack } from './fields.ts'

const commands = {
  'draft-need': z.strictObject(needFields).meta({ zh: '起草需求', en: 'Draft a need' }),
  'revise-need': z.strictObject(needFields).meta({ zh: '修改需求', en: 'Revise the need' }),
  'post-need': nothing.meta({ zh: '发布需求', en: 'Post the need' }),
  'return-need': because.meta({ zh: '退回需求', en: 'Return the need' }),
  'accept-need': nothing.meta({ zh: '受理需求', en: 'Take the need in' }),
}

const events = {
  NeedDrafted: z.strictObject({ ...needFields, rulePack }).meta({ zh: '需求已起草', en: 'need drafted' }),
  NeedRevised: commands['revise-need'].meta({ zh: '需求已修改', en: 'need revised' }),
  NeedPosted: commands['post-need'].meta({ zh: '需求已发布', en: 'need posted' }),
  NeedReturned: commands['return-need'].meta({ zh: '需求已退回', en: 'need returned' }),
  NeedAccepted: commands['accept-need'].meta({ zh: '需求已受理', en: 'need taken in' }),
}

const writeNeed = (data: MicroProject, need: Need, { revision }: EventMeta): MicroProject => ({
  ...data,
  need,
  texts: { ...data.texts, need: revision },
})

const fits = (_: unknown, { category, field }: Pick<Need, 'category' | 'field'>): boolean =>
  fields[field].category === category
const misfit = {
  zh: '所选领域不属于该类别，请重新选择',
  en: 'The field does not belong to the category; choose again.',
}

export const need = stage<MicroProject, Consulted>()({
  commands,
  events,
  rules: {
    draftedFieldFits: { of: 'draft-need', reads: ['category', 'field'], ...misfit, holds: fits },
    revisedFieldFits: { of: 'revise-need', reads: ['category', 'field'], ...misfit, holds: fits },
    needStaysInPlace: {
      of: 'revise-need',
      reads: ['place'],
      zh: '需求地点不能更改，请撤回后在新地点重新起草',
      en: 'A need stays at its place; withdraw it and draft it anew at the other place.',
      holds: ({ data }, { place }) => data.need?.place === place,
    },
  },
  records: {
    NeedDrafted: ({ consulted }, { data }) => ({ ...(data as Need), rulePack: latestPack(consulted.rules).version }),
  },
  evolve: {
    NeedDrafted: (data, { rulePack: version, ...given }, meta) => ({
      ...writeNeed(data, given, meta),
      rulePack: version,
    }),
    NeedRevised: writeNeed,
    NeedPosted: data => data,
    NeedReturned: data => data,
    NeedAccepted: data => data,
  },
  permits: {
    'draft-need': over('community', 'street'),
    'revise-need': over('community', 'street'),
    'post-need': over('community', 'street'),
    'return-need': over('street', 'bureau'),
    'accept-need': over('street', 'bureau'),
  },
  deadlines: {
    needAnswered: {
      zh: '街道受理需求',
      en: 'the street answers the need',
      in: 'running.stage.need.posted',
      after: { workingDays: lasting('answerNeed') },
      ladder: [
        { at: { before: 1 }, remind: 'street' },
        { at: { after: 1 }, escalate: 'bureau' },
      ],
    },
  },
  states: {
    need: {
      meta: { zh: '需求发布', en: 'need' },
      initial: 'drafted',
      states: {
        drafted: {
          meta: { zh: '需求草稿', en: 'need drafted', next: ['community', 'street'] },
          on: {
            'revise-need': { guard: all('revisedFieldFits', 'needStaysInPlace'), actions: 'NeedRevised' },
            'post-need': { target: 'posted', actions: 'NeedPosted' },
          },
        },
        posted: {
          meta: { zh: '待受理', en: 'waiting to be taken in', next: ['street'] },
          on: {
            'return-need': { target: 'drafted', actions: 'NeedReturned' },
            'accept-need': { target: '#matchmaking', actions: 'NeedAccepted' },
          },
        },
      },
    },
  },
})
