/** Every check of eligibility that is shown, judged again by the rules of the pack on the facts that were recorded. */
import type { Title } from '../../engine/definition.ts'
import type { Flaw } from '../../engine/proven-history.ts'
import { type EligibilityFacts, eligibilityOf, type Verdict } from '../../workflows/judging/eligibility.ts'
import type { Decision, Told } from './decision.ts'
import { firstOf } from './integrity.ts'

type Checked = { facts: EligibilityFacts; verdicts: readonly Verdict[]; eligible: boolean }

export const checksIn = ({ proposals }: Decision): Told[] =>
  [...proposals.values()].flatMap(({ told }) => told.filter(({ type }) => type === 'EligibilityChecked'))

export const falseVerdict = (decision: Decision): Flaw | undefined =>
  firstOf(checksIn(decision), ({ at, data }) => {
    const problem = unlike(decision, data as Checked)
    return problem && { at, ...problem }
  })

const unlike = ({ rules }: Decision, { facts, verdicts, eligible }: Checked): Title | undefined => {
  for (const due of eligibilityOf(rules, facts)) {
    const found = verdicts.find(({ rule }) => rule === due.rule)
    if (!found || found.by !== due.by || (due.by === 'data' && found.met !== due.met))
      return {
        zh: `条件“${due.rule}”的结论不同：${due.zh}`,
        en: `rule ${due.rule} comes to another verdict: ${due.en}`,
      }
  }
  return verdicts.every(({ met }) => met) === eligible
    ? undefined
    : { zh: '总的结论与各项条件不符', en: 'the outcome does not follow from its verdicts' }
}
