/** Every check, in the order they are made. A new one is its file and a word here. */
import { chains } from './chains.ts'
import type { Check, LogCheck } from './check.ts'
import { counters } from './counters.ts'
import { foreignStreams } from './foreign-streams.ts'

export const logChecks: readonly LogCheck[] = [foreignStreams, chains]

export const checks: readonly Check[] = [counters]
