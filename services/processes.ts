/** What can be known of another process on this machine. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/** `started` tells a process from a later one with the same id. */
export type ProcessSeen = { started: string; command: string }

/** Nothing where there is no such process, or only its remains. */
export const seeProcess = (pid: number): Promise<ProcessSeen | undefined> =>
  process.platform === 'linux' ? seeInProc(pid) : seeWithPs(pid)

const STATE = 0
const START_TIME = 19

const seeInProc = async (pid: number): Promise<ProcessSeen | undefined> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold anything; the fields are counted from behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (['Z', 'X'].includes(fields[STATE] ?? '')) return undefined
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim()
    return { started: fields[START_TIME] ?? '', command }
  } catch {
    return undefined
  }
}

const seeWithPs = async (pid: number): Promise<ProcessSeen | undefined> => {
  const ask = async (field: string) =>
    (await promisify(execFile)('ps', ['-p', String(pid), '-o', `${field}=`])).stdout.trim()
  try {
    if ((await ask('stat')).startsWith('Z')) return undefined
    return { started: await ask('lstart'), command: await ask('command') }
  } catch {
    return undefined
  }
}
