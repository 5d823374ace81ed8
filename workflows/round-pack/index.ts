/**
 * 创投规则包: the rules of a round before they apply to anybody. Drafted, checked by somebody else, published; from
 * then on it never changes, so that a round that pinned it runs from its first day to its last under the same figures.
 * Other figures are another pack.
 */
import { z } from 'zod'
import { all, type Facts, type Permit } from '../../engine/definition.ts'
import { lifecycle } from '../../engine/workflow.ts'
import { freeText, reason } from '../fields.ts'
import { digestOf } from '../judging/list.ts'
import { place } from '../places/place-field.ts'
import { placeLevel } from '../places/places.ts'
import { over, roles } from '../roles.ts'
import type { RoundPackLife } from './data.ts'
import { type RoundPack, roundPack } from './pack.ts'

const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({
    zh: '规则包校验值（SHA-256）',
    en: 'Digest of the pack (SHA-256)',
    examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
  })
const basis = freeText(200).meta({ zh: '发布依据', en: 'Basis', examples: ['区民政局2026年第3次局务会'] })

const commands = {
  'draft-pack': z.strictObject({ place, pack: roundPack }).meta({ zh: '起草规则包', en: 'Draft a pack' }),
  'revise-pack': z.strictObject({ pack: roundPack }).meta({ zh: '修改规则包', en: 'Revise the pack' }),
  'check-pack': z.strictObject({ digest }).meta({ zh: '复核规则包', en: 'Check the pack' }),
  'publish-pack': z.strictObject({ basis }).meta({ zh: '发布规则包', en: 'Publish the pack' }),
  'retire-pack': z.strictObject({ reason }).meta({ zh: '停用规则包', en: 'Retire the pack' }),
}

const events = {
  RoundPackDrafted: z.strictObject({ place, pack: roundPack, digest }).meta({ zh: '规则包已起草', en: 'pack drafted' }),
  RoundPackRevised: z.strictObject({ pack: roundPack, digest }).meta({ zh: '规则包已修改', en: 'pack revised' }),
  RoundPackChecked: commands['check-pack'].meta({ zh: '规则包已复核', en: 'pack checked' }),
  RoundPackPublished: z
    .strictObject({ pack: roundPack, digest, basis })
    .meta({ zh: '规则包已发布', en: 'pack published' }),
  RoundPackRetired: commands['retire-pack'].meta({ zh: '规则包已停用', en: 'pack retired' }),
}

type Input<C extends keyof typeof commands> = z.infer<(typeof commands)[C]>

const withDigest = <Given extends { pack: RoundPack }>(given: Given) => ({ ...given, digest: digestOf(given.pack) })

type PackFacts = Facts<RoundPackLife, Record<never, never>>

/** A bureau at city and district, the street office in its street: whoever runs rounds there. */
const offices: Permit[] = over('bureau', 'street')

const wrongLevel = {
  zh: '规则包的层级应与所属地点一致：市、区或街道',
  en: 'The level of a pack is that of its place: city, district or street.',
}

export const roundPackLife = lifecycle<RoundPackLife>()({
  name: 'round-pack',
  title: { zh: '创投规则包', en: 'Round pack' },
  about: {
    zh: '公益创投一个轮次所依据的全部规则：申报资格、资助额度、评分标准、同分排序、评审组、时限和异议；起草后由他人复核，发布后不再改动。',
    en: 'All rules that a round of the venture competition runs under: who may apply, money, rubric, ties, panel, durations, objections; checked by somebody else than drafted it, and never changed once published.',
  },
  version: 1,
  roles,
  start: { standing: 'drafted', digest: '' },
  commands,
  events,
  rules: {
    draftsForItsLevel: {
      of: 'draft-pack',
      reads: ['place', 'pack'],
      ...wrongLevel,
      holds: (_: PackFacts, { place: at, pack: { level } }) => placeLevel(at) === level,
    },
    staysAtItsLevel: {
      of: 'revise-pack',
      reads: ['pack'],
      ...wrongLevel,
      holds: ({ data }, { pack: { level } }) => level === data.pack?.level,
    },
    changesSomething: {
      of: 'revise-pack',
      reads: ['pack'],
      zh: '规则包没有任何改动',
      en: 'The pack is as it stood before.',
      holds: ({ data }, { pack }) => digestOf(pack) !== data.digest,
    },
    checksWhatStands: {
      of: 'check-pack',
      reads: ['digest'],
      metBy: ['revise-pack'],
      zh: '规则包在您查看之后有改动，请重新核对并填写当前校验值',
      en: 'What is checked is what stands: give the digest that the pack has now.',
      holds: ({ data }, { digest: seen }) => seen === data.digest,
    },
  },
  consults: {},
  chart: {
    initial: 'blank',
    states: {
      blank: {
        meta: { zh: '未起草', en: 'blank' },
        on: { 'draft-pack': { target: 'drafted', guard: all('draftsForItsLevel'), actions: 'RoundPackDrafted' } },
      },
      drafted: {
        meta: { zh: '待复核', en: 'drafted', next: ['bureau', 'street'] },
        on: {
          'revise-pack': { guard: all('staysAtItsLevel', 'changesSomething'), actions: 'RoundPackRevised' },
          'check-pack': { target: 'checked', guard: all('checksWhatStands'), actions: 'RoundPackChecked' },
          'retire-pack': { target: 'retired', actions: 'RoundPackRetired' },
        },
      },
      checked: {
        meta: { zh: '待发布', en: 'checked', next: ['bureau', 'street'] },
        on: {
          'revise-pack': {
            target: 'drafted',
            guard: all('staysAtItsLevel', 'changesSomething'),
            actions: 'RoundPackRevised',
          },
          'publish-pack': { target: 'published', actions: 'RoundPackPublished' },
          'retire-pack': { target: 'retired', actions: 'RoundPackRetired' },
        },
      },
      published: {
        meta: { zh: '已发布', en: 'published' },
        on: { 'retire-pack': { target: 'retired', actions: 'RoundPackRetired' } },
      },
      retired: { type: 'final', meta: { zh: '已停用', en: 'retired' } },
    },
  },
  records: {
    RoundPackDrafted: (_, command) => withDigest(command.data as Input<'draft-pack'>),
    RoundPackRevised: (_, command) => withDigest(command.data as Input<'revise-pack'>),
    // The event holds all that was published: whoever has it needs nothing that was recorded before.
    RoundPackPublished: ({ data: { pack, digest } }, command) => ({
      pack: pack as RoundPack,
      digest,
      basis: (command.data as Input<'publish-pack'>).basis,
    }),
  },
  confidential: { RoundPackDrafted: offices, RoundPackRevised: offices },
  evolve: {
    RoundPackDrafted: (_, { place, pack, digest }) => ({ place, pack, digest, standing: 'drafted' }),
    RoundPackRevised: (data, { pack, digest }) => ({ ...data, pack, digest, standing: 'drafted' }),
    RoundPackChecked: data => ({ ...data, standing: 'checked' }),
    RoundPackPublished: (data, _, { occurredOn }) => ({ ...data, standing: 'published', publishedOn: occurredOn }),
    RoundPackRetired: data => ({ ...data, standing: 'retired' }),
  },
  permits: {
    'draft-pack': offices,
    'revise-pack': offices,
    'check-pack': offices,
    'publish-pack': offices,
    'retire-pack': offices,
  },
  apart: [
    {
      zh: '起草或修改过规则包的人不得复核',
      en: 'Who drafted or revised the pack does not check it.',
      did: ['RoundPackDrafted', 'RoundPackRevised'],
      mayNot: ['check-pack'],
    },
  ],
  place: (data, command) => (command?.type === 'draft-pack' ? command.data.place : data.place),
  sees: [{ anyone: true }],
  // What is not decided yet is for those who decide it; what applies, or ever applied, is for everybody.
  shows: (data, sees) => {
    const { pack: _, digest: __, ...outline } = data
    return data.publishedOn !== undefined || sees(offices) ? data : outline
  },
  label: ({ pack }) => pack?.name ?? '',
})
