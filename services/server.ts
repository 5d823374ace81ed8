/** Opens the runtime, builds the application, listens. */
import type { FastifyInstance } from 'fastify'
import { keepSweeping } from './access.ts'
import { buildApp } from './api/app.ts'
import { openRuntime, type Runtime, type RuntimeOptions } from './runtime.ts'

export type Server = { address: string; runtime: Runtime; close(): Promise<void> }

export const serve = async (
  options: RuntimeOptions & { host: string; port: number; accessKeptDays: number },
): Promise<Server> => {
  const runtime = await openRuntime(options)
  try {
    const app = await buildApp(runtime, options.logger)
    const address = await listen(app, options)
    const sweeping = keepSweeping(runtime, options.accessKeptDays, options.logger)
    return { address, runtime, close: () => app.close().finally(sweeping.stop).finally(runtime.close) }
  } catch (error) {
    await runtime.close()
    throw error
  }
}

const listen = async (app: FastifyInstance, { host, port }: { host: string; port: number }): Promise<string> => {
  try {
    return await app.listen({ host, port })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new Error(`Port ${port} on ${host} is taken by another program. Choose another: PORT=${port + 1} npm start`, {
      cause: error,
    })
  }
}
