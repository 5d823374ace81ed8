/** Every check, in the order they are made. A new one is its file and a word here. */
import type { EventStoreConfig } from '../log.ts'
import { chains } from './chains.ts'
import type { Check, LogCheck } from './check.ts'
import { checkpoints } from './checkpoints.ts'
import { claims } from './claims.ts'
import { counters } from './counters.ts'
import { files } from './files.ts'
import { foreignStreams } from './foreign-streams.ts'
import { inUse } from './log-in-use.ts'
import { namedFiles } from './named-files.ts'
import { positions } from './positions.ts'
import { freshFolds } from './read-models.ts'
import { roots } from './roots.ts'
import { sealingKeys } from './sealing-keys.ts'
import { serverStreams } from './server-streams.ts'
import { signatures } from './signatures.ts'
import { snapshots } from './snapshots.ts'

const ofEveryLog: readonly LogCheck[] = [
  foreignStreams,
  chains,
  claims,
  signatures,
  roots,
  freshFolds,
  snapshots,
  namedFiles,
  sealingKeys,
]

const ofEveryDatabase: readonly Check[] = [inUse, checkpoints, files]

export type Checks = { logChecks: readonly LogCheck[]; checks: readonly Check[] }

/** What one store can promise and the other cannot is looked at only there. */
export const checksOf = (eventStore: EventStoreConfig | undefined): Checks =>
  eventStore
    ? { logChecks: ofEveryLog, checks: [serverStreams, ...ofEveryDatabase] }
    : { logChecks: [positions, ...ofEveryLog], checks: [counters, ...ofEveryDatabase] }
