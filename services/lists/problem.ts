import type { Title } from '../../engine/definition.ts'

/** What is wrong, and how to mend it. */
export type Problem = Title & { mend: Title }

export const problem = (zh: string, en: string, mendZh: string, mendEn: string): Problem => ({
  zh,
  en,
  mend: { zh: mendZh, en: mendEn },
})
