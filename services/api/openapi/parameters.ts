/** The parameters that operations share. */
import type { Title } from '../../../engine/definition.ts'
import { afterParameter, asOfParameter } from '../request.ts'
import { jsonSchema } from './json-schema.ts'
import { ref } from './schema-words.ts'

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

export const parameters = {
  Id: parameter('path', 'id', true, { zh: '编号', en: 'The id.' }, { type: 'string', format: 'uuid' }),
  Sha256: parameter(
    'path',
    'sha256',
    true,
    { zh: '文件的校验值', en: 'The hash of a file.' },
    { type: 'string', pattern: '^[0-9a-f]{64}$' },
  ),
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
  ArrivalReceipt: parameter(
    'header',
    'Arrival-Receipt',
    false,
    {
      zh: '因繁忙（429、503、conflict）未能受理时答复中的到达回执。自到达起十分钟内，由同一人以同一地址、同一 Idempotency-Key 和一字不改的内容重新提交时带上，即以当时的到达时间认定是否按时；不适用为 422 receipt-not-for-this，过期为 410 receipt-over。',
      en: 'The receipt of its arrival that came with a 429, 503 or conflict. Sent along within ten minutes of the arrival, by the same person to the same address with the same Idempotency-Key and not a byte of the body changed, the command is in time if it was then. 422 receipt-not-for-this where it is for another request, 410 receipt-over where it has ended.',
    },
    { type: 'string', examples: ['1.1772676000000.mJ0mZ2kYd0o8m2p1pB0cQ2V1w9c3t4x5y6z7a8b9c0d'] },
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
  PersonalText: parameter(
    'query',
    'personalText',
    false,
    {
      zh: '文字中有电话、身份证号、银行账号或邮箱地址时（422 personal-data-in-text），以 keep 表示确须保留，记录中会注明。',
      en: 'Where a text holds a phone, an id number, a bank account or a mail address (422 personal-data-in-text): keep sends it all the same, and the record says so.',
    },
    { type: 'string', enum: ['keep'] },
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
    jsonSchema(afterParameter, 'input'),
  ),
}

const parameterRef = (name: keyof typeof parameters) => ref('parameters', name)

export const WRITING = (['IdempotencyKey', 'IfMatch', 'DryRun', 'PersonalText', 'Language'] as const).map(parameterRef)
/** Beside those, of a command that is in time by its arrival. */
export const ARRIVING = [parameterRef('ArrivalReceipt')]
export const READING = (['AsOf', 'After', 'Language'] as const).map(parameterRef)
export const ID = parameterRef('Id')
export const AFTER = parameterRef('After')
export const SHA256 = parameterRef('Sha256')
export const LANGUAGE = parameterRef('Language')
