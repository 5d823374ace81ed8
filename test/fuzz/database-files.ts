/** What stands in clear in the files of a database: tables and indexes, write-ahead log, its own logs. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'

/** The texts that stand in a file that was written since; everything still in memory is written first. */
export const foundInFiles = async (url: string, texts: readonly string[], since: Date): Promise<Set<string>> => {
  const found = new Set<string>()
  for (const file of await writtenSince(await folderOf(url), since)) {
    const bytes = await readFile(file).catch(goneMeanwhile)
    for (const text of texts) if (bytes.includes(text)) found.add(text)
  }
  return found
}

const folderOf = async (url: string): Promise<string> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('CHECKPOINT')
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory')
    return rows[0]?.data_directory as string
  } finally {
    await client.end()
  }
}

const writtenSince = async (folder: string, since: Date): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(each => each.isFile()).map(each => join(each.parentPath, each.name))
  const written = await Promise.all(files.map(async file => (await stat(file).catch(() => undefined))?.mtime ?? since))
  return files.filter((_, index) => (written[index] as Date) > since)
}

/** The server drops and renames its files as it likes. */
const goneMeanwhile = (error: NodeJS.ErrnoException): Buffer => {
  if (error.code !== 'ENOENT') throw error
  return Buffer.alloc(0)
}
