/** What people read where no person acts but the system itself: its posts, each policy among them. */
import type { Title } from '../../engine/definition.ts'
import { policies } from '../../workflows/policies/index.ts'

const POSTS: Record<string, Title> = {
  founder: { zh: '首次任命', en: 'first post' },
  founding: { zh: '初始设置', en: 'founding' },
  deadlines: { zh: '期限', en: 'deadlines' },
  notary: { zh: '公证', en: 'notary' },
  claims: { zh: '唯一事项', en: 'claims' },
  ...Object.fromEntries(policies.map(({ name, title }) => [name, title])),
}

/** `system:<post>`, or the post alone. */
export const systemTitle = (post: string): Title => {
  const name = post.replace(/^system:/, '')
  const { zh, en } = POSTS[name] ?? { zh: name, en: name }
  return { zh: `系统：${zh}`, en: `system: ${en}` }
}
