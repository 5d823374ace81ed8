/**
 * Files in and out. One comes in as the bare body of a request, without an `Idempotency-Key`: sent again, the same
 * bytes are the same file. One goes out by a link that somebody who may see it was given.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { fileName } from '../../workflows/fields.ts'
import { dispositionOf } from '../files/disposition.ts'
import { KINDS } from '../files/kinds.ts'
import { FileRefusal } from '../files/refusal.ts'
import { EdgeError } from './problem.ts'
import { queryOf } from './request.ts'
import type { Services } from './services.ts'

export const uploadQuery = z.strictObject({ name: fileName })

export const linkQuery = z.strictObject({
  name: z.string().max(200).meta({ zh: '保存时的文件名', en: 'the name to save it under' }),
  expires: z.coerce.number().int().nonnegative().meta({ zh: '到期时间（秒）', en: 'seconds since 1970' }),
  signature: z.string().max(100).meta({ zh: '签名', en: 'of hash, name and time' }),
})

export const uploadRoute = (app: FastifyInstance, services: Services): void => {
  app.removeAllContentTypeParsers()
  // Whatever its sender calls it: the bytes say what it is.
  app.addContentTypeParser('*', (_, body, done) => done(null, body))
  // Nobody reads the rest of a body that is refused.
  app.addHook('onSend', async (request, reply) => {
    if (!request.raw.complete) reply.header('connection', 'close')
  })
  app.post('/v1/files', { config: { ownPace: true } }, async (request, reply) => {
    const uploaded = await upload(services, request)
    return reply.code(uploaded.repeated ? 200 : 201).send(uploaded)
  })
}

const upload = async ({ files, handler }: Services, request: FastifyRequest) => {
  const { name } = queryOf(uploadQuery, request)
  checkHeaders(request, files.limit)
  const { person } = await handler.actor(request.person)
  return files.upload({ body: request.raw, name, person })
}

const checkHeaders = ({ headers }: FastifyRequest, limit: number): void => {
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') throw new EdgeError('content-encoding-refused', { given: encoding })
  if (headers['content-type']?.startsWith('multipart/')) throw new EdgeError('form-refused', {})
  if (Number(headers['content-length']) > limit) throw new FileRefusal('file-too-large', { limit })
}

export const downloadRoute = (app: FastifyInstance, { files, fileLinks }: Services): void => {
  app.get<{ Params: { sha256: string } }>(
    '/v1/files/:sha256',
    { config: { ownPace: true } },
    async (request, reply) => {
      const { sha256 } = request.params
      const link = { sha256, ...queryOf(linkQuery, request) }
      const standing = fileLinks.check(link)
      if (standing === 'forged') throw new EdgeError('bad-link', {})
      if (standing === 'expired')
        throw new EdgeError('link-expired', { expired: new Date(link.expires * 1_000).toISOString() })
      const entry = await files.entry(sha256)
      if (!entry) throw new FileRefusal('file-damaged', { sha256 })
      const body = await files.read(sha256)
      const { mediaType } = KINDS[entry.kind]
      return asDownload(reply, dispositionOf(link.name, entry.kind))
        .header('content-type', mediaType)
        .header('content-length', entry.bytes)
        .send(body)
    },
  )
}

/** To be saved, never shown: were it a page, it would run as one of ours. */
const asDownload = (reply: FastifyReply, disposition: string): FastifyReply =>
  reply
    .header('content-disposition', disposition)
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('cross-origin-resource-policy', 'same-origin')
    .header('cache-control', 'no-store')
