import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import type { StateValue } from 'xstate'
import { commandsAt, leavesOf, waysFrom } from '../../engine/chart.ts'
import type { AnyFacts, Workflow } from '../../engine/definition.ts'
import { asked, initialValue, type Step, step } from '../../engine/machine.ts'
import { workflows } from '../../workflows/index.ts'

type Unmet = ReadonlySet<string>

/** What the chart answers where these rules are not met: from memory if it was asked before, and anew. */
const remembered = ({ machine, rules }: Workflow, value: StateValue, type: string, unmet: Unmet): Step => {
  const judged = Object.fromEntries(
    Object.entries(rules).map(([name, rule]) => [name, { ...rule, holds: () => !unmet.has(name) }]),
  )
  return step(machine, judged, value, {} as AnyFacts, { type, data: {} })
}
const anew = ({ machine }: Workflow, value: StateValue, type: string, unmet: Unmet): Step =>
  asked(machine, value, type, rules => !rules.some(name => unmet.has(name))).answer

/** All rules met, none, each alone not, each alone met; and each way's own not, so that the next one is tried. */
const unmetAt = ({ chart }: Workflow, value: StateValue, type: string): Unmet[] => {
  const ways = waysFrom(chart, value, type).map(way => way.guard?.params ?? [])
  const all = new Set(ways.flat())
  const alone = [...all].flatMap(name => [new Set([name]), new Set([...all].filter(other => other !== name))])
  return [new Set<string>(), all, ...ways.map(rules => new Set(rules)), ...alone]
}

/** States that between them stand everywhere in the chart: where two regions run, not in every pair of their states. */
const everywhere = () => {
  const seen = new Set<string>()
  return (value: StateValue): boolean => {
    const before = seen.size
    for (const leaf of leavesOf(value)) seen.add(leaf)
    return seen.size > before
  }
}

for (const workflow of workflows)
  t.test(`${workflow.name}: what is remembered of the chart is what it answers when asked anew`, async t => {
    const isNew = everywhere()
    const states = [initialValue(workflow.machine)].filter(isNew)
    let compared = 0
    for (const value of states)
      for (const type of commandsAt(workflow.chart, value))
        for (const unmet of unmetAt(workflow, value, type)) {
          const fresh = anew(workflow, value, type, unmet)
          for (const _ of ['learnt', 'recalled'])
            if (!isDeepStrictEqual(remembered(workflow, value, type, unmet), fresh))
              t.fail(`${JSON.stringify(value)} ${type}, unmet: ${[...unmet].join(', ')}`)
          if (isNew(fresh.value)) states.push(fresh.value)
          compared++
        }
    t.comment(`${states.length} states, ${compared} answers`)
    t.ok(compared > 0)
  })
