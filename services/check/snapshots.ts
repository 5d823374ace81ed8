/** What a snapshot holds of a life is what its events fold to, up to the one that it stands at. */
import { isDeepStrictEqual } from 'node:util'
import { formatOf, thaw } from '../../engine/frozen.ts'
import { blankInstance, type Instance, takeIn } from '../../engine/instance.ts'
import { frozenCommands } from '../../engine/known-commands.ts'
import { factOf } from '../../engine/lift.ts'
import { codeDigest } from '../code-digest.ts'
import type { Context, Finding, LogCheck } from './check.ts'

type Kept = { stream: string; revision: number; format: string }
type Fold = Kept & { instance: Instance }

/** One of other code says nothing: whoever meets it drops it. */
export const snapshots: LogCheck = {
  zh: '快照与重新折叠',
  en: 'snapshots against a fresh fold',
  begin: async context => {
    const folds = await foldsIn(context)
    return {
      see: event => {
        const { instance, revision } = folds.get(event.stream) ?? {}
        if (!instance || event.revision > (revision as number)) return undefined
        return taken(instance, () => factOf(instance.workflow, event))
      },
      end: async () => {
        const findings: Finding[] = []
        for (const fold of folds.values()) findings.push(...(await differences(context, fold)))
        return findings
      },
    }
  },
}

const foldsIn = async ({ client, workflows }: Context): Promise<Map<string, Fold>> => {
  const { rows } = await client.query<Kept>('SELECT stream, revision, format FROM engine.snapshots')
  const code = codeDigest()
  const formats = new Map(
    workflows.map(workflow => [workflow.category, { workflow, format: formatOf(workflow, code) }]),
  )
  const folds = rows.flatMap(kept => {
    const [category = ''] = kept.stream.split('-', 1)
    const { workflow, format } = formats.get(category) ?? {}
    if (!workflow || kept.format !== format) return []
    return [{ ...kept, instance: blankInstance(workflow, kept.stream.slice(category.length + 1)) }]
  })
  return new Map(folds.map(fold => [fold.stream, fold]))
}

const taken = (instance: Instance, read: () => Parameters<typeof takeIn>[1]): Finding | undefined => {
  try {
    takeIn(instance, read())
    return undefined
  } catch (error) {
    const { message } = error as Error
    return { at: instance.stream, zh: `不能折叠：${message}`, en: `cannot be folded: ${message}` }
  }
}

const differences = async ({ client }: Context, { stream, revision, instance }: Fold): Promise<Finding[]> => {
  const { rows } = await client.query<{ body: string }>('SELECT body FROM engine.snapshots WHERE stream = $1', [stream])
  const kept = thaw(instance.workflow, instance.id, Buffer.from(rows[0]?.body ?? '', 'base64'))
  if (isDeepStrictEqual(plain(kept), plain(instance))) return []
  return [
    { at: `${stream}@${revision}`, zh: '与事件折叠结果不符', en: 'a snapshot that is not what its events fold to' },
  ]
}

const plain = ({ commands, ...rest }: Instance) => ({ ...rest, commands: frozenCommands(commands) })
