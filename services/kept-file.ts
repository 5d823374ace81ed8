/** A file with a secret, made once: mode 0600, written whole beside its place and then linked there. */
import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** What the file says; where there is none, `make` says it. A crash leaves no half file, and of two that start at once one wins. */
export const keptFile = async (file: string, make: () => string | Promise<string>): Promise<string> => {
  const kept = await readFile(file, 'utf8').catch(whereMissing)
  if (kept !== undefined) return kept
  await makeFile(file, await make())
  return readFile(file, 'utf8')
}

/** A secret that cannot be read is not made anew: what it opens would be lost. */
const whereMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error
}

const makeFile = async (file: string, content: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true })
  const beside = `${file}.${randomUUID()}`
  const handle = await open(beside, 'wx', 0o600)
  await handle.writeFile(content)
  await handle.sync()
  await handle.close()
  await link(beside, file)
    .catch(error => {
      if (error.code !== 'EEXIST') throw error
    })
    .finally(() => rm(beside, { force: true }))
}
