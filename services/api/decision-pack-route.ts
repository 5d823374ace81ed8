/** The decision pack of a round: once its list is public, anybody who may see the round recomputes it from one file. */
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { EngineError } from '../../engine/engine-error.ts'
import { oneAtATime } from '../../engine/one-at-a-time.ts'
import { maySee } from '../../engine/permission.ts'
import { decisionPackOf } from '../decision-pack/build.ts'
import { writtenInParts } from '../decision-pack/format.ts'
import { knownLife } from './known-life.ts'
import { EdgeError } from './problem.ts'
import { queryOf } from './request.ts'
import type { Services } from './services.ts'

const ROUND = 'competition-round'

export const decisionPackRoute = (app: FastifyInstance, services: Services): void => {
  const { handler, workflows } = services
  if (!workflows.some(({ name }) => name === ROUND)) return
  const alone = oneAtATime()
  const config = { ownPace: true } as const
  app.get<{ Params: { id: string } }>(`/v1/${ROUND}/:id/decision-pack`, { config }, async (request, reply) => {
    const { id } = request.params
    queryOf(z.strictObject({}), request)
    const round = await knownLife(services, handler.workflow(ROUND), id)
    const { actor } = await handler.surroundings(round, request.person)
    if (!maySee(round, actor)) throw new EngineError('not-visible', { workflow: ROUND, id })
    // A city's round fills hundreds of megabytes while its pack is made.
    const pack = await alone(ROUND, () => decisionPackOf(services, round, actor))
    if (!pack) throw new EdgeError('no-decision-yet', {})
    // As text: what is sealed in it stays sealed, whoever asks.
    return reply
      .type('application/json; charset=utf-8')
      .header('content-disposition', `attachment; filename="decision-${id}.json"`)
      .send(Readable.from(writtenInParts(pack)))
  })
}
