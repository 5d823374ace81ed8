/** The paths of the log itself: signed heads, and proofs over its tree. */
import { consistencyQuery, headsQuery, inclusionQuery } from '../log-routes.ts'
import { pageParameters } from '../page.ts'
import { type JsonSchema, jsonSchema } from './json-schema.ts'
import { READ_PROBLEMS } from './problems.ts'
import { queryParameters } from './query-parameters.ts'
import { json, list, record, schemaRef, text, titled } from './schema-words.ts'

export const LOG_TAG = 'log'

const integer = { type: 'integer' }
const hash = titled('十六进制的 SHA-256', 'SHA-256 in hex', text)
const proof = titled(
  'RFC 6962 的证明，自下而上的哈希',
  'A proof as in RFC 6962: the hashes beside the way, those deepest in the tree first.',
  list(text),
)

const read = (operationId: string, summary: string, answer: string, schema: JsonSchema, parameters: object[] = []) => ({
  get: {
    operationId,
    tags: [LOG_TAG],
    summary,
    parameters,
    responses: { 200: { description: answer, content: json(schema) }, ...READ_PROBLEMS },
  },
})

const headRow = jsonSchema(headsQuery.row, 'output')
const signedHead = record({
  size: titled('事件数', 'How many events of the log it covers.', integer),
  upTo: titled('最后一个事件的位置', 'The position of the last of them.', text),
  root: hash,
  signedAt: { type: 'string', format: 'date-time' },
  publicKey: titled('Ed25519 公钥，SPKI，base64', 'Ed25519, as SPKI in base64.', text),
  signature: titled(
    '对“gongchuang log head”、size、upTo、root、signedAt 各一行（均以换行结尾）的 Ed25519 签名，base64',
    'Ed25519, in base64, over the lines gongchuang log head, size, upTo, root, signedAt, each ended by a line break.',
    text,
  ),
})

export const logPaths: Record<string, object> = {
  '/v1/log/heads': read(
    'log.heads',
    '签过名的日志头，按签署先后 Signed heads of the log, in the order of signing',
    '一页 A page.',
    record({ heads: list(headRow), next: schemaRef('Next') }),
    queryParameters(pageParameters(headsQuery)),
  ),
  '/v1/log/heads/latest': read(
    'log.latestHead',
    '最新的日志头；留存一份，日后即可查出日志是否被改动 The latest head: who keeps it can find out later whether the log was changed',
    '日志头 The head.',
    signedHead,
  ),
  '/v1/log/proof/inclusion': read(
    'log.inclusion',
    '证明某事件在日志中 Proof that an event is in the log',
    '证明 The proof: leafHash is SHA-256 of a zero byte and the 32 bytes of the event’s hash.',
    record({ leaf: integer, leafHash: hash, size: integer, root: hash, proof }),
    queryParameters(inclusionQuery),
  ),
  '/v1/log/proof/consistency': read(
    'log.consistency',
    '证明较早的日志是较晚日志的开头 Proof that an earlier log is the beginning of a later one',
    '证明 The proof.',
    record({ from: integer, fromRoot: hash, to: integer, toRoot: hash, proof }),
    queryParameters(consistencyQuery),
  ),
}
