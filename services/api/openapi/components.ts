/** What every operation shares: answers and their headers, beside parameters and problem details. */
import { provenHistory } from '../../../engine/proven-history.ts'
import { onBehalf } from '../on-behalf.ts'
import { fileSchemas } from './file-paths.ts'
import { type JsonSchema, jsonSchema } from './json-schema.ts'
import { parameters } from './parameters.ts'
import { problemResponses, problemSchemas } from './problems.ts'
import { list, record, ref, schemaRef, text, titled } from './schema-words.ts'

const integer = { type: 'integer' }
const uuid = { type: 'string', format: 'uuid' }
const titledPath = record({ path: text, title: text })
const titledRole = record({ role: text, title: text })

// ── what a write is answered with ───────────────────────────────────────────────────────────────

const writing = {
  Position: titled('日志位置，可排序，不透明', 'A place in the log: opaque, sortable.', text),
  State: record({
    value: titled('状态图中的状态', "The chart's state value: a name, or regions by name.", {
      type: ['string', 'object'],
    }),
    titles: list(titledPath),
  }),
  Answer: titled(
    '写入已持久。',
    'The events are durable.',
    record({
      id: uuid,
      revision: integer,
      position: schemaRef('Position'),
      state: schemaRef('State'),
      events: list(record({ type: text, revision: integer })),
      repeated: titled('之前已办理，这是首次的答复', 'Done before: this is the first answer again.', {
        type: 'boolean',
      }),
    }),
  ),
  DryRun: record({
    dryRun: { const: true },
    state: schemaRef('State'),
    events: list(record({ type: text, data: {} })),
  }),
  Reason: record(
    {
      rule: titled('条件的名称', "The rule's name.", text),
      text: titled('说明', 'What is not met.', text),
      who: titled('谁能使其满足', 'Who can meet it.', list(titledRole)),
      way: titled('多种办理方式中的第几种', 'Which of several ways it stands on.', integer),
    },
    ['way'],
  ),
  Issue: record(
    {
      path: titled('JSON Pointer', 'A JSON Pointer into the body, or the query parameter.', text),
      code: text,
      message: text,
      fields: titled('未知的字段', 'Unknown fields.', list(text)),
    },
    ['fields'],
  ),
  PersonalText: record({
    path: titled('JSON Pointer', 'A JSON Pointer into the body.', text),
    field: text,
    kind: { enum: ['phone', 'mail', 'id-number', 'account'] },
    kindTitle: text,
    excerpt: titled('遮盖后的摘录', 'What was found, masked.', text),
  }),
}

const acting = { person: text, name: text, post: schemaRef('Post') }

// ── what a read is answered with ────────────────────────────────────────────────────────────────

const reading = {
  Instance: record(
    {
      id: uuid,
      workflow: text,
      version: integer,
      title: text,
      revision: integer,
      position: schemaRef('Position'),
      state: schemaRef('State'),
      next: titled('轮到谁', 'Whose turn it is.', list(titledRole)),
      due: titled(
        '期限：截止日、是否暂定（年份的放假安排尚未公布）、已提醒谁',
        'What is due: the last day, whether that is provisional (the holidays of its year are not published yet), who was reminded.',
        list(
          record({
            deadline: text,
            title: text,
            day: text,
            provisional: { type: 'boolean' },
            reminded: list(titledRole),
          }),
        ),
      ),
      data: titled('由事件得出的数据', 'What is folded from its events.', {}),
      commands: titled(
        '对查看者：每个操作是否可办理及原因（只在查看单条现状时有）',
        'For this viewer: every command, allowed or why not; only where one instance is read as it is now.',
        list(schemaRef('Explained')),
      ),
    },
    ['commands'],
  ),
  Explained: record(
    {
      command: text,
      title: text,
      status: titled('可办理、不可办理、取决于填写内容', 'Allowed, refused, or hanging on the input in dependsOn.', {
        enum: ['allowed', 'refused', 'depends'],
      }),
      dependsOn: list(record({ field: text, title: text })),
      reasons: list(schemaRef('Reason')),
      because: titled('无权办理的原因', 'Why this viewer may not.', record({ code: text, detail: text })),
      possibleIn: titled('可以办理的状态', 'The states that know the command.', list(titledPath)),
    },
    ['dependsOn', 'reasons', 'because', 'possibleIn'],
  ),
  HistoryEntry: record(
    {
      revision: integer,
      position: schemaRef('Position'),
      event: text,
      title: text,
      recordedAt: { type: 'string', format: 'date-time' },
      occurredOn: { type: 'string', format: 'date' },
      by: record(acting, ['name', 'post']),
      onBehalfOf: titled(
        '代谁办理、如何收件',
        'For whom it was sent, and how it came in.',
        record(
          {
            ...acting,
            channel: record({ name: text, title: text }),
            paper: record({ name: text, sha256: text }),
            reason: text,
          },
          ['name', 'post', 'paper', 'reason'],
        ),
      ),
      corrects: titled('更正的是哪一版次的记录', 'The revision of the entry that this one corrects.', integer),
      correctedBy: titled('被哪些版次更正', 'The revisions that correct this entry.', list(integer)),
      personalText: titled(
        '提交人知悉文字中有个人信息并保留',
        'The sender was told of personal data in a text, and kept it.',
        { const: 'kept' },
      ),
      fields: list(record({ name: text, title: text, value: {}, text })),
      state: list(titledPath),
    },
    ['onBehalfOf', 'corrects', 'correctedBy', 'personalText'],
  ),
  Access: record({
    at: { type: 'string', format: 'date-time' },
    by: record({ person: text, name: text, post: schemaRef('Post') }, ['name', 'post']),
    fields: titled('查看的内容', 'What was read in clear.', list(record({ field: text, title: text }))),
    route: text,
    request: titled('请求编号', 'The request, as in the correlation of what it recorded.', text),
  }),
  ConfidentialEntry: titled(
    '不公开的事件：对此查看者只说明有这一条',
    'An event that is for a few: this viewer is told that there is one.',
    record({
      revision: integer,
      position: schemaRef('Position'),
      confidential: { const: true },
      title: text,
      recordedAt: { type: 'string', format: 'date-time' },
    }),
  ),
  Post: record({ role: text, title: text, place: text, placeName: text, organisation: text, organisationName: text }, [
    'place',
    'placeName',
    'organisation',
    'organisationName',
  ]),
  Next: titled('下一页的 cursor；没有下一页则为 null', 'The cursor of the next page, or null.', {
    type: ['string', 'null'],
  }),
  Place: record({ code: text, path: list(text) }),
  ProvenHistory: jsonSchema(provenHistory, 'output'),
}

export const sharedSchemas: Record<string, JsonSchema> = {
  OnBehalf: jsonSchema(onBehalf, 'input'),
  ...writing,
  ...reading,
  ...fileSchemas,
  ...problemSchemas,
}

// ── headers, security ───────────────────────────────────────────────────────────────────────────

const headers = {
  ETag: { description: '版次 The revision, for If-Match.', schema: text },
  Location: { description: '新记录的地址 Where the new life is.', schema: text },
  ArrivalReceipt: {
    description:
      '到达回执：只在以到达时间认定是否按时的操作因繁忙（429、503、conflict）未能受理时给出；重新提交时原样带上同名请求头。 A receipt of its arrival, where the command is in time by that and was turned away by load (429, 503, conflict): bring it along, in the header of this name, when you send it again.',
    schema: text,
  },
  RetryAfter: { description: '秒数 Seconds to wait.', schema: text },
  Authenticate: { description: 'Bearer', schema: text },
}
export const ETAG = { ETag: ref('headers', 'ETag') }
export const CREATED = { ...ETAG, Location: ref('headers', 'Location') }

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
  responses: problemResponses,
}
