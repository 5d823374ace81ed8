/** Problem details (RFC 9457): the one place where a code meets its HTTP status. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ZodType } from 'zod'
import type { Title, Workflow } from '../../engine/definition.ts'
import { EngineError, type Reason } from '../../engine/engine-error.ts'
import {
  AppendTooLarge,
  ForeignPosition,
  LogDamaged,
  LogMoved,
  LogUnavailable,
  OutcomeUnknown,
} from '../../engine/event-store.ts'
import { entriesWithin, shapeWithin } from '../../engine/schema-layers.ts'
import { WrongMasterKey } from '../../engine/wrapping.ts'
import { FileRefusal } from '../files/refusal.ts'
import { databaseTrouble } from './database-trouble.ts'
import { wordsFor } from './issue-words.ts'
import { type Language, languageOf, say } from './language.ts'
import {
  type Code,
  type DetailOf,
  type EdgeErrorDetail,
  kindTitle,
  type PersonalText,
  roleTitle,
  sentences,
} from './sentences.ts'
import { metaOf } from './text.ts'
import { traceOf } from './trace.ts'

export const STATUS: Record<Code, number> = {
  'invalid-input': 400,
  'malformed-request': 400,
  'malformed-json': 400,
  'idempotency-key-required': 400,
  'invalid-header': 400,
  'invalid-query': 400,
  'foreign-position': 400,
  'upload-cut-short': 400,
  'no-token': 401,
  'bad-token': 401,
  'token-expired': 401,
  'not-permitted': 403,
  'outside-your-place': 403,
  'post-ended': 403,
  'kept-apart': 403,
  'not-visible': 403,
  'view-not-yours': 403,
  'unknown-person': 403,
  'person-ended': 403,
  'bad-link': 403,
  'no-intake': 403,
  'unknown-workflow': 404,
  'unknown-command': 404,
  'unknown-instance': 404,
  'not-found': 404,
  'not-in-tree': 404,
  'no-head': 404,
  'no-such-head': 404,
  'no-decision-yet': 404,
  'file-not-named': 404,
  'not-in-this-state': 409,
  taken: 409,
  'claim-pending': 409,
  'upload-too-slow': 408,
  conflict: 409,
  'not-due': 409,
  'key-erased': 409,
  'not-revealed': 409,
  'request-too-slow': 408,
  'link-expired': 410,
  'receipt-over': 410,
  'stale-revision': 412,
  'body-too-large': 413,
  'file-too-large': 413,
  'append-too-large': 413,
  'unsupported-media-type': 415,
  'content-encoding-refused': 415,
  'form-refused': 415,
  'file-kind-refused': 415,
  'file-kind-mismatch': 415,
  refused: 422,
  'sealed-too-long': 422,
  'unknown-represented': 422,
  'not-on-behalf': 422,
  'for-oneself': 422,
  'no-such-day': 422,
  'long-ago': 422,
  'key-reused': 422,
  'receipt-not-for-this': 422,
  'unknown-file': 422,
  'file-broken': 422,
  'too-much-unnamed': 422,
  'file-refused-by-scan': 422,
  'personal-data-in-text': 422,
  'too-many-requests': 429,
  'headers-too-large': 431,
  internal: 500,
  'log-damaged': 500,
  'file-damaged': 500,
  'too-busy': 503,
  stopping: 503,
  'clock-astray': 503,
  'issuer-unavailable': 503,
  'database-unavailable': 503,
  'read-too-slow': 503,
  'follower-behind': 503,
  'position-not-reached': 503,
  'read-model-behind': 503,
  'read-model-stopped': 503,
  'ahead-of-log': 503,
  'log-unavailable': 503,
  'log-moved': 503,
  'wrong-master-key': 503,
  'outcome-unknown': 503,
  'scan-unavailable': 503,
  'storage-unavailable': 503,
  'storage-full': 507,
}

/** An error of the edge itself. */
export class EdgeError<C extends keyof EdgeErrorDetail = keyof EdgeErrorDetail> extends Error {
  readonly code: C
  readonly detail: EdgeErrorDetail[C]
  constructor(code: C, detail: EdgeErrorDetail[C], options?: ErrorOptions) {
    super(`${code} ${JSON.stringify(detail)}`, options)
    this.code = code
    this.detail = detail
  }
}

type Known = { code: Code; detail: object }

const FASTIFY_CODES: Record<string, (error: Error, request: FastifyRequest) => Known> = {
  FST_ERR_CTP_INVALID_JSON_BODY: error => ({ code: 'malformed-json', detail: { reason: error.message } }),
  FST_ERR_CTP_EMPTY_JSON_BODY: error => ({ code: 'malformed-json', detail: { reason: error.message } }),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: error => ({ code: 'malformed-json', detail: { reason: error.message } }),
  FST_ERR_CTP_BODY_TOO_LARGE: (_, request) => ({
    code: 'body-too-large',
    detail: { limit: request.routeOptions.bodyLimit },
  }),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: (_, request) => ({
    code: 'unsupported-media-type',
    detail: { given: String(request.headers['content-type'] ?? '') },
  }),
}

const known = (error: Error, request: FastifyRequest): Known => {
  if (error instanceof EngineError || error instanceof EdgeError || error instanceof FileRefusal) return error
  if (error instanceof ForeignPosition)
    return { code: error.code, detail: { position: error.message.split(' ')[0] ?? '' } }
  if (error instanceof WrongMasterKey || error instanceof AppendTooLarge) return { code: error.code, detail: {} }
  if (error instanceof LogDamaged) {
    request.log.error({ err: error }, 'facts are gone from the log')
    return { code: error.code, detail: {} }
  }
  if (error instanceof LogUnavailable || error instanceof OutcomeUnknown || error instanceof LogMoved)
    return { code: error.code, detail: {} }
  const fromFastify = FASTIFY_CODES[(error as { code?: string }).code ?? '']
  if (fromFastify) return fromFastify(error, request)
  const trouble = databaseTrouble(error)
  if (trouble) {
    request.log.warn({ err: error }, 'the database did not answer')
    // A command that was told to ask for less would not know how.
    return { code: request.method === 'GET' ? trouble : 'database-unavailable', detail: {} }
  }
  const { statusCode } = error as { statusCode?: number }
  // What the files of the reference hide is not there.
  if (statusCode === 403 || statusCode === 404) return { code: 'not-found', detail: { path: pathOf(request) } }
  if (error instanceof SyntaxError || statusCode === 400)
    return { code: 'malformed-json', detail: { reason: error.message } }
  request.log.error({ err: error }, 'request failed')
  return { code: 'internal', detail: { reference: String(request.id) } }
}

export const pathOf = (request: FastifyRequest): string => request.url.split('?')[0] ?? ''

export const problemOf = (error: Error, request: FastifyRequest, workflow?: Workflow) => {
  const language = languageOf(request)
  const { code, detail } = known(error, request)
  return {
    ...sentence(code, detail, language, workflow),
    ...members(code, detail, request, workflow),
    instance: request.url,
  }
}

export const sentence = (code: Code, detail: object, language: Language, workflow?: Workflow) => {
  const words = sentences[code] as { title: Title; detail(detail: DetailOf<Code>, workflow?: Workflow): Title }
  return {
    type: `https://gongchuang.example/problems/${code}`,
    title: say(words.title, language),
    status: STATUS[code],
    code,
    detail: say(words.detail(detail as DetailOf<Code>, workflow), language),
  }
}

/** What a program needs beside the sentence. */
const members = (code: Code, detail: object, request: FastifyRequest, workflow?: Workflow): object => {
  const language = languageOf(request)
  if (code === 'refused') return refusedMembers(detail as DetailOf<'refused'>, language, workflow)
  if (code === 'personal-data-in-text')
    return { found: (detail as DetailOf<'personal-data-in-text'>).found.map(each => personalTextFor(each, language)) }
  if (code === 'invalid-input' || code === 'invalid-query') {
    const about =
      code === 'invalid-input'
        ? { given: request.body, schema: schemaFor(request, workflow) }
        : { given: request.query }
    return { issues: (detail as DetailOf<'invalid-input'>).issues.map(issue => issueFor(issue, about, language)) }
  }
  if (code === 'not-in-this-state')
    return { ...detail, possible: titled((detail as DetailOf<'not-in-this-state'>).possible, workflow, language) }
  if (code === 'kept-apart' || code === 'file-broken') return {}
  if (code === 'taken' || code === 'claim-pending') return takenMembers(detail as DetailOf<'taken'>, language)
  return detail
}

/** Each rule by its own words; beside them what of the input does not meet one, where that can be told. */
const refusedMembers = ({ reasons }: DetailOf<'refused'>, language: Language, workflow?: Workflow) => {
  const wrong = reasons.flatMap(reason => reason.wrong?.() ?? [])
  return {
    reasons: reasons.map(reason => reasonFor(reason, language, workflow)),
    ...(wrong.length > 0 && {
      issues: wrong.map(each => ({ path: pointerTo(each.path), code: each.code, message: say(each, language) })),
    }),
  }
}

const takenMembers = ({ kind, text, holder }: DetailOf<'taken'>, language: Language) => ({
  kind,
  kindTitle: say(text, language),
  ...(holder && { holder }),
})

const personalTextFor = ({ path, field, kind, excerpt }: PersonalText, language: Language) => ({
  path,
  field: say(field, language),
  kind,
  kindTitle: say(kindTitle(kind), language),
  excerpt,
})

const titled = (commands: readonly string[], workflow: Workflow | undefined, language: Language) =>
  commands.map(command => ({ command, title: workflow?.commands[command]?.meta()?.[language] ?? command }))

export const reasonFor = ({ rule, text, who, way }: Reason, language: Language, workflow?: Workflow) => ({
  rule,
  text: say(text, language),
  who: who.map(role => ({ role, title: say(roleTitle(role, workflow), language) })),
  ...(way !== undefined && { way }),
})

type Issue = DetailOf<'invalid-input'>['issues'][number] & { params?: { code?: string } & Partial<Title> }

/** A schema's own sentence where it has one in this language. */
const issueFor = (
  issue: Issue,
  { given, schema }: { given: unknown; schema?: ZodType | undefined },
  language: Language,
) => {
  const { zh, en, ...params } = issue.params ?? {}
  return {
    path: pointerTo(issue.path),
    code: issue.params?.code ?? issue.code,
    message:
      { zh, en }[language] ?? say(wordsFor(issue, valueAt(given, issue.path), choicesAt(schema, issue.path)), language),
    ...('keys' in issue && { fields: issue.keys }),
    ...params,
  }
}

/** Of the command that was sent, where it was one. */
const schemaFor = (request: FastifyRequest, workflow?: Workflow): ZodType | undefined => {
  const { command = workflow?.startCommand ?? '' } = (request.params ?? {}) as { command?: string }
  return workflow && Object.hasOwn(workflow.commands, command) ? workflow.commands[command] : undefined
}

const choicesAt = (schema: ZodType | undefined, path: readonly PropertyKey[]): Record<string, Title> | undefined => {
  const names = path.filter(each => typeof each === 'string')
  const found = names.reduce<ZodType | undefined>(
    (within, name) => within && (shapeWithin(within)?.[name] ?? entriesWithin(within)),
    schema,
  )
  return found && metaOf(found).choices
}

const pointerTo = (path: readonly PropertyKey[]): string => `/${path.map(String).join('/')}`

const valueAt = (given: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key], given)

const SPREAD_SECONDS = 3
let sentAway = 0

/** Seconds. Those who were turned away together must not come again together. */
export const comeAgainIn = (code: Code): string =>
  code === 'too-busy' || code === 'too-many-requests' ? String(1 + (sentAway++ % SPREAD_SECONDS)) : '1'

/** Whoever is turned away by load comes again, and is in time if they were the first time. */
const comesAgain = ({ status, code }: { status: number; code: Code }): boolean =>
  status === 503 || status === 429 || code === 'conflict'

export const sendProblem = (reply: FastifyReply, problem: ReturnType<typeof problemOf>): FastifyReply => {
  const { arrival } = reply.request
  if (arrival && comesAgain(problem)) reply.header('arrival-receipt', arrival.receipt)
  traceOf(reply.request.raw)?.span.setAttribute('error.type', problem.code)
  if (problem.status === 503 || problem.status === 429) reply.header('retry-after', comeAgainIn(problem.code))
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer')
  return reply.code(problem.status).type('application/problem+json; charset=utf-8').send(problem)
}
