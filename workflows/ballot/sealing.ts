/** 封存与启封: the ballot is sealed when judging closes, opened with all others at the round's one reveal, and ends with the round. */
import { z } from 'zod'
import { stage } from '../../engine/workflow.ts'
import { type Ballot, type BallotFacts, type BallotSheet, type Consulted, isUnopened, sealOf, stands } from './data.ts'
import { nothing, openedSheets, proposals, sitting, until } from './fields.ts'

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const commands = {
  seal: nothing.meta({ zh: '封存评分册', en: 'Seal the ballot' }),
  reopen: z
    .strictObject({ until, again: proposals.optional() })
    .meta({ zh: '重新开放评分册', en: 'Reopen the ballot' }),
  'open-sheets': z.strictObject({ sheets: openedSheets }).meta({ zh: '启封评分', en: 'Open the sheets' }),
  'score-anew': z
    .strictObject({ proposals: proposals.min(1), until, sitting })
    .meta({ zh: '重新评分', en: 'Score anew' }),
  retire: nothing.meta({ zh: '收回评分册', en: 'Retire the ballot' }),
  close: nothing.meta({ zh: '结束评分册', en: 'Close the ballot' }),
}

const events = {
  BallotSealed: z
    .strictObject({
      assigned: proposals.meta({ zh: '应评申报书', en: 'To be scored' }),
      submitted: proposals.meta({ zh: '已提交评分', en: 'Submitted' }),
      digest: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .meta({ zh: '封存内容校验值', en: 'Digest of what is sealed' }),
    })
    .meta({ zh: '评分册已封存', en: 'ballot sealed' }),
  BallotReopened: commands.reopen.meta({ zh: '评分册已重新开放', en: 'ballot reopened' }),
  SheetsOpened: commands['open-sheets'].meta({ zh: '评分已启封', en: 'sheets opened' }),
  ScoringBegunAnew: commands['score-anew'].meta({ zh: '已重新开始评分', en: 'scoring begun anew' }),
  BallotRetired: commands.retire.meta({ zh: '评分册已收回', en: 'ballot retired' }),
  BallotClosed: commands.close.meta({ zh: '评分册已结束', en: 'ballot closed' }),
}

type Opened = z.infer<typeof openedSheets>

/** Opened: all that was sealed and still stands. What a judge withdrew from meanwhile stays shut. */
const opensWhatIsSealed = ({ data }: BallotFacts, given: { sheets: Opened }): boolean => {
  const named = new Set(given.sheets.map(({ proposal }) => proposal))
  const known = new Set(data.sheets.filter(({ submitted }) => submitted !== undefined).map(({ proposal }) => proposal))
  return (
    [...named].every(each => known.has(each)) && data.sheets.filter(isUnopened).every(each => named.has(each.proposal))
  )
}

const stillSealed = ({ sheets }: Ballot, opened: Opened): Opened => {
  const unopened = new Set(sheets.filter(isUnopened).map(({ proposal }) => proposal))
  return opened.filter(each => unopened.has(each.proposal))
}

const withScores = (opened: Opened) => {
  const scores = new Map(opened.map(each => [each.proposal, each.scores]))
  return (sheet: BallotSheet): BallotSheet => {
    const found = scores.get(sheet.proposal)
    return found ? { ...sheet, opened: found } : sheet
  }
}

/** Its history keeps what was scored before; it counts for nothing any more. */
const blank = ({ draft: _, submitted: __, opened: ___, ...sheet }: BallotSheet): BallotSheet => sheet

/** What was declared void for want of a sheet is theirs to score again; what they recused themself from is not. */
const standingAgain = (sheet: BallotSheet): BallotSheet =>
  sheet.standing === 'void' ? { ...sheet, standing: 'open' } : sheet

const hasDeclared = ({ data }: BallotFacts): boolean => data.declared !== undefined

export const sealing = stage<Ballot, Consulted>()({
  commands,
  events,
  rules: {
    wasAssigned: {
      of: 'reopen',
      zh: '申报书已分配的，继续评分',
      en: 'Where proposals are assigned, scoring goes on.',
      holds: ({ data }) => data.assigned,
    },
    waitsForProposals: {
      of: 'reopen',
      zh: '已申报回避、尚未分配的，等待分配',
      en: 'Where conflicts are declared and nothing is assigned, proposals are awaited.',
      holds: facts => hasDeclared(facts) && !facts.data.assigned,
    },
    hasNotDeclared: {
      of: 'reopen',
      zh: '尚未申报回避的，先申报回避',
      en: 'Where conflicts are not declared, that comes first.',
      holds: facts => !hasDeclared(facts),
    },
    opensWhatIsSealed: {
      of: 'open-sheets',
      reads: ['sheets'],
      zh: '应恰好启封已提交且未回避、未作废的评分',
      en: 'Exactly the sheets are opened that were submitted and are neither recused nor void.',
      holds: opensWhatIsSealed,
    },
  },
  records: {
    BallotSealed: ({ data }) => sealOf(data),
    SheetsOpened: ({ data }, command) => ({ sheets: stillSealed(data, (command.data as { sheets: Opened }).sheets) }),
  },
  evolve: {
    BallotSealed: data => ({ ...data, standing: 'sealed' }),
    BallotReopened: (data, { until: day, again = [] }) => ({
      ...data,
      standing: 'open',
      until: day,
      sheets: data.sheets.map(sheet => (again.includes(sheet.proposal) ? standingAgain(sheet) : sheet)),
    }),
    SheetsOpened: (data, { sheets }) => ({ ...data, standing: 'opened', sheets: data.sheets.map(withScores(sheets)) }),
    ScoringBegunAnew: (data, { proposals: anew, until: day, sitting: which }) => ({
      ...data,
      standing: 'open',
      until: day,
      sitting: which,
      sheets: data.sheets.map(sheet => (stands(sheet) && anew.includes(sheet.proposal) ? blank(sheet) : sheet)),
    }),
    BallotRetired: data => ({ ...data, standing: 'over' }),
    BallotClosed: data => ({ ...data, standing: 'over' }),
  },
  permits: {
    seal: [{ system: 'seal-ballots-when-judging-closes' }],
    reopen: [{ system: 'reopen-ballots-when-judging-goes-on' }],
    'open-sheets': [{ system: 'open-sheets-when-revealed' }],
    'score-anew': [{ system: 'reopen-ballots-when-judging-goes-on' }],
    retire: [{ system: 'retire-ballot-when-judge-replaced' }],
    close: [{ system: 'close-ballots-when-round-ends' }, { system: 'tell-round-its-ballot' }],
  },
})
