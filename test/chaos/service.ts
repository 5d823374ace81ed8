/** One process of the service, opened as `npm start` opens it, on a clock that the harness moves. */

import type { Clock } from '../../engine/clock.ts'
import { localIssuer } from '../../services/local-issuer.ts'
import { loggerAt } from '../../services/logger.ts'
import { serve } from '../../services/server.ts'
import { rootKeys } from '../support/root-keys.ts'
import { served } from './served.ts'
import type { Opening, Word } from './service-process.ts'

const { databaseUrl, eventStore, role, dataDir, files, movedMs } = JSON.parse(process.argv[2] ?? '') as Opening

let moved = movedMs
const clock: Clock = { simulated: true, now: () => new Date(Date.now() + moved) }
const logger = loggerAt('warn')
const server = await serve({
  databaseUrl,
  eventStore,
  role,
  rootKeys,
  files,
  issuer: await localIssuer(dataDir, 'gongchuang'),
  logger,
  clock,
  workflows: served,
  heads: { events: 400, minutes: 10, to: undefined },
  host: '127.0.0.1',
  port: 0,
  accessKeptDays: 365,
})

const end = async (): Promise<never> => {
  await server.close().catch(error => logger.error({ err: error }, 'could not stop cleanly'))
  process.exit(0)
}
process.on('message', (word: Word) => {
  moved = word.movedMs
})
process.on('SIGTERM', () => void end())
// The harness is gone: nobody would end this process any more.
process.on('disconnect', () => void end())
process.send?.({ address: server.address })
