/** 评审: ballots are open until the day that is set, then sealed; a sheet that is missing blocks until somebody decides, and all are revealed at once. */
import { z } from 'zod'
import { stage } from '../../engine/workflow.ts'
import { daysAfter, reason } from '../fields.ts'
import { decimal, unitsOf } from '../judging/decimal.ts'
import { over } from '../roles.ts'
import {
  activePanel,
  type CompetitionRound,
  type Consulted,
  entryOf,
  isCandidate,
  missingSheets,
  packIn,
  panelChair,
  type RoundFacts,
  type Seal,
  sitsOnPanel,
  validSheets,
  withEntry,
  withoutEarlyVoids,
} from './data.ts'
import { digest, name, nothing, proposal, proposals, until } from './fields.ts'

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const bonus = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/)
  .meta({ zh: '加分项', en: 'Bonus', examples: ['special'] })

const commands = {
  'open-judging': nothing.meta({ zh: '开始评审', en: 'Open judging' }),
  'close-judging': nothing.meta({ zh: '截止评分', en: 'Close judging' }),
  'extend-judging': z.strictObject({ until, reason }).meta({ zh: '延长评审', en: 'Extend judging' }),
  'note-bonus': z
    .strictObject({ proposal, bonus, points: decimal.meta({ zh: '加分', en: 'Points', examples: ['5'] }), reason })
    .meta({ zh: '认定加分', en: 'Note a bonus' }),
  'note-sealed': z
    .strictObject({
      name,
      assigned: proposals.meta({ zh: '应评申报书', en: 'To be scored' }),
      submitted: proposals.meta({ zh: '已提交评分', en: 'Submitted' }),
      digest: digest.meta({ zh: '评分册校验值', en: 'Digest of the ballot' }),
    })
    .meta({ zh: '记录评分册已封存', en: 'Note that a ballot is sealed' }),
  'void-missing': z.strictObject({ name, proposal, reason }).meta({ zh: '认定缺评无效', en: 'Void a missing sheet' }),
  'reveal-sheets': nothing.meta({ zh: '启封评分', en: 'Reveal the sheets' }),
}

const events = {
  JudgingOpened: z.strictObject({ until }).meta({ zh: '评审已开始', en: 'judging opened' }),
  JudgingClosed: commands['close-judging'].meta({ zh: '评分已截止', en: 'judging closed' }),
  JudgingExtended: commands['extend-judging'].meta({ zh: '评审已延长', en: 'judging extended' }),
  BonusNoted: commands['note-bonus'].meta({ zh: '加分已认定', en: 'bonus noted' }),
  SealNoted: commands['note-sealed'].meta({ zh: '评分册已封存', en: 'ballot sealed' }),
  MissingVoided: commands['void-missing'].meta({ zh: '缺评已认定无效', en: 'missing sheet voided' }),
  SheetsRevealed: commands['reveal-sheets'].meta({ zh: '评分已启封', en: 'sheets revealed' }),
}

// ── rules' words ────────────────────────────────────────────────────────────────────────────────

const withSeal = (data: CompetitionRound, seal: Seal): CompetitionRound => ({
  ...data,
  seals: [...data.seals.filter(each => each.name !== seal.name), seal],
})
const withVoid = (data: CompetitionRound, { name: who, proposal: which }: { name: string; proposal: string }) => ({
  ...data,
  voids: [...data.voids, { name: who, proposal: which, late: false }],
})

const isLastSeal = ({ data }: RoundFacts, given: { name: string }): boolean =>
  activePanel(data).every(each => each.name === given.name || data.seals.some(seal => seal.name === each.name))

export const judging = stage<CompetitionRound, Consulted>()({
  commands,
  events,
  rules: {
    judgingMayClose: {
      of: 'close-judging',
      metBy: ['extend-judging'],
      zh: '评审期尚未结束；提前截止须由评审组长决定',
      en: 'Judging is not over yet; only the chair of the panel closes it before its day.',
      holds: ({ data, today, actor }) =>
        actor.person === data.chair ||
        actor.doubles.includes(data.chair) ||
        (data.judging !== undefined && today > data.judging.until),
    },
    everyBallotIsThere: {
      of: 'close-judging',
      metBy: ['note-ballot'],
      zh: '尚有评委的评分册未开立，请稍候',
      en: 'The ballot of a judge is still being opened; wait a moment.',
      holds: ({ data }) => activePanel(data).every(({ ballot }) => ballot !== undefined),
    },
    extendsJudgingForward: {
      of: 'extend-judging',
      reads: ['until'],
      zh: '新的截止日应晚于今天，且晚于原截止日',
      en: 'The new last day is after today, and later than the one before.',
      holds: ({ data, today }, { until: day }) => day > today && day > (data.judging?.until ?? ''),
    },
    bonusIsThePanels: {
      of: 'note-bonus',
      reads: ['bonus', 'points'],
      zh: '规则包没有这一由评审会认定的加分项，或超过其上限',
      en: 'The pack has no such bonus for the panel to decide, or it has fewer points.',
      holds: ({ consulted }, { bonus: which, points }) =>
        packIn(consulted).bonuses.some(
          ({ id, by, most }) => id === which && by === 'panel' && unitsOf(points) <= unitsOf(most),
        ),
    },
    bonusIsOfACandidate: {
      of: 'note-bonus',
      reads: ['proposal'],
      zh: '该申报书不参加评审',
      en: 'The proposal is not being judged.',
      holds: ({ data }, { proposal: which }) => {
        const entry = entryOf(data, which)
        return entry !== undefined && isCandidate(entry)
      },
    },
    sealIsOfThePanel: {
      of: 'note-sealed',
      reads: ['name'],
      zh: '该评委不在评审组中',
      en: 'This judge does not sit on the panel.',
      holds: ({ data }, { name: who }) => sitsOnPanel(data, who),
    },
    othersAreStillToSeal: {
      of: 'note-sealed',
      reads: ['name'],
      zh: '尚有评分册未封存的，等待其余评委',
      en: 'While other ballots are not sealed the round waits for them.',
      holds: (facts, given) => !isLastSeal(facts, given),
    },
    isTheLastSeal: {
      of: 'note-sealed',
      reads: ['name'],
      zh: '其余评委的评分册均已封存',
      en: 'The ballots of all others are sealed.',
      holds: isLastSeal,
    },
    sheetIsMissing: {
      of: 'void-missing',
      reads: ['name', 'proposal'],
      zh: '该评委并不缺这份评分，或已认定无效',
      en: 'This judge does not owe this sheet, or it was declared void.',
      holds: ({ data }, given) =>
        missingSheets(data).some(each => each.name === given.name && each.proposal === given.proposal),
    },
    noSheetIsMissing: {
      of: 'reveal-sheets',
      metBy: ['void-missing', 'extend-judging', 'replace-judge'],
      confidential: true,
      zh: '尚有缺评：请延长评审、更换评委，或说明理由认定无效',
      en: 'A sheet is missing: extend judging, replace the judge, or declare it void with a reason.',
      holds: ({ data }) => missingSheets(data).length === 0,
    },
    everyProposalHasItsQuorum: {
      of: 'reveal-sheets',
      metBy: ['replace-judge', 'extend-judging'],
      confidential: true,
      zh: '有申报书的有效评分不足法定份数，请更换评委或延长评审',
      en: 'A proposal has fewer valid sheets than its quorum; replace a judge or extend judging.',
      holds: ({ data, consulted }) => [...validSheets(data).values()].every(count => count >= packIn(consulted).quorum),
    },
  },
  records: {
    JudgingOpened: ({ today, consulted }) => ({ until: daysAfter(today, packIn(consulted).durations.judging) }),
  },
  evolve: {
    JudgingOpened: (data, { until: day }, { occurredOn }) => ({ ...data, judging: { from: occurredOn, until: day } }),
    JudgingClosed: data => data,
    JudgingExtended: (data, { until: day }) => ({
      ...data,
      judging: data.judging && { ...data.judging, until: day },
      seals: [],
      voids: withoutEarlyVoids(data),
    }),
    BonusNoted: (data, { proposal: which, bonus: id, points }) =>
      withEntry(data, which, entry => ({ ...entry, bonuses: { ...entry.bonuses, [id]: points } })),
    SealNoted: withSeal,
    MissingVoided: withVoid,
    SheetsRevealed: data => ({ ...data, standing: 'tally', tallyDue: true }),
  },
  confidential: {
    BonusNoted: [...over('bureau'), panelChair],
    // Who has submitted, not what, is seen by the chair alone.
    SealNoted: [panelChair],
    MissingVoided: [panelChair],
  },
  permits: {
    'open-judging': [...over('street', 'bureau'), panelChair],
    'close-judging': [panelChair, { system: 'deadlines' }],
    'extend-judging': [panelChair],
    'note-bonus': [panelChair],
    'note-sealed': [{ system: 'note-sealed-when-ballot-sealed' }],
    'void-missing': [panelChair],
    'reveal-sheets': [panelChair],
  },
  deadlines: {
    judgingEnds: {
      zh: '评审截止',
      en: 'judging ends',
      in: 'judging.scoring',
      after: { days: 0, from: ({ judging: period }) => period?.until },
      ladder: [
        { at: { before: 3 }, remind: 'panelChair' },
        { at: 0, act: 'close-judging' },
        { at: { after: 2 }, escalate: 'bureau' },
      ],
    },
    sheetsRevealed: {
      zh: '启封评分',
      en: 'the sheets are revealed',
      in: 'judging.sealed',
      after: { days: 1 },
      ladder: [
        { at: 0, remind: 'panelChair' },
        { at: { after: 2 }, escalate: 'bureau' },
      ],
    },
  },
})
