/** `end-postgres.ts FOLDER`: stays beside a harness, and ends its PostgreSQL where the harness itself was ended. */
import { readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { seeProcess } from '../../services/processes.ts'

const folder = process.argv[2] ?? ''

const isRunning = async (pid: number): Promise<boolean> => Boolean((await seeProcess(pid))?.command.includes(folder))

process.on('disconnect', async () => {
  const file = await readFile(join(folder, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '0')
  const pid = Number(file.split('\n')[0])
  if (pid > 0 && (await isRunning(pid))) process.kill(pid, 'SIGQUIT')
  while (await isRunning(pid)) await sleep(50)
  await rm(dirname(folder), { recursive: true, force: true })
  process.exit(0)
})
