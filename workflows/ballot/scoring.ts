/**
 * 评分: sheets are drafted, submitted, and amended until the seal. What is written is judged while the command holds it in
 * clear, and kept sealed. A judge who finds a conflict withdraws from a proposal at any time, also after the reveal.
 */
import { z } from 'zod'
import { stage } from '../../engine/workflow.ts'
import { CO_APPLICANTS } from '../co-applicants.ts'
import { reason } from '../fields.ts'
import { conflictsBetween } from '../judging/conflicts.ts'
import { draftProblems, type Sheet, type SheetProblem, sheetProblems } from '../judging/sheet.ts'
import {
  type Ballot,
  type BallotFacts,
  type BallotSheet,
  type Consulted,
  isWritable,
  itsJudge,
  sheetOf,
  stands,
  withSheet,
} from './data.ts'
import { isTimeToScore } from './declaring.ts'
import { keptWritten, proposal, written } from './fields.ts'

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const commands = {
  'save-draft': z.strictObject(written).meta({ zh: '保存评分草稿', en: 'Save a draft' }),
  'submit-sheet': z.strictObject(written).meta({ zh: '提交评分', en: 'Submit a sheet' }),
  recuse: z.strictObject({ proposal, reason }).meta({ zh: '申请回避', en: 'Recuse oneself' }),
  'void-sheet': z
    .strictObject({ proposal: proposal.optional() })
    .meta({ zh: '评分作废', en: 'Void a sheet, or all of them' }),
}

const events = {
  DraftSaved: z.strictObject(keptWritten).meta({ zh: '评分草稿已保存', en: 'draft saved' }),
  SheetSubmitted: z.strictObject(keptWritten).meta({ zh: '评分已提交', en: 'sheet submitted' }),
  Recused: commands.recuse.meta({ zh: '评委已回避', en: 'judge recused' }),
  SheetVoided: commands['void-sheet'].meta({ zh: '评分已作废', en: 'sheet voided' }),
}

// ── rules' words ────────────────────────────────────────────────────────────────────────────────

type Code = SheetProblem['code']
type Given = Sheet & { proposal: string }

const problemsOf = ({ consulted: { pack } }: BallotFacts, given: Given): readonly SheetProblem[] | undefined =>
  pack?.pack && sheetProblems(pack.pack, given)

/** Sound in this; its judge is told on which criterion it is not. Without a pack nothing can be said to be right. */
const soundIn = (code: Code) => {
  const wrongIn = (facts: BallotFacts, given: Given) =>
    (problemsOf(facts, given) ?? []).filter(each => each.code === code)
  const holds = (facts: BallotFacts, given: Given): boolean =>
    problemsOf(facts, given) !== undefined && wrongIn(facts, given).length === 0
  return { holds, wrongIn }
}

const soundAsDraft = {
  holds: ({ consulted: { pack } }: BallotFacts, given: Given): boolean =>
    pack?.pack !== undefined && draftProblems(pack.pack, given).length === 0,
  wrongIn: ({ consulted: { pack } }: BallotFacts, given: Given) => (pack?.pack ? draftProblems(pack.pack, given) : []),
}

const writes = ({ data }: BallotFacts, given: { proposal: string }): boolean => {
  const sheet = sheetOf(data, given.proposal)
  return sheet !== undefined && isWritable(sheet)
}

/** Posts in any of the applicants, also those that ended within the pack's years; officers are kept apart by name. */
const isStranger = ({ data, actor, consulted: { pack }, today }: BallotFacts, given: { proposal: string }): boolean => {
  const judge = { person: actor.person, doubles: actor.doubles, posts: actor.heldPosts, ties: [] }
  const reckoning = { today, yearsApart: pack?.pack?.panel.yearsApart ?? 0 }
  const applicants = sheetOf(data, given.proposal)?.applicants ?? []
  return applicants.every(id => conflictsBetween(judge, { id, ...nobody }, untouched, reckoning).length === 0)
}
const nobody = { officers: [], formerOfficers: [] }
const untouched = { posted: [], matched: [] }

const ofTheApplicant = {
  zh: '本人在申报组织任职，或近年曾任职，须申请回避',
  en: 'You hold a post in an applicant, or lately did; recuse yourself.',
}
const notTheirs = {
  zh: '该申报书未分配给本人，或已回避、作废、启封',
  en: 'This proposal is not assigned to you, or its sheet is recused, void or opened.',
}
const notNow = {
  zh: '本轮评审未在进行，或评分截止日已过',
  en: 'The round is not being judged, or its last day to score is over.',
}

const recused = (sheet: BallotSheet): BallotSheet => ({ ...sheet, standing: 'recused' })
const voided = (sheet: BallotSheet): BallotSheet => (stands(sheet) ? { ...sheet, standing: 'void' } : sheet)

export const scoring = stage<Ballot, Consulted>()({
  commands,
  events,
  rules: {
    isTimeToScore: { of: ['save-draft', 'submit-sheet'], ...notNow, holds: isTimeToScore },
    draftsTheirs: { of: 'save-draft', reads: ['proposal'], ...notTheirs, holds: writes },
    draftsOfStrangers: { of: 'save-draft', reads: ['proposal'], ...ofTheApplicant, holds: isStranger },
    draftFitsRubric: {
      of: 'save-draft',
      reads: ['scores', 'comments'],
      zh: '草稿中有评分标准以外的评分项、超出分值的得分，或不合最小计分单位的得分',
      en: 'The draft has a criterion that the rubric has not, a score out of its range, or one off the step.',
      ...soundAsDraft,
    },
    submitsTheirs: { of: 'submit-sheet', reads: ['proposal'], ...notTheirs, holds: writes },
    submitsOfStrangers: { of: 'submit-sheet', reads: ['proposal'], ...ofTheApplicant, holds: isStranger },
    scoresOfTheRubric: {
      of: 'submit-sheet',
      reads: ['scores', 'comments'],
      zh: '有评分标准以外的评分项',
      en: 'A criterion is named that the rubric has not.',
      ...soundIn('unknown-criterion'),
    },
    scoresEverything: {
      of: 'submit-sheet',
      reads: ['scores'],
      zh: '每个评分项都须评分',
      en: 'Every criterion is scored.',
      ...soundIn('missing-score'),
    },
    scoresInRange: {
      of: 'submit-sheet',
      reads: ['scores'],
      zh: '得分不能超过该项分值',
      en: 'No score is above the points of its criterion.',
      ...soundIn('out-of-range'),
    },
    scoresInSteps: {
      of: 'submit-sheet',
      reads: ['scores'],
      zh: '得分应为规则包规定的最小计分单位的倍数',
      en: 'Scores are in the steps that the rule pack gives.',
      ...soundIn('off-step'),
    },
    commentsWhereNeeded: {
      of: 'submit-sheet',
      reads: ['scores', 'comments'],
      zh: '得分低于或高于规则包规定的界线的评分项须写评语',
      en: 'A score below or above the marks of the rule pack needs a comment.',
      ...soundIn('comment-needed'),
    },
    recusesFromTheirs: {
      of: 'recuse',
      reads: ['proposal'],
      zh: '该申报书未分配给本人，或已回避、作废',
      en: 'This proposal is not assigned to you, or its sheet is recused or void already.',
      holds: ({ data }, given) => {
        const sheet = sheetOf(data, given.proposal)
        return sheet !== undefined && stands(sheet)
      },
    },
    voidsWhatStands: {
      of: 'void-sheet',
      reads: ['proposal'],
      zh: '没有尚未回避或作废的评分',
      en: 'There is no such sheet that is not recused or void already.',
      holds: ({ data }, given) =>
        data.sheets.some(sheet => stands(sheet) && (given.proposal ?? sheet.proposal) === sheet.proposal),
    },
  },
  confidential: {
    DraftSaved: [itsJudge],
    SheetSubmitted: [itsJudge],
  },
  evolve: {
    DraftSaved: (data, { proposal: which, ...draft }) => withSheet(data, which, sheet => ({ ...sheet, draft })),
    SheetSubmitted: (data, { proposal: which, ...submitted }) =>
      withSheet(data, which, ({ draft: _, ...sheet }) => ({ ...sheet, submitted })),
    Recused: (data, { proposal: which }) => withSheet(data, which, recused),
    SheetVoided: (data, { proposal: which }) =>
      which === undefined ? { ...data, sheets: data.sheets.map(voided) } : withSheet(data, which, voided),
  },
  permits: {
    'save-draft': [itsJudge],
    'submit-sheet': [itsJudge],
    recuse: [itsJudge],
    'void-sheet': [{ system: 'void-sheets-in-ballot-when-round-does' }],
  },
  apart: [
    {
      zh: '申报组织的人员，以及任职期间或近年曾任职的人员，不得评审该申报书',
      en: 'Who belongs to an applicant, or did lately, does not judge its proposal.',
      belongsTo: 'applicant',
      mayNot: ['save-draft', 'submit-sheet'],
    },
    ...CO_APPLICANTS.map(name => ({
      zh: '联合申报组织的人员，以及任职期间或近年曾任职的人员，不得评审该申报书',
      en: 'Who belongs to a co-applicant, or did lately, does not judge its proposal.',
      belongsTo: name,
      mayNot: ['save-draft', 'submit-sheet'] as const,
    })),
    {
      zh: '发布该项目需求或提出其对接的人不得评审',
      en: 'Who posted the need of a project or proposed its match does not judge it.',
      did: ['NeedPosted', 'MatchProposed', 'ServiceOffered'],
      inLife: 'project',
      mayNot: ['save-draft', 'submit-sheet'],
    },
  ],
})
