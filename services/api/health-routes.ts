/** `/healthz` says the process lives, `/readyz` that it may be sent work, `/metrics` how it does. */
import type { FastifyInstance } from 'fastify'
import type { Standing } from '../../engine/projection-runner.ts'
import { logStandingsTold } from './log-states.ts'
import type { Metrics } from './metrics.ts'
import { sentence } from './problem.ts'
import type { Services } from './services.ts'
import { soon } from './soon.ts'
import { whyStopped } from './wait-for-model.ts'

const FOLLOWER_LIMIT_MS = 1_000

const told = (milliseconds: number | undefined): number | null =>
  milliseconds === undefined ? null : Math.round(milliseconds)

/** Whoever looks why it is not ready reads what to do. */
const worded = (standing: Standing | undefined): object | undefined => {
  if (!standing?.stopped) return standing
  const { model, stopped } = standing
  const said = (language: 'zh' | 'en') => sentence(whyStopped(stopped), { model, at: stopped.at }, language).detail
  return { ...standing, stopped: { ...stopped, zh: said('zh'), en: said('en') } }
}

export const healthRoutes = (app: FastifyInstance, services: Services, metrics: Metrics): void => {
  app.get('/healthz', { config: { always: true } }, () => ({ status: 'ok' }))
  app.get('/readyz', { config: { always: true } }, async (_, reply) => {
    const followerAgeMs = Math.round(services.instances.age())
    const [policies, readModels = [undefined]] = await Promise.all([
      soon(services.policies.standing()),
      soon(Promise.all(services.readModels.map(services.standing))),
    ])
    const log = services.logInUse.standing()
    const isOpen = services.admission.closed() === undefined && log === 'in-use'
    const { clockSkew } = services
    const ready =
      isOpen &&
      !clockSkew.isAstray() &&
      followerAgeMs <= FOLLOWER_LIMIT_MS &&
      readModels.every(model => model && !model.stopped)
    return reply.code(ready ? 200 : 503).send({
      status: ready ? 'ready' : 'not-ready',
      role: services.role,
      logInUse: log,
      log: logStandingsTold(services.store.standing()),
      followerAgeMs,
      clockSkewMs: told(clockSkew.ms()),
      readModels: readModels.map(worded),
      policies,
    })
  })
  app.get('/metrics', { config: { always: true } }, async (_, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  )
}
