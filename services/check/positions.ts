/** In PostgreSQL the positions of events have no gap: what was taken out anywhere leaves one. */
import type { LogCheck } from './check.ts'
import { eventAt } from './check.ts'

export const positions: LogCheck = {
  zh: '位置连续',
  en: 'positions without a gap',
  begin: () => {
    let before = 0
    return {
      see: event => {
        const place = placeIn(event.position)
        const gap = place - before - 1
        before = place
        if (gap === 0) return undefined
        return {
          at: eventAt(event),
          zh: `日志中此前缺 ${gap} 条`,
          en: `${gap} events are missing from the log before it`,
        }
      },
    }
  },
}

/** The place in a position that PostgreSQL's log itself has printed. */
const placeIn = (position: string): number => Number.parseInt(position.slice(position.indexOf('-') + 1), 16)
