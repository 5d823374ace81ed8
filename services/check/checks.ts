/** Every check, in the order they are made. A new one is its file and a word here. */
import { chains } from './chains.ts'
import type { Check, LogCheck } from './check.ts'
import { checkpoints } from './checkpoints.ts'
import { claims } from './claims.ts'
import { counters } from './counters.ts'
import { files } from './files.ts'
import { foreignStreams } from './foreign-streams.ts'
import { namedFiles } from './named-files.ts'
import { freshFolds } from './read-models.ts'
import { roots } from './roots.ts'
import { signatures } from './signatures.ts'
import { snapshots } from './snapshots.ts'

export const logChecks: readonly LogCheck[] = [
  foreignStreams,
  chains,
  claims,
  signatures,
  roots,
  freshFolds,
  snapshots,
  namedFiles,
]

export const checks: readonly Check[] = [counters, checkpoints, files]
