/** Which life names which file: what keeps a file from being swept. Only the store of files asks it, so it has no query. */
import { z } from 'zod'
import { filesNamedBy, readModel, schemaOf, table } from '../engine/projection.ts'

const row = z.strictObject({
  key: z.string().meta({ zh: '键', en: 'Key' }),
  sha256: z.string().meta({ zh: 'SHA-256 校验值', en: 'SHA-256' }),
  stream: z.string().meta({ zh: '记录', en: 'Life' }),
})

const mentions = table()({
  name: 'mentions',
  key: 'key',
  row,
  indexes: [['sha256']],
  touches: {
    '*': {
      '*': {
        keys: fact => filesNamedBy(fact).map(({ sha256 }) => `${sha256} ${fact.stream}`),
        row: (_, { stream }, key) => ({ key, sha256: key.slice(0, key.indexOf(' ')), stream }),
      },
    },
  },
})

export const fileMentions = readModel({
  name: 'file-mentions',
  title: { zh: '文件引用', en: 'File mentions' },
  about: { zh: '哪条记录引用了哪个文件。', en: 'Which life names which file.' },
  version: 1,
  tables: [mentions],
  sees: [],
  queries: {},
})

/** For SQL beside the read models. */
export const mentionsTable = `${schemaOf(fileMentions)}.${mentions.name}`
