/** The sheets out of their ciphertext: each is opened with the key that was made public, and held against what was revealed. */
import type { KeyObject } from 'node:crypto'
import type { Title } from '../../engine/definition.ts'
import type { Flaw } from '../../engine/proven-history.ts'
import { clearOf, fingerprintOf, open } from '../../engine/seal.ts'
import type { Sealed } from '../../engine/sealed.ts'
import { digestOf } from '../../workflows/judging/list.ts'
import { type Scores, sheetProblems } from '../../workflows/judging/sheet.ts'
import type { Decision, Life, Told } from './decision.ts'
import type { DecisionPack } from './format.ts'
import { firstOf } from './integrity.ts'
import { wasOpenedWhole } from './shown.ts'

// ── keys ────────────────────────────────────────────────────────────────────────────────────────

/** Each key is the one whose fingerprint was recorded before anything was sealed under it. */
export const strangeKey = ({ round, keys }: Decision): Flaw | undefined => {
  const recorded = round.told.flatMap(({ data }) => (data as { scoresKey?: string }).scoresKey ?? [])
  return firstOf(keys, ([name, key]) =>
    recorded.includes(fingerprintOf(key))
      ? undefined
      : {
          at: `keys ${name}`,
          zh: '与开启征集时记录的密钥指纹不符',
          en: 'is not the key whose fingerprint was recorded',
        },
  )
}

// ── a ballot ────────────────────────────────────────────────────────────────────────────────────

type Opened = { sheets: readonly { proposal: string; scores: Scores }[] }
type Seal = { submitted: readonly string[]; digest: string }

/** The first ballot whose seal is not over its sheets, or whose sheets were opened to something else. */
export const falseBallot = (decision: Decision): Flaw | undefined => {
  const stray = decision.sealed.find(({ ballot, revision }) => !isSeal(decision.ballots.get(ballot), revision))
  if (stray)
    return { at: `sealed ${stray.ballot}`, zh: '不是评分册的封存', en: 'is no seal of a ballot that was opened' }
  return firstOf(decision.ballots.values(), ballot => {
    const sealed = new Map<string, Sealed>()
    return firstOf(ballot.told, event => flawOf(decision, ballot, sealed, event))
  })
}

const isSeal = (ballot: Life | undefined, at: number): boolean =>
  ballot?.told.some(
    ({ type, revision, data }) =>
      type === 'BallotSealed' && revision === at && wasOpenedWhole(ballot.told, at, (data as Seal).submitted),
  ) ?? false

const flawOf = (decision: Decision, ballot: Life, sealed: Map<string, Sealed>, event: Told): Flaw | undefined => {
  const { at, type, data, revision } = event
  if (type === 'SheetsOpened') {
    const problem = unlikeSheets(decision, sealed, data as Opened)
    return problem && { at, ...problem }
  }
  if (type !== 'BallotSealed') return undefined
  sealed.clear()
  if (!wasOpenedWhole(ballot.told, revision, (data as Seal).submitted)) return undefined
  const seals = decision.sealed.filter(each => each.ballot === ballot.id && each.revision === revision)
  for (const { proposal, scores } of seals.flatMap(({ sheets }) => sheets)) sealed.set(proposal, scores)
  return seals.length === 1 && isUnder(data as Seal, seals[0]?.sheets ?? [])
    ? undefined
    : { at, zh: '封存校验值与所封存的评分不符', en: 'the digest of the seal is not that of the sheets sealed' }
}

const isUnder = ({ digest }: Seal, sheets: DecisionPack['sealed'][number]['sheets']): boolean =>
  digestOf(sheets) === digest

const unlikeSheets = (
  decision: Decision,
  sealed: ReadonlyMap<string, Sealed>,
  { sheets }: Opened,
): Title | undefined => {
  for (const { proposal, scores } of sheets) {
    const problem = unlike(decision, sealed, proposal, scores)
    if (problem) return { zh: `申报书 ${proposal}：${problem.zh}`, en: `proposal ${proposal}: ${problem.en}` }
  }
  return undefined
}

/** Of a ballot of which a sheet stays shut only what was opened stands in the file; that it fits the rubric is seen all the same. */
const unlike = (
  { keys, rules }: Decision,
  sealed: ReadonlyMap<string, Sealed>,
  proposal: string,
  scores: Scores,
): Title | undefined => {
  const [problem] = sheetProblems(rules, { scores }).filter(({ code }) => code !== 'comment-needed')
  if (sealed.size === 0) return problem
  const sheet = sealed.get(proposal)
  const key = sheet && keys.get(sheet.key)
  if (!key) return { zh: '没有封存的评分或其密钥', en: 'the sealed sheet or its key is missing' }
  if (digestOf(openedWith(key, sheet)) !== digestOf(scores))
    return { zh: '启封的评分与封存的不同', en: 'what was opened is not what was sealed' }
  return problem
}

/** Nothing where it is sealed under another key, or is damaged. */
const openedWith = (key: KeyObject, sheet: Sealed): unknown => {
  try {
    return clearOf(open(key, sheet))
  } catch {
    return null
  }
}

// ── what counts ─────────────────────────────────────────────────────────────────────────────────

/** The sheets that a ballot holds opened at a revision: what was recused, voided or is scored anew counts no more. */
export const openedAt = (ballot: Life, revision: number): Map<string, Scores> => {
  const opened = new Map<string, Scores>()
  for (const { type, data, revision: at } of ballot.told) {
    if (at > revision) break
    if (type === 'SheetsOpened')
      for (const { proposal, scores } of (data as Opened).sheets) opened.set(proposal, scores)
    for (const proposal of endedBy(type, data, opened)) opened.delete(proposal)
  }
  return opened
}

const endedBy = (type: string, data: unknown, opened: ReadonlyMap<string, Scores>): string[] => {
  const { proposal, proposals } = data as { proposal?: string; proposals?: string[] }
  if (type === 'ScoringBegunAnew') return proposals ?? []
  if (type !== 'Recused' && type !== 'SheetVoided') return []
  return proposal === undefined ? [...opened.keys()] : [proposal]
}
