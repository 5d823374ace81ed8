/** CPU of whole commands as they are, without what a comparison leaves out, and traced: a process of its own each. */
import { openChild } from './child.ts'
import type { Measure, Stops } from './support.ts'

export type CpuErrand = {
  url: string
  folder: string
  /** Where spans are sent, where any are made. */
  collector?: string
}

/** `plain`: neither chained nor sealed; `untold`: nothing is told of the work. */
export type LeftOut = 'plain' | 'untold'

/** Microseconds of the process, for one command and what follows from it. */
export const cpuBench = async (errand: CpuErrand, stops: Stops, leftOut?: LeftOut): Promise<Measure> => {
  const hooks = leftOut && ['--import', new URL(`./${leftOut}/register.ts`, import.meta.url).href]
  return (await openChild('./cpu-process.ts', errand, stops, hooks)).ask
}
