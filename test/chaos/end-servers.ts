/**
 * `end-servers.ts FOLDER`: stays beside a harness, and ends its servers where the harness itself was ended: its
 * PostgreSQL, and the process group that it was told of last.
 */
import { readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { seeProcess } from '../../services/processes.ts'

/** A process group, by its leader; 0 where none is to be ended. */
export type Told = { group: number }

const folder = process.argv[2] ?? ''
let group = 0

const isRunning = async (pid: number): Promise<boolean> => Boolean((await seeProcess(pid))?.command.includes(folder))

const endGroup = (): void => {
  try {
    if (group > 0) process.kill(-group, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

process.on('message', (told: Told) => {
  group = told.group
})
process.on('disconnect', async () => {
  endGroup()
  const file = await readFile(join(folder, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '0')
  const pid = Number(file.split('\n')[0])
  if (pid > 0 && (await isRunning(pid))) process.kill(pid, 'SIGQUIT')
  while (await isRunning(pid)) await sleep(50)
  await rm(dirname(folder), { recursive: true, force: true })
  process.exit(0)
})
