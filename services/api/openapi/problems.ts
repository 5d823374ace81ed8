/** Problem details: every status with all its codes. */
import { STATUS } from '../problem.ts'
import { type Code, sentences } from '../sentences.ts'
import { both, type JsonSchema } from './json-schema.ts'
import { list, record, ref, schemaRef, text, titled } from './schema-words.ts'

const holder = record({ workflow: text, id: { type: 'string', format: 'uuid' }, title: text })

const problemSchema = (status: number, codes: Code[]): JsonSchema => ({
  ...record(
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
      ...((codes.includes('invalid-input') || codes.includes('refused')) && {
        issues: titled(
          '要改正之处；refused 时为所填内容中不符合条件之处，仅告知提交人',
          'What to mend (invalid-input, invalid-query); of refused: what of the input does not meet a rule, where the rule can say it.',
          list(schemaRef('Issue')),
        ),
      }),
      ...(codes.includes('personal-data-in-text') && {
        found: titled(
          '文字中的个人信息',
          'What the texts hold (personal-data-in-text).',
          list(schemaRef('PersonalText')),
        ),
      }),
      ...(codes.includes('not-in-this-state') && {
        possible: titled('此状态可办理的操作', 'What is possible here.', list(record({ command: text, title: text }))),
      }),
      ...(codes.includes('taken') && {
        kind: titled('唯一事项（taken、claim-pending）', 'What is one of its kind (taken, claim-pending).', text),
        kindTitle: text,
        holder: titled(
          '所属记录（taken，仅在您有权查看时给出）',
          'Which record holds it (taken), if it is yours to see.',
          holder,
        ),
      }),
    },
    ['reasons', 'issues', 'found', 'possible', 'kind', 'kindTitle', 'holder'],
  ),
  description: 'RFC 9457; 其他成员因 code 而异 further members depend on the code.',
})

const codesByStatus = Map.groupBy(Object.keys(STATUS) as Code[], code => STATUS[code])

const problems = [...codesByStatus].map(([status, codes]) => ({ name: `Problem${status}`, status, codes }))

const problemHeaders = (status: number) => ({
  ...(status === 401 && { headers: { 'WWW-Authenticate': ref('headers', 'Authenticate') } }),
  ...((status === 429 || status === 503) && {
    headers: { 'Retry-After': ref('headers', 'RetryAfter'), 'Arrival-Receipt': ref('headers', 'ArrivalReceipt') },
  }),
  // A conflict, among what has this status, is a matter of load.
  ...(status === 409 && { headers: { 'Arrival-Receipt': ref('headers', 'ArrivalReceipt') } }),
})

const problemResponse = ({ name, status, codes }: (typeof problems)[number]) => ({
  description: codes.map(code => `- \`${code}\`: ${both(sentences[code].title)}`).join('\n'),
  ...problemHeaders(status),
  content: { 'application/problem+json': { schema: schemaRef(name) } },
})

const refuses = (...statuses: number[]) =>
  Object.fromEntries(statuses.map(status => [status, ref('responses', `Problem${status}`)]))

export const WRITE_PROBLEMS = refuses(400, 401, 403, 404, 408, 409, 412, 413, 415, 422, 429, 431, 500, 503)
/** A question that is put in a body, or that can come too early. */
export const QUERY_PROBLEMS = refuses(400, 401, 403, 404, 408, 409, 413, 415, 429, 431, 500, 503)
export const READ_PROBLEMS = refuses(400, 401, 403, 404, 408, 429, 431, 500, 503)
export const UPLOAD_PROBLEMS = refuses(400, 401, 403, 408, 413, 415, 422, 429, 431, 500, 503, 507)
export const FETCH_PROBLEMS = refuses(400, 403, 404, 408, 410, 429, 431, 500, 503)

export const problemSchemas = Object.fromEntries(
  problems.map(({ name, status, codes }) => [name, problemSchema(status, codes)]),
)
export const problemResponses = Object.fromEntries(problems.map(problem => [problem.name, problemResponse(problem)]))
