/** Steps of DBOS workflows: 32 at once, each step's result kept durably before the next. */
import { DBOS } from '@dbos-inc/dbos-sdk'
import pg from 'pg'
import { resourceInput } from '../resource-input.ts'
import { LANES } from '../support.ts'
import { answerSlices, type PeerErrand } from './slices.ts'

const { url } = JSON.parse(process.argv[2] ?? '') as PeerErrand

const systemDatabasePool = new pg.Pool({ connectionString: url, max: LANES, idleTimeoutMillis: 0 })

DBOS.setConfig({ name: 'bench', systemDatabaseUrl: url, systemDatabasePool, logLevel: 'error' })

const revise = async () => ({ type: 'ResourceRevised', data: resourceInput })

const steps = DBOS.registerWorkflow(
  async (until: number): Promise<number> => {
    let taken = 0
    for (; performance.now() < until; taken++) await DBOS.runStep(revise, { name: 'revise' })
    return taken
  },
  { name: 'steps' },
)

await DBOS.launch()

const slice = async (milliseconds: number): Promise<number> => {
  const start = performance.now()
  const taken = await Promise.all(Array.from({ length: LANES }, () => steps(start + milliseconds)))
  return (taken.reduce((sum, each) => sum + each, 0) / (performance.now() - start)) * 1_000
}

answerSlices({ ready: true, slice, stop: () => DBOS.shutdown().finally(() => systemDatabasePool.end()) })
