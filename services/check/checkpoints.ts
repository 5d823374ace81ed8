/** Whoever follows the log says how far they have come: never further than the log goes, and in this log. */
import { ForeignPosition } from '../../engine/event-store.ts'
import { positionsOf } from '../../engine/position.ts'
import type { Check, Context, Finding } from './check.ts'
import { logIn } from './read-models.ts'

type Row = { name: string; position: string }

export const checkpoints: Check = {
  zh: '检查点',
  en: 'checkpoints',
  run: async function* (context, progress) {
    const { parse } = positionsOf(await logIn(context))
    const { rows } = await context.client.query<Row>('SELECT name, position FROM engine.checkpoints ORDER BY name')
    progress.expect(rows.length)
    for (const row of rows) {
      const finding = flawIn(row, parse, context)
      if (finding) yield finding
      progress.did(1)
    }
  },
}

const flawIn = (
  { name, position }: Row,
  parse: (position: string) => number,
  { head }: Context,
): Finding | undefined => {
  try {
    const place = parse(position)
    if (place <= head) return undefined
    return { at: name, zh: `指向第 ${place} 条，日志只到第 ${head} 条`, en: `is at ${place}; the log ends at ${head}` }
  } catch (error) {
    if (!(error instanceof ForeignPosition)) throw error
    return { at: name, zh: '不是本日志的位置', en: 'is no position of this log' }
  }
}
