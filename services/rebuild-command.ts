/** `npx gongchuang rebuild MODEL`: a read model anew from the log, beside a service that goes on. */
import { factReader } from '../engine/lift.ts'
import type { ReadModel } from '../engine/projection.ts'
import { rebuild } from '../engine/rebuild.ts'
import { readModels } from '../projections/index.ts'
import { eventsKnown } from './check/snapshot.ts'
import { withBar, withRuntime } from './command-line.ts'
import { interruptLease } from './lease.ts'
import type { Runtime } from './runtime.ts'
import { type SubCommand, WrongUse } from './sub-command.ts'
import { PROJECTIONS } from './worker.ts'

export const rebuildCommand: SubCommand = {
  usage: 'rebuild MODEL…',
  about: `builds read models anew from the log, beside a service that runs or without one; everybody reads the old one until
    the new one takes its place
    MODEL  ${readModels.map(({ name }) => name).join(', ')}`,
  run: async args => {
    if (args.length === 0) throw new WrongUse('Say which read model')
    const models = [...new Set(args.map(named))]
    await withRuntime(async ({ runtime }) => {
      for (const model of models) await rebuilt(runtime, model)
    })
    return 0
  },
}

const named = (asked: string): ReadModel => {
  const model = readModels.find(({ name }) => name === asked)
  if (!model) throw new WrongUse(`There is no read model '${asked}'`)
  return model
}

const rebuilt = async (runtime: Runtime, model: ReadModel): Promise<void> => {
  const { pool, store, workflows } = runtime
  let folded = 0
  const began = performance.now()
  process.stdout.write(`${model.title.zh} ${model.title.en} (${model.name})\n`)
  await withBar(await eventsKnown(pool), did => {
    const heard = (more: number) => {
      folded += more
      did(more)
    }
    const parts = { pool, store, read: factReader(workflows), heard }
    return rebuild({ ...parts, interrupt: tx => interruptLease(tx, PROJECTIONS) }, model)
  })
  const seconds = ((performance.now() - began) / 1_000).toFixed(1)
  process.stdout.write(`已重建 / rebuilt: ${folded} 个事件 / events, ${seconds} s\n`)
}
