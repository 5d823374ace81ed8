/** In PostgreSQL the counters agree: as many events as the highest position, which is where the head stands. */
import type { Check } from './check.ts'

type Counted = { count: string; highest: string; heads: string; head: string | null }

export const counters: Check = {
  zh: '计数',
  en: 'counters',
  run: async function* ({ client }) {
    const { rows } = await client.query<Counted>(
      `SELECT count(*) AS count, coalesce(max(position), 0) AS highest, (SELECT count(*) FROM log.head) AS heads,
         (SELECT max(position) FROM log.head) AS head
       FROM log.events`,
    )
    const { count, highest, heads, head } = rows[0] as Counted
    if (Number(heads) !== 1 || Number(count) !== Number(head) || Number(highest) !== Number(head))
      yield {
        at: 'log.head',
        zh: `计数器在 ${head}，事件 ${count} 条，最高位置 ${highest}，计数器 ${heads} 个`,
        en: `the head stands at ${head}; there are ${count} events, the highest position is ${highest}, and there are ${heads} heads`,
      }
  },
}
