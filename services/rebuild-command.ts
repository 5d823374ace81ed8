/** `npx gongchuang rebuild MODEL`: a read model anew from the log, beside a service that goes on. */
import { pause } from '../engine/bell.ts'
import { factReader } from '../engine/lift.ts'
import { resetTree, treeStanding } from '../engine/log-tree-growth.ts'
import type { ReadModel } from '../engine/projection.ts'
import { rebuild } from '../engine/rebuild.ts'
import { inTransaction } from '../engine/transaction.ts'
import { readModels } from '../projections/index.ts'
import { eventsKnown } from './check/snapshot.ts'
import { withBar, withRuntime } from './command-line.ts'
import { interruptLease } from './lease.ts'
import type { Runtime } from './runtime.ts'
import { type SubCommand, WrongUse } from './sub-command.ts'
import { LOG_TREE } from './tree-keeper.ts'
import { PROJECTIONS } from './worker.ts'

const TREE = 'log-tree'

export const rebuildCommand: SubCommand = {
  usage: 'rebuild MODEL…',
  about: `builds read models anew from the log, beside a service that runs or without one; everybody reads the old one until
    the new one takes its place
    MODEL  ${readModels.map(({ name }) => name).join(', ')};
           ${TREE}: the tree over the log, after the log itself was restored from an older backup`,
  run: async args => {
    if (args.length === 0) throw new WrongUse('Say which read model')
    const models = [...new Set(args.filter(asked => asked !== TREE).map(named))]
    await withRuntime(async ({ runtime }) => {
      for (const model of models) await rebuilt(runtime, model)
      if (args.includes(TREE)) await treeRebuilt(runtime)
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

const ASK_EVERY_MS = 100

/** Whoever keeps the tree builds it, here or in the service that runs. */
const treeRebuilt = async ({ pool, store, tree }: Runtime): Promise<void> => {
  const head = await store.head()
  await inTransaction(pool, async client => {
    await interruptLease(client, LOG_TREE)
    await resetTree(client)
  })
  while ((await treeStanding(pool, store)).position < head) await pause(ASK_EVERY_MS)
  process.stdout.write(`哈希树已重建 / tree rebuilt: ${await tree.size()} 个事件 / events\n`)
}
