/** 评分册: one judge's sheets in one round; from the declaration of conflicts to the seal, the reveal and the end. One file a part, joined here. */
import type { z } from 'zod'
import { all, type Sees } from '../../engine/definition.ts'
import { join, lifecycle } from '../../engine/workflow.ts'
import { forEachCoApplicant } from '../co-applicants.ts'
import { followingChair, notingChair } from '../competition-round/following-chair.ts'
import { scoresKey } from '../competition-round/keys.ts'
import { peopleOf } from '../organisation.ts'
import { roles } from '../roles.ts'
import {
  type Ballot,
  type BallotFacts,
  type BallotSheet,
  type Consulted,
  coApplicantAsked,
  itsJudge,
  sheetAsked,
  start,
} from './data.ts'
import { declaring } from './declaring.ts'
import { scoring } from './scoring.ts'
import { sealing } from './sealing.ts'

const chaired = followingChair<Ballot, Consulted>((data, chair) => ({ ...data, chair }))

const whole = join(declaring, scoring, sealing, chaired)

type Events = typeof whole.events
/** Every event by its name, with its data. */
export type BallotEvents = { [E in keyof Events & string]: z.infer<Events[E]> }

/** What others than its judge are told of a sheet: whether it is there, and its scores once they are revealed. */
const asOthersSee = ({ proposal, standing, submitted, opened }: BallotSheet) => ({
  proposal,
  standing,
  submitted: submitted !== undefined,
  ...(opened && { opened }),
})

/** What its judge is told; whose the proposal is, they read in the proposal, if at all. */
const asItsJudgeSees = ({ project: _, applicants: __, ...sheet }: BallotSheet) => sheet

const shows = ({ declared, applicants, sheets, ...data }: Ballot, sees: Sees) =>
  sees([itsJudge])
    ? { ...data, applicants, declared, sheets: sheets.map(asItsJudgeSees) }
    : { ...data, hasDeclared: declared !== undefined, sheets: sheets.map(asOthersSee) }

export const ballot = lifecycle<Ballot, Consulted>()({
  name: 'ballot',
  title: { zh: '评分册', en: 'Ballot' },
  about: {
    zh: '一名评委在一轮公益创投中的评分：申报回避、评分、封存，与其他评委的评分同时启封；启封前除本人外无人能看到评分内容。',
    en: 'What one judge scores in one round: conflicts are declared, sheets are written and sealed, and opened with those of all others; until then nobody but the judge learns what they say.',
  },
  version: 1,
  roles,
  people: {
    itsJudge: {
      zh: '该评分册的评委',
      en: 'the judge whose ballot it is',
      who: ({ person }) => (person ? [person] : []),
    },
    panelChair: {
      zh: '评审组长',
      en: 'the chair of the panel',
      who: ({ chair }) => (chair ? [chair] : []),
    },
  },
  keys: { scores: ({ round, sitting }) => scoresKey(round, sitting) },
  start,
  ...whole,
  consults: {
    round: ({ round }) => ({ workflow: 'competition-round', id: round || undefined }),
    pack: ({ pack }) => ({ workflow: 'round-pack', id: pack || undefined }),
    applicant: (data, command) => ({ workflow: 'organisation', id: sheetAsked(data, command)?.applicants[0] }),
    coApplicant1: (data, command) => ({
      workflow: 'organisation',
      id: coApplicantAsked(data, command, 'coApplicant1'),
    }),
    coApplicant2: (data, command) => ({
      workflow: 'organisation',
      id: coApplicantAsked(data, command, 'coApplicant2'),
    }),
    coApplicant3: (data, command) => ({
      workflow: 'organisation',
      id: coApplicantAsked(data, command, 'coApplicant3'),
    }),
    project: (data, command) => ({ workflow: 'micro-project', id: sheetAsked(data, command)?.project }),
  },
  chart: {
    initial: 'blank',
    states: {
      blank: {
        meta: { zh: '未发放', en: 'not opened' },
        on: { 'open-ballot': { target: 'open', actions: 'BallotOpened' } },
      },
      open: {
        meta: { zh: '评分中', en: 'being scored' },
        initial: 'declaring',
        on: {
          ...notingChair,
          seal: { target: 'sealed', actions: 'BallotSealed' },
          retire: { target: 'retired', actions: 'BallotRetired' },
          close: { target: 'closed', actions: 'BallotClosed' },
        },
        states: {
          declaring: {
            id: 'declaring',
            meta: { zh: '待申报回避', en: 'conflicts are to be declared', next: ['itsJudge'] },
            on: {
              'declare-conflicts': {
                target: 'assigning',
                guard: all('declaresInTime', 'namesApplicants', 'saysSomeOrNone'),
                actions: 'ConflictsDeclared',
              },
            },
          },
          assigning: {
            id: 'assigning',
            meta: { zh: '待分配申报书', en: 'proposals are being assigned' },
            on: { 'assign-proposals': { target: 'scoring', actions: 'ProposalsAssigned' } },
          },
          scoring: {
            id: 'scoring',
            meta: { zh: '评分', en: 'scoring', next: ['itsJudge'] },
            on: {
              'save-draft': {
                guard: all('isTimeToScore', 'draftsTheirs', 'draftsOfStrangers', 'draftFitsRubric'),
                actions: 'DraftSaved',
              },
              'submit-sheet': {
                guard: all(
                  'isTimeToScore',
                  'submitsTheirs',
                  'submitsOfStrangers',
                  'scoresOfTheRubric',
                  'scoresEverything',
                  'scoresInRange',
                  'scoresInSteps',
                  'commentsWhereNeeded',
                ),
                actions: 'SheetSubmitted',
              },
              recuse: { guard: all('recusesFromTheirs'), actions: 'Recused' },
              'void-sheet': { guard: all('voidsWhatStands'), actions: 'SheetVoided' },
            },
          },
        },
      },
      sealed: {
        meta: { zh: '已封存', en: 'sealed' },
        on: {
          ...notingChair,
          reopen: [
            { target: '#scoring', guard: all('wasAssigned'), actions: 'BallotReopened' },
            { target: '#assigning', guard: all('waitsForProposals'), actions: 'BallotReopened' },
            { target: '#declaring', guard: all('hasNotDeclared'), actions: 'BallotReopened' },
          ],
          recuse: { guard: all('recusesFromTheirs'), actions: 'Recused' },
          'void-sheet': { guard: all('voidsWhatStands'), actions: 'SheetVoided' },
          'open-sheets': { target: 'opened', guard: all('opensWhatIsSealed'), actions: 'SheetsOpened' },
          retire: { target: 'retired', actions: 'BallotRetired' },
          close: { target: 'closed', actions: 'BallotClosed' },
        },
      },
      opened: {
        meta: { zh: '已启封', en: 'opened' },
        on: {
          ...notingChair,
          recuse: { guard: all('recusesFromTheirs'), actions: 'Recused' },
          'void-sheet': { guard: all('voidsWhatStands'), actions: 'SheetVoided' },
          // Also where none of it is this judge’s: the round waits for the seals of all.
          'score-anew': { target: '#scoring', actions: 'ScoringBegunAnew' },
          close: { target: 'closed', actions: 'BallotClosed' },
        },
      },
      retired: { type: 'final', meta: { zh: '已收回', en: 'retired' }, on: notingChair },
      closed: { type: 'final', meta: { zh: '已结束', en: 'closed' }, on: notingChair },
    },
  },
  // In no list of a place: who judges is seen by the judge and the chair alone.
  place: () => undefined,
  within: {
    applicant: (data, command) => sheetAsked(data, command)?.applicants[0],
    ...forEachCoApplicant(name => (data: Ballot, command?: { data: object }) => coApplicantAsked(data, command, name)),
  },
  called: forEachCoApplicant(() => ({ zh: '联合申报组织', en: 'co-applicant' })),
  members: {
    ...forEachCoApplicant(name => ({ consulted, today }: BallotFacts) => {
      const coApplicant = consulted[name]
      return coApplicant ? peopleOf(coApplicant, today) : []
    }),
    applicant: ({ consulted, today }) => (consulted.applicant ? peopleOf(consulted.applicant, today) : []),
  },
  sees: [itsJudge, { named: 'panelChair' }],
  // Beside each sheet stands whose the proposal is, which in a blind round its judge does not know.
  seesWhole: [{ named: 'panelChair' }],
  label: ({ name }) => name,
  shows,
})
