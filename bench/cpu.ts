/** CPU of whole commands as they are, and with a codec that neither chains nor seals: a process of its own each. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Measure, Stops } from './support.ts'

export type CpuErrand = { url: string; folder: string }

/** Microseconds of the process, for one command and what follows from it. */
export const cpuBench = async (errand: CpuErrand, stops: Stops, { plain = false } = {}): Promise<Measure> => {
  const [script, register] = [here('./cpu-process.ts'), here('./plain/register.ts')]
  const child = fork(script, [JSON.stringify(errand)], { execArgv: plain ? ['--import', register] : [] })
  stops.push(async () => {
    const ended = once(child, 'exit')
    child.disconnect()
    await ended
  })
  await once(child, 'message')
  return async milliseconds => {
    child.send(milliseconds)
    const [perCommand] = await once(child, 'message')
    return perCommand as number
  }
}

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url))
