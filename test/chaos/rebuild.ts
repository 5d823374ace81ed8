/** Builds a read model anew as the command line does: for the lifecycles that are served here, and on nobody's clock. */
import pino from 'pino'
import { factReader } from '../../engine/lift.ts'
import { rebuild } from '../../engine/rebuild.ts'
import { readModels } from '../../projections/index.ts'
import { interruptLease } from '../../services/lease.ts'
import { openLog } from '../../services/log.ts'
import { poolOf } from '../../services/pools.ts'
import { PROJECTIONS } from '../../services/worker.ts'
import type { Place } from './direct.ts'
import { served } from './served.ts'

export type Rebuilding = Place & { model: string }

const { url, eventStore, model: name } = JSON.parse(process.argv[2] ?? '') as Rebuilding
// The harness is gone: nobody would end this process any more.
process.on('disconnect', () => process.exit(1))

const logger = pino({ level: 'silent' })
const pool = poolOf(url, logger)
const store = openLog({ pool, eventStore, logger })
process.send?.('begun')
for (const model of readModels.filter(each => each.name === name))
  await rebuild(
    { pool, store, read: factReader(served), heard: () => undefined, interrupt: tx => interruptLease(tx, PROJECTIONS) },
    model,
  )
process.exit(0)
