/** 规则包: the numbers under which projects run, published by the city's bureau in versions. There is one register of them. */
import { z } from 'zod'
import { all, type Facts } from '../../engine/definition.ts'
import { lifecycle } from '../../engine/workflow.ts'
import { reason } from '../fields.ts'
import { over, roles } from '../roles.ts'
import { durations, limits, type RulePacks } from './pack.ts'

/** The register: what `system:founding` starts under the key `the-rule-packs`. */
export const RULE_PACKS = '90eaf24a-d34c-8d66-b404-bb2ac9c5769f'

/** 武汉市 */
const CITY = '4201'

const version = z
  .int()
  .positive()
  .max(9999)
  .meta({ zh: '版本', en: 'Version', examples: [1] })

const said = { durations, limits, reason }
const commands = {
  'publish-version': z.strictObject(said).meta({ zh: '发布新版本', en: 'Publish a version' }),
}
const events = {
  VersionPublished: z.strictObject({ version, ...said }).meta({ zh: '新版本已发布', en: 'version published' }),
}

const publishing = all('isTheRegister', 'leastBelowMost')

export const rulePacks = lifecycle<RulePacks>()({
  name: 'rule-packs',
  title: { zh: '规则包', en: 'Rule packs' },
  about: {
    zh: '行动方案未定死的数字：办理时限和额度，按版本发布；项目始终适用其起草时的版本。',
    en: 'The numbers that the action plan leaves open, durations and limits, published in versions; a project keeps the version under which it was drafted.',
  },
  version: 1,
  endless: true,
  roles,
  start: { versions: [] },
  commands,
  events,
  rules: {
    isTheRegister: {
      of: 'publish-version',
      zh: '全市只有一份规则包登记，请在其上发布',
      en: 'There is one register of rule packs; publish the version there.',
      holds: ({ id }: Facts<RulePacks, Record<never, never>>) => id === RULE_PACKS,
    },
    leastBelowMost: {
      of: 'publish-version',
      reads: ['durations'],
      zh: '整改期下限不能大于上限',
      en: 'Rectification has a least that is not above its most.',
      holds: (_, { durations: given }) => given.rectificationLeast <= given.rectificationMost,
    },
  },
  consults: {},
  chart: {
    initial: 'blank',
    states: {
      blank: {
        meta: { zh: '未发布', en: 'nothing published' },
        on: { 'publish-version': { target: 'inForce', guard: publishing, actions: 'VersionPublished' } },
      },
      inForce: {
        meta: { zh: '有效', en: 'in force' },
        on: { 'publish-version': { guard: publishing, actions: 'VersionPublished' } },
      },
    },
  },
  records: {
    VersionPublished: ({ data }, { data: given }) => ({ version: data.versions.length + 1, ...given }),
  },
  evolve: {
    VersionPublished: ({ versions }, { version: number, durations: lasting, limits: limited }) => ({
      versions: [...versions, { version: number, durations: lasting, limits: limited }],
    }),
  },
  permits: { 'publish-version': [...over('bureau'), { system: 'founding' }] },
  place: () => CITY,
  sees: [{ anyone: true }],
  label: () => '规则包',
})
