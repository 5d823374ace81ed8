/** The first person, as `npm run appoint-first` makes it: by the database's owner, not over HTTP. */
import pino from 'pino'
import { appointFirst } from '../../services/appoint-first.ts'
import { openRuntime } from '../../services/runtime.ts'
import { rootKeys } from '../support/root-keys.ts'
import { filesIn, type World } from './world.ts'

export const found = async (world: World): Promise<string> => {
  const { issuer, folder, now } = world
  const { url: databaseUrl, eventStore } = world.place()
  const options = { databaseUrl, eventStore, rootKeys, files: filesIn(folder), issuer, clock: { now } }
  const runtime = await openRuntime({ ...options, logger: pino({ level: 'silent' }) })
  return appointFirst(runtime, { name: '周桂兰', phone: '027-87654321', role: 'bureau', place: '4201' }).finally(
    runtime.close,
  )
}
