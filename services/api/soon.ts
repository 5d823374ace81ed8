/** What a probe asks of the database: nothing where it does not answer, for a probe that hangs tells nobody anything. */
import { setTimeout as sleep } from 'node:timers/promises'

const WITHIN_MS = 1_000

export const soon = <T>(asked: Promise<T>): Promise<T | undefined> =>
  Promise.race([asked, sleep(WITHIN_MS, undefined, { ref: false })]).catch(() => undefined)
