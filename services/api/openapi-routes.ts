/** The OpenAPI document and a reference to browse it, both without a token and without anything from outside. */
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import staticFiles from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { openApiDocument } from './openapi.ts'
import type { Services } from './services.ts'

const swaggerUi = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))

const page = `<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>公创 API</title><link rel="stylesheet" href="/reference/assets/swagger-ui.css"></head>
<body><div id="reference"></div>
<script src="/reference/assets/swagger-ui-bundle.js"></script>
<script src="/reference/start.js"></script>
</body></html>`

const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#reference', deepLinking: true, docExpansion: 'none', filter: true })`

/** The page runs its own scripts only. */
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"

export const openApiRoutes = async (
  app: FastifyInstance,
  services: Pick<Services, 'workflows' | 'readModels'>,
): Promise<void> => {
  const document = madeOnce(() => Buffer.from(JSON.stringify(openApiDocument(services.workflows, services.readModels))))
  app.get('/openapi.json', (_, reply) => reply.type('application/json; charset=utf-8').send(document()))
  app.get('/reference', (_, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY).send(page),
  )
  app.get('/reference/start.js', (_, reply) => reply.type('text/javascript; charset=utf-8').send(start))
  await app.register(staticFiles, { root: swaggerUi, prefix: '/reference/assets/', index: false, decorateReply: false })
}

/** When somebody first asks: it would take as long as all the rest of a start. */
const madeOnce = <T>(make: () => T): (() => T) => {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
