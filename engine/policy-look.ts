/** What a policy looks up of other lives before it sends: each as it is at the head of the log, whatever this process has heard of it. */
import { exists, type Instance, whoDid } from './instance.ts'
import type { Look, LookedAt, Policy } from './policy.ts'
import type { SendingParts } from './policy-sending.ts'
import { clearOf, openAll } from './seal.ts'
import { partsOfKey, type Sealed } from './sealed.ts'

type Parts = Pick<SendingParts, 'instances' | 'keys'> & { handler: Pick<SendingParts['handler'], 'workflow'> }

/** `looked`: whether it did, so far. */
export const lookFor = (policy: Policy, parts: Parts): { look: Look; looked(): boolean } => {
  let looked = false
  return {
    looked: () => looked,
    look: {
      life: (workflow, id) => {
        looked = true
        return lifeNow(parts, workflow, id)
      },
      open: values => {
        looked = true
        return opened(policy, parts, values)
      },
    },
  }
}

const lifeNow = async ({ instances, handler }: Parts, workflow: string, id: string): Promise<LookedAt | undefined> => {
  const life = await instances.get(handler.workflow(workflow), id)
  await instances.refresh(life)
  return exists(life) ? asLookedAt(life) : undefined
}

/** As it is at this moment: the life itself goes on. */
const asLookedAt = (life: Instance): LookedAt => {
  const { id, data, revision, hash, startedOn } = life
  const acts = new Set(life.acts)
  return { id, data, revision, hash, startedOn, did: event => whoDid({ acts }, event) }
}

const opened = async (policy: Policy, { keys }: Parts, values: readonly Sealed[]): Promise<unknown[]> => {
  for (const { key } of values) checkOpens(policy, key)
  const found = await openAll(keys, values)
  return values.map(value => {
    const inside = found.get(value)
    if (inside === undefined || typeof inside === 'string')
      throw new Error(`policy ${policy.name} opens a value whose key '${value.key}' is ${inside}`)
    return clearOf(inside)
  })
}

const checkOpens = ({ name, opens = [] }: Policy, key: string): void => {
  if (!opens.includes(partsOfKey(key).of))
    throw new Error(`policy ${name} opens '${key}', which it does not say that it opens`)
}
