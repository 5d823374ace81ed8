/** Every signed head of the log, in the order of signing, under whichever key. */
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { paged, query, readModel, table } from '../engine/projection.ts'
import type { LogKeyEvents } from '../workflows/log-key.ts'

const row = z.strictObject({
  position: z.string().meta({ zh: '记录位置', en: 'Recorded at position' }),
  key: z.string().meta({ zh: '签名密钥', en: 'Signing key' }),
  size: z.int().meta({ zh: '事件数', en: 'Events' }),
  upTo: z.string().meta({ zh: '到此位置', en: 'Up to this position' }),
  root: z.string().meta({ zh: '根', en: 'Root' }),
  signedAt: z.string().meta({ zh: '签名时间', en: 'Signed at', shows: 'instant' }),
  publicKey: z.string().meta({ zh: '公钥', en: 'Public key' }),
  signature: z.string().meta({ zh: '签名', en: 'Signature' }),
})
export type LogHeadRow = z.infer<typeof row>
type Database = { heads: LogHeadRow }

const heads = table<{ 'log-key': LogKeyEvents }>()({
  name: 'heads',
  key: 'position',
  row,
  indexes: [['size']],
  touches: {
    'log-key': {
      HeadSigned: {
        keys: ({ position }) => [position],
        row: (_, { id, position, data }) => ({ position, key: id, ...data }),
      },
    },
  },
})

/** Each head covers more than the one before it: so its size says the order, and goes on saying it in a log that was moved. */
const order = ['size', 'signature'] as const

const list = query({
  title: { zh: '日志头', en: 'Heads of the log' },
  filters: z.strictObject({}),
  row,
  order,
  run: async (db: Kysely<Database>, page) => paged(db.selectFrom('heads').selectAll(), order, page),
})

export const logHeads = readModel({
  name: 'log-heads',
  title: { zh: '日志头', en: 'Heads of the log' },
  about: {
    zh: '签过名的日志头，按签署先后：留存一份，日后即可查出日志是否被改动。',
    en: 'The signed heads of the log, in the order of signing: who keeps one can find out later whether the log was changed.',
  },
  version: 1,
  tables: [heads],
  sees: [{ anyone: true }],
  queries: { '': list },
})
