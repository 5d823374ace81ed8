/** Whoever follows the log says how far they have come: never further than the log goes, and in this log. */
import { ForeignPosition, type Position } from '../../engine/event-store.ts'
import type { Check, Context, Finding } from './check.ts'

type Row = { name: string; position: Position }

const FOLLOWERS = `SELECT name, position FROM engine.checkpoints
  UNION ALL SELECT 'log tree', position FROM log_tree.standing
  UNION ALL SELECT 'erasures', position FROM keys.erasures_read ORDER BY name`

export const checkpoints: Check = {
  zh: '检查点',
  en: 'checkpoints',
  run: async function* (context, progress) {
    const { rows } = await context.client.query<Row>(FOLLOWERS)
    progress.expect(rows.length)
    for (const row of rows) {
      const finding = await flawIn(row, context)
      if (finding) yield finding
      progress.did(1)
    }
  },
}

const flawIn = async ({ name, position }: Row, { store, head }: Context): Promise<Finding | undefined> => {
  try {
    await store.checkPosition(position)
    if (position <= head) return undefined
    return { at: name, zh: `指向 ${position}，日志只到 ${head}`, en: `is at ${position}; the log ends at ${head}` }
  } catch (error) {
    if (!(error instanceof ForeignPosition)) throw error
    return { at: name, zh: '不是本日志的位置', en: 'is no position of this log' }
  }
}
