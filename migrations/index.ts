/** In order of their names. A migration that has left this house is frozen: a change is a new one. */
import type { Migration } from 'kysely/migration'
import * as log from './0001-log.ts'
import * as checkpoints from './0002-checkpoints.ts'
import * as secrets from './0003-secrets.ts'
import * as keys from './0004-keys.ts'
import * as logTree from './0005-log-tree.ts'
import * as access from './0006-access.ts'
import * as files from './0007-files.ts'
import * as leases from './0008-leases.ts'
import * as parked from './0009-parked.ts'
import * as snapshots from './0010-snapshots.ts'
import * as logInUse from './0011-log-in-use.ts'

export const migrations: Record<string, Migration> = {
  '0001-log': log,
  '0002-checkpoints': checkpoints,
  '0003-secrets': secrets,
  '0004-keys': keys,
  '0005-log-tree': logTree,
  '0006-access': access,
  '0007-files': files,
  '0008-leases': leases,
  '0009-parked': parked,
  '0010-snapshots': snapshots,
  '0011-log-in-use': logInUse,
}
