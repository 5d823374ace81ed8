/** CPU of whole commands as they are, and with a codec that neither chains nor seals: a process of its own each. */
import { openChild } from './child.ts'
import type { Measure, Stops } from './support.ts'

export type CpuErrand = { url: string; folder: string }

/** Microseconds of the process, for one command and what follows from it. */
export const cpuBench = async (errand: CpuErrand, stops: Stops, { plain = false } = {}): Promise<Measure> => {
  const register = new URL('./plain/register.ts', import.meta.url).href
  return (await openChild('./cpu-process.ts', errand, stops, plain ? ['--import', register] : [])).ask
}
