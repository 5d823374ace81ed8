/** What the HTTP edge is given; wired in one place, `services/runtime.ts`. */
import type { Kysely } from 'kysely'
import type { Metric } from 'prom-client'
import type { Clock } from '../../engine/clock.ts'
import type { CommandHandler } from '../../engine/command-handler.ts'
import type { Workflow } from '../../engine/definition.ts'
import type { EventStore } from '../../engine/event-store.ts'
import type { Instances } from '../../engine/instances.ts'
import type { Keys } from '../../engine/keys.ts'
import type { LogTree } from '../../engine/log-tree.ts'
import type { ReadModel } from '../../engine/projection.ts'
import type { ProjectionRunner, Standing } from '../../engine/projection-runner.ts'
import type { Randomness } from '../../engine/randomness.ts'
import type { Telemetry } from '../../engine/telemetry.ts'
import type { AccessRecords } from '../access.ts'
import type { Admission } from '../admission.ts'
import type { ClockSkew } from '../clock-skew.ts'
import type { DeadlineKeeper } from '../deadline-keeper.ts'
import type { Files } from '../files/files.ts'
import type { FileLinks } from '../files/links.ts'
import type { Leases } from '../lease.ts'
import type { LogInUse } from '../log-in-use.ts'
import type { PolicyKeeper } from '../policy-keeper.ts'
import type { Role } from '../role.ts'
import type { Secrets } from '../secrets.ts'
import type { Arrivals } from './arrivals.ts'
import type { TokenCheck } from './token.ts'

export type Services = {
  role: Role
  workflows: readonly Workflow[]
  readModels: readonly ReadModel[]
  store: EventStore
  instances: Instances
  handler: CommandHandler
  /** Of sealed values. */
  keys: Keys
  /** Who looked at personal data in clear. */
  access: AccessRecords
  db: Kysely<unknown>
  /** Where a read model stands, whichever process keeps it. */
  standing(model: ReadModel): Promise<Standing | undefined>
  /** The runner in this process, where it holds one. */
  runner(): ProjectionRunner | undefined
  policies: PolicyKeeper
  deadlines: DeadlineKeeper
  leases: Pick<Leases, 'held'>
  /** Whether the database still goes with the log that this process works on. */
  logInUse: Pick<LogInUse, 'standing'>
  files: Files
  fileLinks: FileLinks
  /** Who is let in. */
  admission: Admission
  clock: Clock
  clockSkew: ClockSkew
  /** When requests came in, where that counts. */
  arrivals: Arrivals
  random: Randomness
  checkToken: TokenCheck
  secrets: Secrets
  tree: LogTree
  /** Hears of what is done. */
  telemetry: Telemetry
  /** What it has been told so far. */
  metrics: readonly Metric[]
}
