/** A measurement in a process of its own, told over its channel how long a slice takes; it answers with the figure. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Stops } from './support.ts'

export type Child = {
  /** What it said when it was ready. */
  ready: unknown
  ask(milliseconds: number): Promise<number>
}

export const openChild = async (
  script: string,
  errand: object,
  stops: Stops,
  execArgv: string[] = [],
): Promise<Child> => {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), [JSON.stringify(errand)], { execArgv })
  const ended = once(child, 'exit')
  const heard = async (): Promise<unknown> => {
    const said = await Promise.race([once(child, 'message'), ended.then(() => undefined)])
    if (!said) throw new Error(`${script} ended before it had an answer`)
    return said[0]
  }
  stops.push(async () => {
    if (child.connected) child.disconnect()
    await ended
  })
  return {
    ready: await heard(),
    ask: async milliseconds => {
      child.send(milliseconds)
      return (await heard()) as number
    },
  }
}
