/** What every operation shares: parameters, answers, problem details. */
import type { Title } from '../../../engine/definition.ts'
import { STATUS } from '../problem.ts'
import { asOfParameter } from '../request.ts'
import { type Code, sentences } from '../sentences.ts'
import { both, type JsonSchema, jsonSchema } from './json-schema.ts'

export const schemaRef = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const parameterRef = (name: string) => ({ $ref: `#/components/parameters/${name}` })
const headerRef = (name: string) => ({ $ref: `#/components/headers/${name}` })

export const json = (schema: JsonSchema) => ({ 'application/json': { schema } })

const text = { type: 'string' }
const titled = (zh: string, en: string, schema: JsonSchema): JsonSchema => ({ ...schema, description: `${zh} ${en}` })
const strict = (properties: JsonSchema, optional: string[] = []): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter(name => !optional.includes(name)),
})
const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items })

// ── parameters ──────────────────────────────────────────────────────────────────────────────────

const parameter = (
  where: 'header' | 'query' | 'path',
  name: string,
  required: boolean,
  words: Title,
  schema: object,
) => ({
  name,
  in: where,
  required,
  description: `${words.zh}\n\n${words.en}`,
  schema,
})

const parameters = {
  Id: parameter('path', 'id', true, { zh: '编号', en: 'The id.' }, { type: 'string', format: 'uuid' }),
  IdempotencyKey: parameter(
    'header',
    'Idempotency-Key',
    true,
    {
      zh: '同一人、同一键、同一内容的请求只办理一次，重试得到首次的答复；同一键用于不同内容会被拒绝（422 key-reused）。dryRun 时不使用。',
      en: 'The same person, key and body is done once: a retry gets the first answer. The same key with another body is refused (422 key-reused). Not used by a dry run.',
    },
    { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$', examples: ['0197f3a2-submit-1'] },
  ),
  IfMatch: parameter(
    'header',
    'If-Match',
    false,
    {
      zh: '办理所依据的版次（上次答复的 ETag）；已有更新则 412。',
      en: 'The revision that was looked at (the ETag of an answer); 412 where it has moved on.',
    },
    { type: 'string', examples: ['"3"'] },
  ),
  DryRun: parameter(
    'query',
    'dryRun',
    false,
    {
      zh: '为 true 时只判断、不写入：答复会到达的状态和会记录的事件，或拒绝的理由。',
      en: 'With true it decides and writes nothing: the state and events that would follow, or why it is refused.',
    },
    { type: 'string', enum: ['true', 'false'] },
  ),
  Language: parameter(
    'header',
    'Accept-Language',
    false,
    { zh: '答复的语言，默认中文。', en: 'The language of answers; Chinese unless en is preferred.' },
    { type: 'string', examples: ['zh', 'en'] },
  ),
  AsOf: parameter(
    'query',
    'asOf',
    false,
    {
      zh: '查看当时的情况：日志位置，或带时区的 ISO 时间；谁可以看始终以今天为准。',
      en: 'As it was then: a position of the log, or an ISO time with its offset. Who may look is always as of today.',
    },
    jsonSchema(asOfParameter, 'input'),
  ),
  After: parameter(
    'query',
    'after',
    false,
    {
      zh: '等到包含该位置（写入答复中的 position）再答复，最多 5 秒，否则 503。',
      en: 'Waits until the position of an earlier answer is included, 5 seconds at most, else 503.',
    },
    { type: 'string', maxLength: 100 },
  ),
}

export const WRITING = ['IdempotencyKey', 'IfMatch', 'DryRun', 'Language'].map(parameterRef)
export const READING = ['AsOf', 'After', 'Language'].map(parameterRef)
export const ID = parameterRef('Id')
export const LANGUAGE = parameterRef('Language')

// ── answers ─────────────────────────────────────────────────────────────────────────────────────

const titledPath = strict({ path: text, title: text })
const titledRole = strict({ role: text, title: text })

const schemas = {
  Position: titled('日志位置，可排序，不透明', 'A place in the log: opaque, sortable.', text),
  State: strict({
    value: titled('状态图中的状态', "The chart's state value: a name, or regions by name.", {
      type: ['string', 'object'],
    }),
    titles: list(titledPath),
  }),
  Answer: titled('写入已持久。', 'The events are durable.', {
    ...strict({
      id: { type: 'string', format: 'uuid' },
      revision: { type: 'integer', minimum: 0 },
      position: schemaRef('Position'),
      state: schemaRef('State'),
      events: list(strict({ type: text, revision: { type: 'integer' } })),
      repeated: titled('之前已办理，这是首次的答复', 'Done before: this is the first answer again.', {
        type: 'boolean',
      }),
    }),
  }),
  DryRun: strict({
    dryRun: { const: true },
    state: schemaRef('State'),
    events: list(strict({ type: text, data: {} })),
  }),
  Reason: strict(
    {
      rule: titled('条件的名称', "The rule's name.", text),
      text: titled('说明', 'What is not met.', text),
      who: titled('谁能使其满足', 'Who can meet it.', list(titledRole)),
      way: titled('多种办理方式中的第几种', 'Which of several ways it stands on.', { type: 'integer' }),
    },
    ['way'],
  ),
  Issue: strict(
    {
      path: titled('JSON Pointer', 'A JSON Pointer into the body, or the query parameter.', text),
      code: text,
      message: text,
      fields: titled('未知的字段', 'Unknown fields.', list(text)),
    },
    ['fields'],
  ),
  Explained: strict(
    {
      command: text,
      title: text,
      status: titled(
        '可办理、不可办理、取决于填写内容',
        'Allowed, refused, or hanging on the input named in dependsOn.',
        {
          enum: ['allowed', 'refused', 'depends'],
        },
      ),
      dependsOn: list(strict({ field: text, title: text })),
      reasons: list(schemaRef('Reason')),
      because: titled('无权办理的原因', 'Why this viewer may not.', strict({ code: text, detail: text })),
      possibleIn: titled('可以办理的状态', 'The states that know the command.', list(titledPath)),
    },
    ['dependsOn', 'reasons', 'because', 'possibleIn'],
  ),
  Instance: strict(
    {
      id: { type: 'string', format: 'uuid' },
      workflow: text,
      version: { type: 'integer' },
      title: text,
      revision: { type: 'integer' },
      position: schemaRef('Position'),
      state: schemaRef('State'),
      next: titled('轮到谁', 'Whose turn it is.', list(titledRole)),
      due: titled('期限', 'What is due, and when.', list(strict({ deadline: text, title: text, day: text }))),
      data: titled('由事件得出的数据', 'What is folded from its events.', {}),
      commands: titled(
        '对查看者：每个操作是否可办理及原因（asOf 时没有）',
        'For this viewer: every command, allowed or why not; absent with asOf.',
        list(schemaRef('Explained')),
      ),
    },
    ['commands'],
  ),
  HistoryEntry: strict({
    revision: { type: 'integer' },
    position: schemaRef('Position'),
    event: text,
    title: text,
    recordedAt: { type: 'string', format: 'date-time' },
    occurredOn: { type: 'string', format: 'date' },
    by: strict({ person: text, name: text, post: schemaRef('Post') }, ['name', 'post']),
    fields: list(strict({ name: text, title: text, value: {}, text })),
    state: list(titledPath),
  }),
  Post: strict({ role: text, title: text, place: text, placeName: text, organisation: text, organisationName: text }, [
    'place',
    'placeName',
    'organisation',
    'organisationName',
  ]),
  Next: titled('下一页的 cursor；没有下一页则为 null', 'The cursor of the next page, or null.', {
    type: ['string', 'null'],
  }),
  Place: strict({ code: text, path: list(text) }),
}

// ── problem details ─────────────────────────────────────────────────────────────────────────────

const problemSchema = (status: number, codes: Code[]): JsonSchema => ({
  ...strict(
    {
      type: { type: 'string', format: 'uri' },
      title: text,
      status: { const: status },
      code: { type: 'string', enum: codes },
      detail: titled('哪里不对、如何改正', 'What is wrong and how to mend it.', text),
      instance: text,
      ...(codes.includes('refused') && {
        reasons: titled('全部未满足的条件（refused）', 'All unmet rules (refused).', list(schemaRef('Reason'))),
      }),
      ...(codes.includes('invalid-input') && {
        issues: titled('要改正之处', 'What to mend (invalid-input, invalid-query).', list(schemaRef('Issue'))),
      }),
      ...(codes.includes('not-in-this-state') && {
        possible: titled('此状态可办理的操作', 'What is possible here.', list(strict({ command: text, title: text }))),
      }),
    },
    ['reasons', 'issues', 'possible'],
  ),
  description: 'RFC 9457; 其他成员因 code 而异 further members depend on the code.',
})

const codesByStatus = Map.groupBy(Object.keys(STATUS) as Code[], code => STATUS[code])

const problems = [...codesByStatus].map(([status, codes]) => ({ name: `Problem${status}`, status, codes }))

const problemHeaders = (status: number) => ({
  ...(status === 401 && { headers: { 'WWW-Authenticate': headerRef('Authenticate') } }),
  ...((status === 429 || status === 503) && { headers: { 'Retry-After': headerRef('RetryAfter') } }),
})

const problemResponse = ({ name, status, codes }: (typeof problems)[number]) => ({
  description: codes.map(code => `- \`${code}\`: ${both(sentences[code].title)}`).join('\n'),
  ...problemHeaders(status),
  content: { 'application/problem+json': { schema: schemaRef(name) } },
})

const refuses = (...statuses: number[]) =>
  Object.fromEntries(statuses.map(status => [status, { $ref: `#/components/responses/Problem${status}` }]))

export const WRITE_PROBLEMS = refuses(400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 500, 503)
export const READ_PROBLEMS = refuses(400, 401, 403, 404, 429, 500, 503)

const headers = {
  ETag: { description: '版次 The revision, for If-Match.', schema: text },
  Location: { description: '新记录的地址 Where the new life is.', schema: text },
  RetryAfter: { description: '秒数 Seconds to wait.', schema: text },
  Authenticate: { description: 'Bearer', schema: text },
}
export const ETAG = { ETag: headerRef('ETag') }
export const CREATED = { ...ETAG, Location: headerRef('Location') }

export const sharedComponents = {
  securitySchemes: {
    token: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description:
        'sub 是人员编号；能办什么由其任职决定。 `sub` is the id of a person; what they may do comes from their posts.',
    },
  },
  parameters,
  headers,
  responses: Object.fromEntries(problems.map(problem => [problem.name, problemResponse(problem)])),
}

export const sharedSchemas: Record<string, JsonSchema> = {
  ...schemas,
  ...Object.fromEntries(problems.map(({ name, status, codes }) => [name, problemSchema(status, codes)])),
}
