/** Servers live in sessions of their own, and would outlive a harness that is killed: another process sees to that. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Told } from './end-servers.ts'

export type Ender = {
  /** Its server besides PostgreSQL, from now on. */
  tell(told: Told): void
  dismiss(): void
}

/** `dataDir`: of PostgreSQL. */
export const enderOf = (dataDir: string): Ender => {
  const { NODE_OPTIONS: _, ...env } = process.env
  const script = fileURLToPath(new URL('end-servers.ts', import.meta.url))
  const ender: ChildProcess = spawn(process.execPath, [script, dataDir], {
    env,
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  return {
    tell: told => void ender.send(told, () => undefined),
    dismiss: () => void ender.kill(),
  }
}
