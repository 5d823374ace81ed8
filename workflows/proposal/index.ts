/**
 * 申报书: one applicant's proposal in one round, from its first draft to what the round made of it. One file a stage;
 * here the chart, and who is who.
 */
import type { z } from 'zod'
import { all, type Permit, type Title } from '../../engine/definition.ts'
import { join, lifecycle } from '../../engine/workflow.ts'
import { CO_APPLICANTS, forEachCoApplicant } from '../co-applicants.ts'
import { followingChair, notingChair } from '../competition-round/following-chair.ts'
import { peopleOf } from '../organisation.ts'
import { roles } from '../roles.ts'
import { coApplying } from './co-applying.ts'
import {
  type Consulted,
  coApplicantAsked,
  coApplicantOf,
  INVITED,
  insiders,
  invitedOf,
  type Proposal,
  type ProposalFacts,
  start,
} from './data.ts'
import { redactions } from './redaction.ts'
import { result } from './result.ts'
import { screening } from './screening.ts'
import { shownTo } from './shown.ts'
import { writing } from './writing.ts'

const chaired = followingChair<Proposal, Consulted>((data, panelChair) => ({ ...data, panelChair }))

const whole = join(writing, coApplying, screening, result, redactions, chaired)

type Events = typeof whole.events
/** Every event by its name, with its data. */
export type ProposalEvents = { [E in keyof Events & string]: z.infer<Events[E]> }

/** Whatever has become of it, ends too. */
const anywhere = {
  'redact-text': { guard: all('textStands', 'takenBackByOthers'), actions: 'TextRedacted' },
  ...notingChair,
} as const

const writes = {
  guard: all('budgetAddsUp', 'writesAllowedClasses', 'writesWithinShares', 'coAppliesWithOthers'),
  actions: 'VersionWritten',
} as const

const submits = {
  target: '#submitted',
  guard: all(
    'versionIsWritten',
    'versionIsNew',
    'roundTakesProposals',
    'arrivedInTime',
    'submittingIsActive',
    'submittedProjectIsSent',
    'submitsAllowedClasses',
    'submitsWithinShares',
    'coApplicantsAgree',
  ),
  actions: 'ProposalSubmitted',
} as const

/** While a version may still be written. */
const agreeing = {
  'agree-to-apply': { guard: all('isAskedToAgree', 'agreesForOne'), actions: 'CoApplicationAgreed' },
  'leave-application': {
    guard: all('leavesWhatItAgreedTo', 'leavesForOne', 'leavesInTime'),
    actions: 'CoApplicationLeft',
  },
} as const

/** Asked by an upheld objection, or by the bureau where somebody made a mistake. */
const rechecks = {
  'recheck-eligibility': { target: '#entered', guard: all('verdictMayChange'), actions: 'EligibilityReopened' },
} as const

const withdraws = { target: '#withdrawn', actions: 'ProposalWithdrawn' } as const

/** Whatever the round has come to meanwhile. */
const ends = [
  { target: '#drafting', guard: all('roundIsCancelled'), actions: 'RoundEnded' },
  { target: '#ended', guard: all('roundIsArchived'), actions: 'RoundEnded' },
] as const

const flags = { guard: all('flagsAnother'), actions: 'ResemblanceFlagged' } as const
const settles = { guard: all('settlesFlagged'), actions: 'ResemblanceSettled' } as const

/** Judges come and go until the round is over. */
const judged = {
  'open-to-judge': { guard: all('judgesAnew'), actions: ['OpenedToJudge', 'MaterialsOpened'] },
  'close-to-judge': { guard: all('judgesIt'), actions: 'ClosedToJudge' },
} as const

const takesResult = { target: '#judged', actions: 'ResultTaken' } as const
const offers = { target: '#offered', actions: 'AwardOffered' } as const
const holds = { target: '#reserve', actions: 'HeldInReserve' } as const
const declines = { target: '#declined', actions: 'AwardDeclined' } as const
const excludes = { target: '#excluded', actions: 'ProposalExcluded' } as const

/** What a judge of a blind round must not learn stands in nearly every event: that there is one is all they see. */
const notForJudges = Object.fromEntries(
  Object.keys(whole.events)
    .filter(event => event !== 'MaterialsOpened')
    .map(event => [event, insiders]),
)
/** Each by the same name: nobody minds which of them somebody belongs to. */
const alike = (names: readonly string[], title: Title) => Object.fromEntries(names.map(name => [name, title]))

const knowsJudges: readonly Permit[] = [{ role: 'bureau', over: 'place' }, { named: 'panelChair' }]

export const proposal = lifecycle<Proposal, Consulted>()({
  name: 'proposal',
  title: { zh: '申报书', en: 'Proposal' },
  about: {
    zh: '一个组织在一个公益创投轮次中的申报：编写、提交、资格审查、评审结果、资助答复。',
    en: 'What one organisation applies for in one round: written, handed in, checked, judged, offered an award and answered.',
  },
  version: 1,
  roles,
  start,
  ...whole,
  confidential: { ...notForJudges, OpenedToJudge: knowsJudges, ClosedToJudge: knowsJudges },
  consults: {
    round: (data, command) => ({
      workflow: 'competition-round',
      id:
        command.type === 'draft-proposal' || command.type === 'take-to-another-round'
          ? command.data.round
          : data.round || undefined,
    }),
    pack: data => ({ workflow: 'round-pack', id: data.pack || undefined }),
    organisation: (data, command) => ({
      workflow: 'organisation',
      id: command.type === 'draft-proposal' ? command.data.organisation : data.organisation || undefined,
    }),
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
    project: (data, command) => ({
      workflow: 'micro-project',
      id: command.type === 'draft-proposal' ? command.data.project : data.project,
    }),
  },
  chart: {
    initial: 'blank',
    states: {
      blank: {
        meta: { zh: '未起草', en: 'not drafted' },
        on: {
          'draft-proposal': {
            target: 'writing',
            guard: all('draftsInOpenRound', 'draftedProjectIsSent', 'draftingIsActive', 'saysWhatAndWhere'),
            actions: 'ProposalDrafted',
          },
        },
      },
      writing: {
        meta: { zh: '申报', en: 'applying' },
        initial: 'drafting',
        on: {
          ...anywhere,
          withdraw: withdraws,
          'write-version': writes,
          'submit-version': submits,
          ...agreeing,
          'flag-resemblance': flags,
        },
        states: {
          drafting: {
            id: 'drafting',
            meta: { zh: '编写中', en: 'being written', next: ['chair'] },
            on: {
              'take-to-another-round': {
                guard: all('otherRoundIsOpen', 'projectIsSentThere'),
                actions: 'TakenToAnotherRound',
              },
            },
          },
          submitted: {
            id: 'submitted',
            meta: { zh: '已提交，待列入名单', en: 'handed in, to be listed', next: [] },
            on: {
              'confirm-entry': { target: '#entered', guard: all('confirmsSubmitted'), actions: 'EntryConfirmed' },
              'note-not-entered': [
                { target: '#entered', guard: all('refusedIsSubmitted', 'stoodThereBefore'), actions: 'NotEntered' },
                { target: 'drafting', guard: all('refusedIsSubmitted', 'neverStoodThere'), actions: 'NotEntered' },
              ],
              'end-with-round': ends,
            },
          },
        },
      },
      screening: {
        meta: { zh: '资格审查', en: 'screening' },
        initial: 'entered',
        on: {
          ...anywhere,
          withdraw: withdraws,
          'flag-resemblance': flags,
          'settle-resemblance': settles,
          ...judged,
          exclude: excludes,
          'end-with-round': ends,
        },
        states: {
          entered: {
            id: 'entered',
            meta: { zh: '已列入名单，待审查', en: 'on the list, to be checked', next: ['street', 'bureau'] },
            on: {
              'write-version': writes,
              'submit-version': submits,
              ...agreeing,
              'return-for-completion': {
                target: 'returned',
                guard: all('callIsOver', 'leavesTimeToComplete'),
                actions: 'ReturnedForCompletion',
              },
              'check-eligibility': [
                {
                  target: 'eligible',
                  guard: all(
                    'callIsOver',
                    'verdictMayChange',
                    'checksTheEntered',
                    'decidesWhatIsOpen',
                    'resemblancesAreSettled',
                    'meetsEveryRule',
                  ),
                  actions: 'EligibilityChecked',
                },
                {
                  target: 'ineligible',
                  guard: all(
                    'callIsOver',
                    'verdictMayChange',
                    'checksTheEntered',
                    'decidesWhatIsOpen',
                    'resemblancesAreSettled',
                    'missesARule',
                  ),
                  actions: 'EligibilityChecked',
                },
              ],
            },
          },
          returned: {
            meta: { zh: '退回补正', en: 'returned for completion', next: ['chair'] },
            on: {
              'write-version': writes,
              ...agreeing,
              'complete-version': {
                target: '#submitted',
                guard: all(
                  'completionIsWritten',
                  'completionIsNew',
                  'completedInTime',
                  'completionAsksNoMore',
                  'completionsCoApplicantsAgree',
                ),
                actions: 'ProposalCompleted',
              },
              'lapse-completion': { target: 'entered', actions: 'CompletionLapsed' },
            },
          },
          eligible: {
            meta: { zh: '资格审查通过，待评审', en: 'eligible, to be judged', next: [] },
            on: {
              ...rechecks,
              'take-result': takesResult,
              'offer-award': offers,
              'hold-in-reserve': holds,
              'decline-award': declines,
            },
          },
          ineligible: {
            id: 'ineligible',
            meta: { zh: '资格审查未通过', en: 'not eligible', next: ['chair', 'street', 'bureau'] },
            on: {
              ...rechecks,
              'appeal-eligibility': {
                target: 'entered',
                guard: all('appealsOnce', 'verdictMayChange'),
                actions: 'EligibilityAppealed',
              },
              'override-eligibility': {
                target: 'overriding',
                guard: all('overridesTheUnmet', 'verdictMayChange'),
                actions: 'OverrideProposed',
              },
            },
          },
          overriding: {
            meta: { zh: '已提出放宽，待他人确认', en: 'a rule is to be set aside, to be confirmed', next: ['bureau'] },
            on: {
              ...rechecks,
              'confirm-override': [
                {
                  target: 'eligible',
                  guard: all('confirmsProposed', 'verdictMayChange', 'nothingElseUnmet'),
                  actions: 'OverrideConfirmed',
                },
                {
                  target: 'ineligible',
                  guard: all('confirmsProposed', 'verdictMayChange', 'othersUnmet'),
                  actions: 'OverrideConfirmed',
                },
              ],
              'reject-override': { target: 'ineligible', guard: all('rejectsProposed'), actions: 'OverrideRejected' },
            },
          },
        },
      },
      result: {
        meta: { zh: '结果', en: 'result' },
        initial: 'judged',
        on: {
          ...anywhere,
          ...judged,
          'flag-resemblance': flags,
          'settle-resemblance': settles,
          ...rechecks,
          exclude: excludes,
          'end-with-round': ends,
        },
        states: {
          judged: {
            id: 'judged',
            meta: { zh: '评审结果已公示', en: 'results are public', next: [] },
            on: {
              withdraw: withdraws,
              'take-result': takesResult,
              'offer-award': offers,
              'hold-in-reserve': holds,
              'decline-award': declines,
            },
          },
          offered: {
            id: 'offered',
            meta: { zh: '拟予资助，待答复', en: 'an award is offered', next: ['chair'] },
            on: {
              'accept-offer': {
                target: 'accepted',
                guard: all('acceptsWhatIsOffered', 'acceptingIsActive', 'acceptedProjectIsThere'),
                actions: 'OfferAccepted',
              },
              // Another ranking may decide otherwise before it is answered.
              'offer-award': offers,
              'hold-in-reserve': holds,
              'decline-award': declines,
              'decline-offer': { target: 'refused', actions: 'OfferDeclined' },
              'lapse-offer': { target: 'refused', actions: 'OfferLapsed' },
              'take-result': { actions: 'ResultTaken' },
            },
          },
          accepted: {
            meta: { zh: '已接受资助', en: 'the award is accepted', next: [] },
            on: { 'take-result': { actions: 'ResultTaken' } },
          },
          refused: {
            meta: { zh: '已放弃资助', en: 'the award is not taken', next: [] },
            on: { 'take-result': { actions: 'ResultTaken' } },
          },
          reserve: {
            id: 'reserve',
            meta: { zh: '候补', en: 'in reserve', next: [] },
            on: {
              withdraw: withdraws,
              'take-result': { actions: 'ResultTaken' },
              'offer-award': offers,
              'decline-award': declines,
            },
          },
          declined: {
            id: 'declined',
            meta: { zh: '未获资助', en: 'no award', next: [] },
            on: { 'take-result': { actions: 'ResultTaken' }, 'offer-award': offers, 'hold-in-reserve': holds },
          },
        },
      },
      withdrawn: { id: 'withdrawn', type: 'final', on: anywhere, meta: { zh: '已撤回', en: 'withdrawn' } },
      excluded: { id: 'excluded', type: 'final', on: anywhere, meta: { zh: '申报资格已取消', en: 'excluded' } },
      ended: { id: 'ended', type: 'final', on: anywhere, meta: { zh: '已办结', en: 'ended' } },
    },
  },
  place: data => data.place || undefined,
  within: {
    organisation: (data, command) =>
      command?.type === 'draft-proposal' ? command.data.organisation : data.organisation || undefined,
    ...forEachCoApplicant(name => (data: Proposal) => coApplicantOf(data, name)),
    ...Object.fromEntries(INVITED.map(name => [name, (data: Proposal) => invitedOf(data, name)])),
  },
  called: {
    ...alike(CO_APPLICANTS, { zh: '联合申报组织', en: 'co-applicant' }),
    ...alike(INVITED, { zh: '草稿所列联合申报组织', en: 'co-applicant named in a draft' }),
  },
  members: {
    organisation: ({ consulted, today }) => (consulted.organisation ? peopleOf(consulted.organisation, today) : []),
    ...forEachCoApplicant(
      name =>
        ({ consulted: { [name]: its }, today }: ProposalFacts) =>
          its ? peopleOf(its, today) : [],
    ),
  },
  people: {
    judges: { zh: '评审该申报书的评委', en: 'judge of this proposal', who: data => data.judges },
    panelChair: {
      zh: '评审组长',
      en: 'chair of the panel',
      // A draft is not before them: what the list does not have, the round does not know, nor could it tell who chairs now.
      who: data => (data.entered === undefined ? [] : [data.panelChair]),
    },
  },
  arrivalCounts: ['submit-version', 'complete-version'],
  sees: [...insiders, { named: 'judges' }],
  // Beside the one event that judges see stand the applicant, the project and the place.
  seesWhole: insiders,
  shows: shownTo,
  redacts: 'TextRedacted',
  label: ({ title }) => title,
})
