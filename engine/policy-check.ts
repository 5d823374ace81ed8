/** What is refused when policies are wired, each in a sentence: a policy may send what the definitions let it, and nothing else. */
import type { Workflow } from './definition.ts'
import { DefinitionError } from './definition-error.ts'
import type { Policy } from './policy.ts'

const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/

/** Throws a `DefinitionError`. */
export const checkPolicies = (policies: readonly Policy[], workflows: readonly Workflow[]): void => {
  const byName = new Map(workflows.map(workflow => [workflow.name, workflow]))
  const seen = new Set<string>()
  for (const policy of policies) {
    const refuse = (sentence: string): never => {
      throw new DefinitionError(`policy ${policy.name}: ${sentence}`)
    }
    const workflowNamed = (name: string): Workflow => byName.get(name) ?? refuse(`there is no workflow '${name}'`)
    if (!KEBAB.test(policy.name)) refuse('its name must be a sentence in kebab-case')
    if (seen.has(policy.name)) refuse('there are two of that name')
    seen.add(policy.name)
    for (const key of policy.opens ?? [])
      if (!workflows.some(({ keys }) => Object.hasOwn(keys, key)))
        refuse(`it opens '${key}', a key that no lifecycle names`)
    for (const { zh, en } of [policy.title, policy.about]) if (!zh || !en) refuse('title and about need zh and en')
    for (const [name, events] of Object.entries(policy.when)) checkEvents(workflowNamed(name), events ?? {}, refuse)
    for (const [name, commands] of Object.entries(policy.sends))
      checkPermits(policy, workflowNamed(name), commands, refuse)
  }
}

const checkEvents = ({ name, events }: Workflow, listened: object, refuse: (sentence: string) => never): void => {
  for (const event of Object.keys(listened))
    if (!Object.hasOwn(events, event)) refuse(`it listens to '${event}', which is no event of ${name}`)
}

const checkPermits = (
  policy: Policy,
  { name, permits }: Workflow,
  commands: readonly string[],
  refuse: (sentence: string) => never,
): void => {
  for (const command of commands) {
    if (!Object.hasOwn(permits, command)) refuse(`it sends '${command}', which is no command of ${name}`)
    if (!permits[command]?.some(permit => 'system' in permit && permit.system === policy.name))
      refuse(`${name} does not let it send '${command}': add { system: '${policy.name}' } to its permits`)
  }
}
