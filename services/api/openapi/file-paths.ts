/** The paths of files: one in, one out. The link to one stands below the life that names it. */
import { KINDS } from '../../files/kinds.ts'
import { linkQuery, uploadQuery } from '../file-routes.ts'
import { LANGUAGE, SHA256 } from './parameters.ts'
import { FETCH_PROBLEMS, UPLOAD_PROBLEMS } from './problems.ts'
import { queryParameters } from './query-parameters.ts'
import { json, record, schemaRef, text, titled } from './schema-words.ts'

export const FILES_TAG = 'files'

const bytes = { type: 'string', format: 'binary' }

export const fileSchemas = {
  Uploaded: record({
    sha256: titled('事件中引用的校验值', 'What a command names.', { type: 'string', pattern: '^[0-9a-f]{64}$' }),
    name: text,
    bytes: { type: 'integer' },
    kind: { enum: Object.keys(KINDS) },
    repeated: titled('之前已保存', 'It was kept already.', { type: 'boolean' }),
    cleaned: titled(
      '已去除图像中的位置、时间、设备等信息，校验值与所发内容不同',
      'What an image tells about place, time and camera was taken out: the hash is not that of the bytes sent.',
      { type: 'boolean' },
    ),
  }),
  FileLink: record({ url: text, expiresAt: { type: 'string', format: 'date-time' } }),
}

const uploaded = (description: string) => ({ description, content: json(schemaRef('Uploaded')) })

export const filePaths: Record<string, object> = {
  '/v1/files': {
    post: {
      operationId: 'files.upload',
      tags: [FILES_TAG],
      summary: '上传文件 Send a file',
      description: [
        '请求体就是文件内容。类型由内容判断；图像中的位置等信息会被去除。同样内容再次上传得到同样的答复，无须 Idempotency-Key。没有事件引用的文件一天后清除。',
        'The body is the file. Its kind is seen from its bytes; what images tell about place is taken out. The same bytes sent again are answered the same, without an Idempotency-Key. What no event names is swept after a day.',
      ].join('\n\n'),
      parameters: [...queryParameters(uploadQuery), LANGUAGE],
      requestBody: { required: true, content: { 'application/octet-stream': { schema: bytes } } },
      responses: {
        201: uploaded('已保存 Kept.'),
        200: uploaded('之前已保存 Kept already.'),
        ...UPLOAD_PROBLEMS,
      },
    },
  },
  '/v1/files/{sha256}': {
    get: {
      operationId: 'files.download',
      tags: [FILES_TAG],
      summary: '凭链接下载文件 Fetch a file by a link',
      description:
        '链接由引用该文件的记录给出，几分钟内有效，无须令牌。 A life that names the file gives the link; it is good for some minutes, without a token.',
      security: [],
      parameters: [SHA256, ...queryParameters(linkQuery), LANGUAGE],
      responses: {
        200: {
          description: '文件内容 The bytes.',
          content: Object.fromEntries(Object.values(KINDS).map(({ mediaType }) => [mediaType, { schema: bytes }])),
        },
        ...FETCH_PROBLEMS,
      },
    },
  },
}
