/** "What can I do here, and why not?": every command of a workflow for one viewer, before any form is filled. */
import { homesOf, type Way, waysFrom } from './chart.ts'
import { factsOf, reasonsOf, rulesOf, type Surroundings } from './decide.ts'
import type { AnyFacts, ErasedRule, Title, Workflow } from './definition.ts'
import type { EngineError, Reason } from './engine-error.ts'
import type { Instance } from './instance.ts'
import { comparedFields, keptApart, type Permission, permissionFor } from './permission.ts'

export type Explained = {
  command: string
  /** `depends`: no rule forbids it yet, but `on` names the input it hangs on. */
  status: 'allowed' | 'refused' | 'depends'
  on: readonly string[]
  /** Business rules that are not met. */
  reasons: readonly Reason[]
  /** Why this viewer may not, whatever the rules say. */
  because?: EngineError | { apart: Title }
  /** Where the state does not know the command: the states that do. */
  possibleIn?: readonly string[]
}

export const explain = (instance: Instance, around: Surroundings): Explained[] => {
  const facts = factsOf(instance, around)
  return Object.keys(instance.workflow.commands).map(command => explainOne(instance, command, around, facts))
}

const explainOne = (instance: Instance, command: string, around: Surroundings, facts: AnyFacts): Explained => {
  const { workflow } = instance
  const ways = waysFrom(workflow.chart, instance.value, command)
  if (ways.length === 0)
    return { command, status: 'refused', on: [], reasons: [], possibleIn: homesOf(workflow.chart, command) }
  const permission = permissionFor(instance, around, command)
  const judged = judge(workflow, ways, facts, maySend(permission))
  const because = forbidden(permission, keptApart(instance, around.actor, facts, around.lives, command))
  if (because) return { command, ...judged, status: 'refused', because }
  if (judged.status === 'refused') return { command, ...judged }
  const on = [...judged.on, ...comparedFields(instance, around.actor, command)]
  if (permission === 'perhaps') on.push(...Object.keys(workflow.commands[command]?.shape ?? {}))
  return { command, ...judged, status: on.length > 0 ? 'depends' : 'allowed', on: [...new Set(on)] }
}

const maySend = (permission: Permission): boolean => typeof permission === 'object' && 'granted' in permission

const forbidden = (permission: Permission, apart: Title | undefined): Explained['because'] => {
  if (typeof permission === 'object' && 'refused' in permission) return permission.refused
  return apart && { apart: { zh: apart.zh, en: apart.en } }
}

/**
 * A way stays open while none of its rules is known to be unmet; open ways are certain or hang on input. Whether one that
 * is confidential is met is known to whoever may send alone.
 */
const judge = (
  workflow: Workflow,
  ways: readonly Way[],
  facts: AnyFacts,
  sends: boolean,
): Pick<Explained, 'status' | 'on' | 'reasons'> => {
  const unmet = (rule: ErasedRule) => rule.reads === undefined && (sends || !rule.confidential) && !rule.holds(facts)
  const open = ways.filter(way => !rulesOf(workflow, way).some(([, rule]) => unmet(rule)))
  if (open.length === 0) return { status: 'refused', on: [], reasons: reasonsOf(workflow, ways, unmet) }
  const readBy = open.map(way => rulesOf(workflow, way).flatMap(([, rule]) => rule.reads ?? []))
  if (readBy.some(fields => fields.length === 0)) return { status: 'allowed', on: [], reasons: [] }
  return { status: 'depends', on: [...new Set(readBy.flat())], reasons: [] }
}
