/**
 * The words of the action plan (二、重点工作, items 3, 4 and 8) that lifecycles, lists and screens share.
 * Keys are stored in events and never change; titles may.
 */
import type { Title } from '../engine/definition.ts'
import { choice } from './fields.ts'

export const categories = {
  charity: { zh: '公益慈善', en: 'charity' },
  'living-services': { zh: '生活服务', en: 'living services' },
  'community-affairs': { zh: '社区事务', en: 'community affairs' },
  'culture-sports': { zh: '文体活动', en: 'culture and sports' },
  'rural-self-governance': { zh: '农村自治服务', en: 'rural self-governance and services' },
} as const satisfies Record<string, Title>
export type Category = keyof typeof categories

export const fields = {
  'poverty-relief': { category: 'charity', zh: '扶贫济困', en: 'relief of the poor' },
  'elders-and-orphans': { category: 'charity', zh: '扶老救孤', en: 'support for elders and orphans' },
  'illness-and-disability': { category: 'charity', zh: '恤病助残', en: 'support in illness and disability' },
  'medical-and-school-aid': { category: 'charity', zh: '助医助学', en: 'medical and school aid' },
  'elder-and-child-care': { category: 'living-services', zh: '养老托幼', en: 'care of elders and children' },
  'health-care': { category: 'living-services', zh: '医疗保健', en: 'health care' },
  'culture-and-education': { category: 'living-services', zh: '文化教育', en: 'culture and education' },
  'job-training': { category: 'living-services', zh: '就业培训', en: 'job training' },
  'housekeeping-and-repair': { category: 'living-services', zh: '家政维修', en: 'housekeeping and repair' },
  'community-hygiene': { category: 'community-affairs', zh: '社区卫生', en: 'community hygiene' },
  'safety-patrol': { category: 'community-affairs', zh: '治安巡逻', en: 'safety patrol' },
  'safety-management': { category: 'community-affairs', zh: '安全管理', en: 'safety management' },
  'mental-health': { category: 'community-affairs', zh: '心理健康', en: 'mental health' },
  'legal-services': { category: 'community-affairs', zh: '法律服务', en: 'legal services' },
  'community-correction': { category: 'community-affairs', zh: '社区矫正', en: 'community correction' },
  'dispute-mediation': { category: 'community-affairs', zh: '纠纷调处', en: 'dispute mediation' },
  'calligraphy-and-painting': { category: 'culture-sports', zh: '书画', en: 'calligraphy and painting' },
  'ball-games': { category: 'culture-sports', zh: '球类', en: 'ball games' },
  'chess-and-cards': { category: 'culture-sports', zh: '棋牌', en: 'chess and cards' },
  dance: { category: 'culture-sports', zh: '舞蹈', en: 'dance' },
  fitness: { category: 'culture-sports', zh: '健身', en: 'fitness' },
  opera: { category: 'culture-sports', zh: '戏曲', en: 'opera' },
  'village-council': { category: 'rural-self-governance', zh: '乡贤理事会', en: 'council of village worthies' },
  'production-cooperative': { category: 'rural-self-governance', zh: '生产合作社', en: 'production cooperative' },
  'farmers-economic-cooperation': {
    category: 'rural-self-governance',
    zh: '农民经济合作组织',
    en: "farmers' economic cooperation",
  },
  'rural-volunteering': { category: 'rural-self-governance', zh: '志愿服务组织', en: 'rural volunteering' },
  'mutual-care-centre': { category: 'rural-self-governance', zh: '互助照料中心', en: 'mutual care centre' },
} as const satisfies Record<string, Title & { category: Category }>
export type Field = keyof typeof fields

/** 分类管理: registered with civil affairs, filed with the street, or guided by the community. */
export const tiers = {
  registered: { zh: '登记', en: 'registered with civil affairs' },
  filed: { zh: '备案', en: 'filed with the street office' },
  'community-managed': { zh: '社区管理', en: 'managed by the community' },
} as const satisfies Record<string, Title>
export type Tier = keyof typeof tiers

export const resourceKinds = {
  venue: { zh: '场地', en: 'venue' },
  people: { zh: '人员', en: 'people' },
  money: { zh: '资金', en: 'money' },
  goods: { zh: '物资', en: 'goods' },
} as const satisfies Record<string, Title>

export const category = choice(categories, { zh: '类别', en: 'Category' })
export const field = choice(fields, { zh: '领域', en: 'Field' })
export const tier = choice(tiers, { zh: '管理类别', en: 'Tier' })
export const resourceKind = choice(resourceKinds, { zh: '资源类型', en: 'Kind of resource' })
