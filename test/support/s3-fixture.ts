/** A fixture, not S3: as much of its protocol over HTTP as the store of files speaks, in memory. */
import { hash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Test } from 'tap'
import type { S3Config } from '../../services/files/config.ts'

export type S3Fixture = S3Config & {
  /** What is kept, by `/bucket/key`. */
  objects: Map<string, { bytes: Buffer; at: Date }>
  /** Answers every request with this status from now on; undefined: as it should. */
  fail(status: number | undefined): void
}

/** Keys of one page of a list. */
const PAGE = 2

export const s3Fixture = async (t: Test): Promise<S3Fixture> => {
  const objects: S3Fixture['objects'] = new Map()
  let failing: number | undefined
  const server = createServer(async (request, response) => {
    if (failing) return void response.writeHead(failing).end()
    if (!request.headers.authorization?.includes('Credential=fixture/')) return void response.writeHead(403).end()
    await answer(objects, request, response)
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  t.teardown(() => server.close())
  return {
    objects,
    fail: status => {
      failing = status
    },
    bucket: 'files',
    endpoint: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'fixture', secretAccessKey: 'no secret' },
  }
}

const answer = async (objects: S3Fixture['objects'], request: IncomingMessage, response: ServerResponse) => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://fixture')
  const found = objects.get(pathname)
  if (searchParams.get('list-type') === '2') return listed(objects, pathname, searchParams, response)
  if (request.method === 'PUT') return put(objects, pathname, request, response)
  if (request.method === 'DELETE') objects.delete(pathname)
  if (request.method === 'DELETE') return response.writeHead(204).end()
  if (!found) return response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>')
  response.writeHead(200, { 'content-length': found.bytes.length, 'last-modified': found.at.toUTCString() })
  return response.end(request.method === 'HEAD' ? undefined : found.bytes)
}

/** Compares what arrived with the hash that the sender told, as S3 does. */
const put = async (objects: S3Fixture['objects'], path: string, request: IncomingMessage, response: ServerResponse) => {
  const bytes = Buffer.concat(await request.toArray())
  if (request.headers['x-amz-checksum-sha256'] !== hash('sha256', bytes, 'base64'))
    return response.writeHead(400).end('<Error><Code>BadDigest</Code></Error>')
  objects.set(path, { bytes, at: new Date() })
  return response.writeHead(200).end()
}

const listed = (objects: S3Fixture['objects'], path: string, query: URLSearchParams, response: ServerResponse) => {
  const bucket = path.endsWith('/') ? path : `${path}/`
  const after = query.get('continuation-token') ?? ''
  const keys = [...objects.keys()]
    .map(each => each.slice(bucket.length))
    .filter(key => key.startsWith(query.get('prefix') ?? '') && key > after)
    .sort()
  const page = keys.slice(0, PAGE)
  const more = keys.length > page.length
  const next = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : ''
  const contents = page.map(key => `<Contents><Key>${key}</Key></Contents>`).join('')
  response.writeHead(200, { 'content-type': 'application/xml' })
  return response.end(`<ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${contents}</ListBucketResult>`)
}
