/** Opens the runtime, builds the application, listens. */
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { FastifyInstance } from 'fastify'
import { keepSweeping } from './access.ts'
import { buildApp } from './api/app.ts'
import { found } from './founding.ts'
import { openRuntime, type Runtime, type RuntimeOptions } from './runtime.ts'

export type Server = { address: string; runtime: Runtime; close(): Promise<void> }

export const serve = async (
  options: RuntimeOptions & { host: string; port: number; accessKeptDays: number },
): Promise<Server> => {
  const runtime = await openRuntime(options)
  try {
    await found(runtime)
    const app = await buildApp(runtime, options.logger)
    const address = await listen(app, options)
    const sweeping = keepSweeping(runtime, options.accessKeptDays, options.logger)
    const close = () => closeGracefully(app, runtime).finally(sweeping.stop).finally(runtime.close)
    return { address, runtime, close }
  } catch (error) {
    await runtime.close()
    throw error
  }
}

/** How long those who are connected may take to hear, with their next request, that this process is about to stop. */
const HEARD_WITHIN_MS = 1_000
const LOOK_EVERY_MS = 20

/**
 * From now on nobody is let in, readiness says so, and another process takes over what is done in one place. What was
 * let in is answered. Connections stay a little, so that who asks on one is told, and not just cut off.
 */
const closeGracefully = async (app: FastifyInstance, runtime: Runtime): Promise<void> => {
  const handedOver = runtime.handOver()
  const connected = promisify(app.server.getConnections.bind(app.server))
  for (let waited = 0; waited < HEARD_WITHIN_MS && (await connected()) > 0; waited += LOOK_EVERY_MS)
    await sleep(LOOK_EVERY_MS)
  await app.close()
  await handedOver
}

/** Connections that may wait to be accepted: beyond, a client hears nothing for a second and tries again by itself. */
export const BACKLOG = 4_096

const listen = async (app: FastifyInstance, { host, port }: { host: string; port: number }): Promise<string> => {
  try {
    return await app.listen({ host, port, backlog: BACKLOG })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new Error(`Port ${port} on ${host} is taken by another program. Choose another: PORT=${port + 1} npm start`, {
      cause: error,
    })
  }
}
