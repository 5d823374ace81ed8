/** Heads of the log and proofs over it: they hold no personal data, and let anybody check what nobody should change. */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { SignedHead } from '../../engine/log-head.ts'
import { TILE } from '../../engine/merkle-tiles.ts'
import { type Query, schemaOf } from '../../engine/projection.ts'
import { logHeads } from '../../projections/log-heads.ts'
import { latestHead } from '../log-heads.ts'
import { askedOf, pageOf } from './page.ts'
import { EdgeError } from './problem.ts'
import { queryOf } from './request.ts'
import { UNSCOPED } from './scope.ts'
import type { Services } from './services.ts'
import { waitForModel } from './wait-for-model.ts'

export const headsQuery = logHeads.queries[''] as Query

const size = z.coerce.number().int().positive()

export const inclusionQuery = z.strictObject({
  position: z.string().max(100).optional().meta({ zh: '事件的位置', en: "the event's position" }),
  leaf: z.coerce
    .number()
    .int()
    .nonnegative()
    .optional()
    .meta({ zh: '第几个事件（从 0 起）', en: 'or its number in the log, from 0' }),
  size: size
    .optional()
    .meta({ zh: '树的大小，缺省为最新日志头的', en: "the tree's size; that of the latest head unless said" }),
})

export const consistencyQuery = z.strictObject({
  from: size.meta({ zh: '较早的大小', en: 'the earlier size' }),
  to: size
    .optional()
    .meta({ zh: '较晚的大小，缺省为最新日志头的', en: 'the later size; that of the latest head unless said' }),
})

export const logRoutes = (app: FastifyInstance, services: Services): void => {
  const { tree } = services

  app.get('/v1/log/heads', async request => {
    const asked = askedOf(headsQuery, request)
    await waitForModel(services, logHeads, asked.after)
    const { rows, next } = await pageOf(services, schemaOf(logHeads), headsQuery, UNSCOPED, asked)
    return { heads: rows, next }
  })

  app.get('/v1/log/heads/latest', () => headNow(services))

  app.get('/v1/log/proof/inclusion', async request => {
    const asked = queryOf(inclusionQuery, request)
    const over = await coveredSize(services, asked.size)
    const leaf = await leafAsked(services, asked)
    if (leaf >= over) throw new EdgeError('not-in-tree', { size: over })
    const [leafHash, root, proof] = await Promise.all([
      tree.leafHash(leaf),
      tree.root(over),
      tree.inclusion(leaf, over),
    ])
    return { leaf, leafHash: hex(leafHash), size: over, root: hex(root), proof: proof.map(hex) }
  })

  app.get('/v1/log/proof/consistency', async request => {
    const { from, to } = queryOf(consistencyQuery, request)
    const newer = await coveredSize(services, to)
    if (from > newer) throw new EdgeError('not-in-tree', { size: newer })
    const [older, root, proof] = await Promise.all([tree.root(from), tree.root(newer), tree.consistency(from, newer)])
    return { from, fromRoot: hex(older), to: newer, toRoot: hex(root), proof: proof.map(hex) }
  })
}

const hex = (hash: Buffer): string => hash.toString('hex')

/** The latest signed head; throws `no-head`. */
export const headNow = async ({ db }: Services): Promise<SignedHead> => {
  const head = await latestHead(db)
  if (!head) throw new EdgeError('no-head', {})
  return head
}

const coveredSize = async (services: Services, asked: number | undefined): Promise<number> => {
  const grown = await services.tree.size()
  const wanted = asked ?? (await headNow(services)).size
  if (wanted > grown) throw new EdgeError('not-in-tree', { size: grown })
  return wanted
}

type Asked = z.infer<typeof inclusionQuery>

const leafAsked = async (services: Services, { position, leaf }: Asked): Promise<number> => {
  if ((position === undefined) === (leaf === undefined)) throw new EdgeError('invalid-query', { issues: [oneOfBoth] })
  return leaf ?? (await leafAt(services, position as string))
}

const oneOfBoth = {
  path: ['position'],
  code: 'custom',
  message: 'say either position or leaf',
  params: { zh: 'position 与 leaf 填其中一个', en: 'say either position or leaf' },
}

/** The events of its tile are asked: positions of a log need not be without gaps. */
const leafAt = async ({ store, tree }: Services, position: string): Promise<number> => {
  await store.checkPosition(position)
  const tile = await tree.tileOf(position)
  const events = tile ? await store.readAll(tile.after, TILE) : []
  const n = events.findIndex(event => event.position === position)
  if (!tile || n < 0) throw new EdgeError('not-in-tree', { size: await tree.size() })
  return tile.first + n
}
