/** `npx gongchuang …` as a process of its own, to its end; without npx, which takes its time. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { folderFor } from './folder.ts'
import { logEnvironment } from './log.ts'
import { rootKeys } from './root-keys.ts'

type Ended = { status: number; out: string; err: string }

const project = fileURLToPath(new URL('../..', import.meta.url))

const logOf = ({ DATABASE_URL }: Record<string, string>) => (DATABASE_URL ? logEnvironment(DATABASE_URL) : {})

export const gongchuang = async (more: Record<string, string>, ...args: string[]): Promise<Ended> => {
  const { NODE_OPTIONS: _, ...env } = process.env
  const child = spawn(process.execPath, ['services/gongchuang.ts', ...args], {
    cwd: project,
    env: { ...env, ...logOf(more), ...more },
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', chunk => (said.out += chunk))
  child.stderr.on('data', chunk => (said.err += chunk))
  const [status] = await once(child, 'close')
  return { status, ...said }
}

/** For a command that opens what is sealed in a test's database. */
export const keysInEnvironment = {
  MASTER_KEY: rootKeys.master.export().toString('base64'),
  LOG_SIGNING_KEY: rootKeys.signing.export({ type: 'pkcs8', format: 'pem' }).toString(),
}

/** Beside a database of the test, in a data folder of its own. */
export const operator = (t: Test, url: string) => {
  const env = { ...keysInEnvironment, DATABASE_URL: url, DATA_DIR: folderFor(t) }
  return (...args: string[]) => gongchuang(env, ...args)
}
