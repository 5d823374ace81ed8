/** Whether this program knows the definitions under which a decision was taken: only then can it recompute it. */
import type { Workflow } from '../../engine/definition.ts'
import type { Flaw } from '../../engine/proven-history.ts'
import type { Decision, Told } from './decision.ts'
import type { DecisionPack } from './format.ts'
import { firstOf } from './integrity.ts'

type Definition = DecisionPack['definitions'][number]

export const strangeDefinition = (
  { definitions }: DecisionPack,
  decision: Decision,
  workflows: readonly Workflow[],
): Flaw | undefined => {
  const recorded = definitionsOf(everythingIn(decision))
  if (!sameAs(recorded, definitions)) return NOT_AS_RECORDED
  return firstOf(definitions, definition => unknown(definition, workflows))
}

const everythingIn = ({ round, proposals, ballots, objections }: Decision): Told[] =>
  [round, ...proposals.values(), ...ballots.values(), ...objections.values()].flatMap(({ told }) => told)

/** As the events say beside their data, each once. */
export const definitionsOf = (told: readonly Pick<Told, 'metadata'>[]): Definition[] => {
  const all = told.map(({ metadata: { workflow, version, workflowHash: hash } }) => ({ workflow, version, hash }))
  const byName = new Map(all.map(each => [nameOf(each), each]))
  return [...byName.keys()].sort().flatMap(name => byName.get(name) ?? [])
}

const nameOf = ({ workflow, version, hash }: Definition): string => `${workflow} ${version} ${hash}`

const sameAs = (one: readonly Definition[], other: readonly Definition[]): boolean =>
  one.map(nameOf).join('\n') === other.map(nameOf).join('\n')

const NOT_AS_RECORDED: Flaw = {
  at: 'definitions',
  zh: '所列流程版本与事件中记录的不符',
  en: 'are not those that the events were recorded under',
}

const unknown = ({ workflow: name, version, hash }: Definition, workflows: readonly Workflow[]): Flaw | undefined => {
  const here = workflows.find(workflow => workflow.name === name)
  if (here?.hash.startsWith(hash)) return undefined
  return {
    at: `definitions ${name}`,
    zh: `须用定义为 ${hash}（第${version}版）的程序核验；本程序的定义为 ${here?.hash.slice(0, hash.length) ?? '无'}（第${here?.version ?? '无'}版）`,
    en: `to be verified by a program whose definition is ${hash} (version ${version}); this one has ${here?.hash.slice(0, hash.length) ?? 'none'} (version ${here?.version ?? 'none'})`,
  }
}
