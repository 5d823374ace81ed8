/** What was checked and what was found, as people read it; of many findings the first of each check. */
import type { Title } from '../../engine/definition.ts'
import type { Finding } from './check.ts'

const MOST_SHOWN = 10

export type Report = {
  add(check: Title, finding: Finding): void
  /** True once nothing more of this check would be shown. */
  enough(check: Title): boolean
  /** In the order given; names the first finding last, where it is seen. */
  text(checks: readonly Title[]): string
  clean(): boolean
}

export const makeReport = (): Report => {
  const found = new Map<Title, Finding[]>()
  let first: { check: Title; finding: Finding } | undefined
  const of = (check: Title): Finding[] => found.get(check) ?? []
  return {
    add: (check, finding) => {
      first ??= { check, finding }
      found.set(check, [...of(check), finding].slice(0, MOST_SHOWN + 1))
    },
    enough: check => of(check).length > MOST_SHOWN,
    text: checks =>
      [
        ...checks.flatMap(check => linesOf(check, of(check))),
        first
          ? `第一处差异 / First difference: ${first.check.en}: ${lineOf(first.finding)}`
          : '无差异 / No difference.',
        '',
      ].join('\n'),
    clean: () => first === undefined,
  }
}

const linesOf = ({ zh, en }: Title, findings: readonly Finding[]): string[] => [
  `${findings.length === 0 ? '✓' : '✗'} ${zh}  ${en}`,
  ...findings.slice(0, MOST_SHOWN).map(finding => `    ${lineOf(finding)}`),
  ...(findings.length > MOST_SHOWN ? ['    …'] : []),
]

const lineOf = ({ at, zh, en }: Finding): string => `${at}: ${zh} / ${en}`
