/** Time in the sample district, twice: in two processes, with two databases, and the same log byte for byte. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { database } from './support/postgres.ts'

const program = fileURLToPath(new URL('simulation/main.ts', import.meta.url))

const simulated = async (t: Test): Promise<string> => {
  const { url } = await database(t)
  const { NODE_OPTIONS: _, ...env } = process.env
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [program, '--seed', '7', '--from', '2026-02-02', '--days', '30', '--projects', '12'],
    { env: { ...env, DATABASE_URL: url } },
  )
  return stdout
}

const hashIn = (said: string): string => /sha256 ([0-9a-f]{64})/.exec(said)?.[1] ?? 'none'

t.test('the same seed and first day give the same log', async t => {
  const [one, again] = await Promise.all([simulated(t), simulated(t)])
  t.equal(hashIn(again), hashIn(one))
  t.match(one, /system:deadlines/, 'deadlines fell due')
  t.match(one, /system:merge-double-when-recognised/, 'policies followed')
  t.match(one, /sha256 [0-9a-f]{64}\n/)
})
