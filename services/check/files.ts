/** Every file that is kept is there, and has the hash under which it is kept. */
import { mentionsTable } from '../../projections/file-mentions.ts'
import type { ByteStore } from '../files/byte-store.ts'
import { sha256OfStream } from '../files/hash.ts'
import { openBytes } from '../files/open-bytes.ts'
import { storeId } from '../files/registry.ts'
import type { Check, Context, Finding } from './check.ts'

const PAGE = 1_000

/** What a sweep may take away while this is looking is not looked at. */
const KEPT = `FROM files.files AS file WHERE held_at > now() - interval '1 day'
  OR EXISTS (SELECT FROM ${mentionsTable} AS mention WHERE mention.sha256 = file.sha256)`

export const files: Check = {
  zh: '文件',
  en: 'files',
  run: async function* (context, progress) {
    const bytes = await openBytes(context.config.files, await storeId(context.client))
    const { rows } = await context.client.query<{ count: string }>(`SELECT count(*) AS count ${KEPT}`)
    progress.expect(Number(rows[0]?.count))
    for await (const sha256 of hashesIn(context)) {
      const finding = await differenceOf(bytes, sha256)
      progress.did(1)
      if (finding) yield finding
    }
  },
}

async function* hashesIn({ client }: Context): AsyncGenerator<string> {
  for (let after = ''; ; ) {
    const { rows } = await client.query<{ sha256: string }>(
      `SELECT sha256 FROM (SELECT sha256 ${KEPT}) AS kept WHERE sha256 > $1 ORDER BY sha256 LIMIT ${PAGE}`,
      [after],
    )
    for (const { sha256 } of rows) yield sha256
    const last = rows.at(-1)
    if (!last) return
    after = last.sha256
  }
}

const differenceOf = async (bytes: ByteStore, sha256: string): Promise<Finding | undefined> => {
  const found = await bytes.open(sha256)
  if (!found) return { at: sha256, zh: '文件不在', en: 'the file is not there' }
  const actual = await sha256OfStream(found)
  if (actual === sha256) return undefined
  return { at: sha256, zh: `文件内容已变，校验值为 ${actual}`, en: `the file is another: its hash is ${actual}` }
}
