/** The decision pack of a round: once its list is public, anybody who may see the round recomputes it from one file. */
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { EngineError } from '../../engine/engine-error.ts'
import type { SignedHead } from '../../engine/log-head.ts'
import { oneAtATime } from '../../engine/one-at-a-time.ts'
import { maySee } from '../../engine/permission.ts'
import { decisionPackOf } from '../decision-pack/build.ts'
import { writtenInParts } from '../decision-pack/format.ts'
import { headsOfSizes } from '../log-heads.ts'
import { knownLife } from './known-life.ts'
import { EdgeError } from './problem.ts'
import { queryOf } from './request.ts'
import type { Services } from './services.ts'

const ROUND = 'competition-round'
const MOST_HEADS = 20

const sizes = z.array(z.coerce.number().int().positive()).max(MOST_HEADS).optional().meta({
  zh: '您留存的日志头的事件数（可重复，最多 20 个）：该日志头连同一致性证明一并放入文件',
  en: 'the size of a head of the log that you kept, to be in the file with its consistency proof; up to 20 times',
})

export const decisionPackQuery = z.strictObject({ head: sizes })

/** One is given as itself. */
const asked = z.strictObject({ head: z.preprocess(head => (typeof head === 'string' ? [head] : head), sizes) })

export const decisionPackRoute = (app: FastifyInstance, services: Services): void => {
  const { handler, workflows } = services
  if (!workflows.some(({ name }) => name === ROUND)) return
  const alone = oneAtATime()
  const config = { ownPace: true } as const
  app.get<{ Params: { id: string } }>(`/v1/${ROUND}/:id/decision-pack`, { config }, async (request, reply) => {
    const { id } = request.params
    const { head = [] } = queryOf(asked, request)
    const round = await knownLife(services, handler.workflow(ROUND), id)
    const { actor } = await handler.surroundings(round, request.person)
    if (!maySee(round, actor)) throw new EngineError('not-visible', { workflow: ROUND, id })
    const kept = await keptHeads(services, head)
    // A city's round fills hundreds of megabytes while its pack is made.
    const pack = await alone(ROUND, () => decisionPackOf(services, round, actor, kept))
    if (!pack) throw new EdgeError('no-decision-yet', {})
    // As text: what is sealed in it stays sealed, whoever asks.
    return reply
      .type('application/json; charset=utf-8')
      .header('content-disposition', `attachment; filename="decision-${id}.json"`)
      .send(Readable.from(writtenInParts(pack)))
  })
}

const keptHeads = async ({ db }: Services, sizes: readonly number[]): Promise<SignedHead[]> => {
  const heads = await headsOfSizes(db, sizes)
  const missing = sizes.find(wanted => !heads.some(({ size }) => size === wanted))
  if (missing !== undefined) throw new EdgeError('no-such-head', { size: missing })
  return heads
}
