/** What a reader sees of a proposal: the applicant and the offices all of it, a judge what is to be judged, and nothing that says whose it is. */
import type { Permit, Sees, Title } from '../../engine/definition.ts'
import { over } from '../roles.ts'
import { insiders, type Mean, type Proposal, type Result, type Version, versionOf } from './data.ts'
import { type Difference, differencesBetween } from './differences.ts'

/** Who judges it is told to nobody of the applicant. */
const knowsJudges: readonly Permit[] = [...over('bureau'), { named: 'panelChair' }]

export const shownTo = (data: Proposal, sees: Sees, today: Proposal): object =>
  sees(insiders) ? toInsiders(data, sees(knowsJudges)) : toJudges(data, today)

const toInsiders = ({ judges, result, texts: _, ...data }: Proposal, knowsJudges: boolean) => ({
  ...data,
  versions: data.versions.map((version, index) => withDifferences(version, data.versions[index - 1])),
  ...(knowsJudges && { judges }),
  ...(result && { result, feedback: feedbackOn(result) }),
})

const withDifferences = (version: Version, before: Version | undefined): Version & { differs?: Difference[] } =>
  before ? { ...version, differs: differencesBetween(before, version) } : version

/**
 * The version that is judged. In a blind round without applicant, co-applicants, contact, team and project, also as of a
 * day on which it was not handed in there: it is blind as the round is for which they judge it today.
 */
const toJudges = (data: Proposal, { round: judgedIn, blind }: Proposal) => {
  const { round, title, field, organisation, project, place } = data
  const version = round === judgedIn ? versionOf(data, data.entered?.version) : undefined
  return {
    round,
    title,
    field,
    blind,
    ...(version && { version: blind ? anonymous(version) : openly(version) }),
    ...(!blind && { organisation, project, place }),
  }
}

const openly = ({ attachments, contact: _, ...version }: Version) => ({
  ...version,
  attachments: attachments.flatMap(({ file, forJudges }) => (forJudges ? [file] : [])),
})

/** Who gives matching funds may tell whose proposal it is: the sum remains. */
const anonymous = (version: Version) => {
  const { team: _, coApplicants: __, matching, ...rest } = openly(version)
  return { ...rest, matching: matching.map(({ amount }) => ({ amount })) }
}

// ── feedback ────────────────────────────────────────────────────────────────────────────────────

const HOW_TO_OBJECT = (until: string | undefined): Title => ({
  zh: `对评审结果有异议的，可在公示期内${until ? `（至${until}）` : ''}提交异议，说明事实和理由并附证据：在本系统提交，或到街道窗口递交；可要求不公开姓名`,
  en: `Whoever disagrees with the result may file an objection while it is public${until ? `, until ${until}` : ''}, with facts, reasons and evidence: here, or at the street’s counter; the name may be kept from others.`,
})

const WEAKEST = 3

/** The criteria on which most was lost, in shares of their points; where nothing was lost there is nothing to do better. */
const weakest = (means: readonly Mean[]): (Mean & { share: number })[] =>
  means
    .map(each => ({ ...each, share: Math.floor((Number(each.mean) * 100) / each.weight) }))
    .filter(({ share }) => share < 100)
    .sort((one, other) => one.share - other.share)
    .slice(0, WEAKEST)

const howToDoBetter = ({ criterion, zh, en, mean, weight, share }: Mean & { share: number }) => ({
  criterion,
  zh: `“${zh}”得${mean}分（满分${weight}分，${share}%），是失分较多的一项；有评语的，修改时先看评语`,
  en: `“${en}” has ${mean} of ${weight} points (${share} %), one of those on which most was lost; where there are comments, read them first.`,
})

const feedbackOn = ({ means, objectUntil }: Result) => ({
  howToObject: HOW_TO_OBJECT(objectUntil),
  howToDoBetter: weakest(means).map(howToDoBetter),
})
