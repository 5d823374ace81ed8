/** The roles a post can have. What a role may do stands in each lifecycle's permits. */
import type { Permit, Title } from '../engine/definition.ts'

export const roles = {
  bureau: { zh: '民政局', en: 'civil affairs bureau' },
  street: { zh: '街道办', en: 'street office' },
  community: { zh: '社区居委会', en: 'community committee' },
  finance: { zh: '财务', en: 'finance' },
  judge: { zh: '评委', en: 'judge' },
  funder: { zh: '资助方', en: 'funder' },
  chair: { zh: '组织负责人', en: 'chair of the organisation' },
  member: { zh: '组织成员', en: 'member of the organisation' },
  resident: { zh: '居民', en: 'resident' },
} as const satisfies Record<string, Title>

export type Role = keyof typeof roles

/** The permits of posts whose place covers the instance's place. */
export const over = (...offices: Role[]): Permit[] => offices.map(role => ({ role, over: 'place' }))
