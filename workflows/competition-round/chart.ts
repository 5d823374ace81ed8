/** The chart of a round, whole: from its draft to the archive, with the ways back where something changes what was decided. */
import { all } from '../../engine/definition.ts'

/**
 * Whoever belongs to an applicant runs nothing of the round. What only says that a day is over (the call closes, publicity
 * closes, all is archived) anybody of the office may say.
 */
const impartial = <const R extends string = never>(...rules: readonly R[]) =>
  all<R | 'belongsToNoApplicant'>('belongsToNoApplicant', ...rules)

const cancelling = {
  'cancel-round': { target: '#cancelled', guard: impartial('awardsAreNotDecided'), actions: 'RoundCancelled' },
} as const

/** Wherever the list of people may have got longer by the time that it is told. */
const notingOfficers = { 'note-officers': { guard: all('namesSomebodyNew'), actions: 'OfficersNoted' } } as const
/**
 * From the call to the archive. Nothing in publicity or after the awards waits for a chair alone; but from there an objection or
 * a void sheet leads back to scoring and counting at once, where nearly everything does, and who left is to see no more.
 */
const replacingChair = {
  'replace-chair': {
    guard: impartial(
      'newChairMayAct',
      'newChairIsAnother',
      'newChairIsNotTheSender',
      'newChairJudgesNothing',
      'newChairIsNoApplicants',
    ),
    actions: 'ChairReplaced',
  },
} as const

/** A check that an objection asked for may come whenever the proposal has got to. */
const checking = {
  'note-eligibility': { guard: all('checkedStandsInTheList', 'isBeingChecked'), actions: 'EligibilityNoted' },
} as const

/** Until the panel is drawn verdicts come and go, also while a call is open once more. */
const screened = {
  'note-eligibility': { guard: all('checkedStandsInTheList'), actions: 'EligibilityNoted' },
  'note-recheck': { guard: all('recheckedStandsInTheList', 'verdictWasNoted'), actions: 'EligibilityReopened' },
} as const

const replacing = {
  'replace-judge': {
    target: '#scoring',
    guard: impartial('leavesThePanel', 'nothingIsRevealed', 'reserveIsThere', 'newJudgeHasTime'),
    actions: 'JudgeReplaced',
  },
} as const

const extending = {
  'extend-judging': {
    target: '#scoring',
    guard: impartial('extendsJudgingForward'),
    actions: 'JudgingExtended',
  },
} as const

const noting = {
  'note-bonus': {
    guard: impartial('bonusIsThePanels', 'bonusIsOfACandidate'),
    actions: 'BonusNoted',
  },
} as const

const voiding = {
  'void-sheets': {
    guard: impartial('isARecusalBeforeTheReveal', 'sheetCounts'),
    actions: 'SheetsVoided',
  },
} as const

/** Whatever changes the result after the reveal leads back to the count. */
const recounting = {
  'void-sheets': { target: '#counting', guard: impartial('sheetCounts'), actions: 'SheetsVoided' },
  'withdraw-entry': { target: '#counting', guard: all('standsInTheList'), actions: 'EntryWithdrawn' },
} as const

const hearing = {
  'note-objection': { guard: all('wasPublishedBefore', 'objectionIsNew'), actions: 'ObjectionNoted' },
} as const

const takingUp = {
  nothing: { guard: all('objectionIsOpen', 'changesNothing'), actions: 'ObjectionTakenUp' },
  check: { guard: all('objectionIsOpen', 'asksRecheck'), actions: 'ObjectionTakenUp' },
  exclusion: { guard: all('objectionIsOpen', 'asksExclusion'), actions: ['ObjectionTakenUp', 'ProposalExcluded'] },
  rescoring: {
    target: '#scoring',
    guard: all('objectionIsOpen', 'asksRescoring'),
    actions: ['ObjectionTakenUp', 'RescoringOpened'],
  },
} as const

/** Once the sheets are known, what is taken up is counted at once. */
const takingUpAndCounting = {
  'take-up-objection': [
    takingUp.nothing,
    { target: '#counting', ...takingUp.check },
    { target: '#counting', ...takingUp.exclusion },
    takingUp.rescoring,
  ],
} as const

export const chart = {
  initial: 'blank',
  states: {
    blank: {
      meta: { zh: '未起草', en: 'not drafted' },
      on: { 'draft-round': { target: 'draft', guard: all('draftedForTwoPeople'), actions: 'RoundDrafted' } },
    },
    draft: {
      meta: { zh: '起草中', en: 'draft', next: ['street', 'bureau'] },
      on: {
        ...cancelling,
        'revise-round': {
          guard: all('revisedForTwoPeople', 'staysInPlace', 'observerStaysOnceCommitted'),
          actions: 'RoundRevised',
        },
        'commit-seed': { guard: all('partyCommitsOnce', 'partiesAreTwoPeople'), actions: 'SeedCommitted' },
        'open-round': {
          target: 'open',
          guard: all(
            'packIsPublished',
            'packFitsThePlace',
            'callIsLongEnough',
            'callIsShortEnough',
            'chairMayAct',
            'observerMayAct',
            'bothPartiesHaveCommitted',
          ),
          actions: 'RoundOpened',
        },
      },
    },
    open: {
      meta: { zh: '征集中', en: 'call open', next: ['street', 'bureau'] },
      on: {
        ...cancelling,
        ...replacingChair,
        'extend-call': {
          guard: impartial('callIsNotOver', 'extendsForward', 'extendsWithinPack'),
          actions: 'CallExtended',
        },
        'enter-proposal': {
          guard: all('arrivedInTime', 'versionIsLater', 'applicantHasRoom'),
          actions: 'ProposalEntered',
        },
        'withdraw-entry': { guard: all('standsInTheList'), actions: 'EntryWithdrawn' },
        ...screened,
        'close-call': { target: 'closed', guard: all('callIsOver'), actions: 'CallClosed' },
      },
    },
    closed: {
      meta: { zh: '已截止，待核定名单', en: 'call closed', next: ['street', 'bureau'] },
      on: {
        ...cancelling,
        ...replacingChair,
        'enter-proposal': {
          guard: all('arrivedInTime', 'versionIsLater', 'applicantHasRoom'),
          actions: 'ProposalEntered',
        },
        'withdraw-entry': { guard: all('standsInTheList'), actions: 'EntryWithdrawn' },
        ...screened,
        'reopen-call': { target: 'open', guard: impartial('reopensAhead'), actions: 'CallReopened' },
        'settle-list': { target: 'screening', guard: impartial('receiptsHaveExpired'), actions: 'ListSettled' },
      },
    },
    screening: {
      id: 'screening',
      meta: { zh: '资格审查', en: 'screening', next: ['street', 'bureau'] },
      on: {
        ...cancelling,
        ...notingOfficers,
        ...replacingChair,
        'enter-proposal': [
          { guard: all('isListed', 'versionIsLater'), actions: ['EntryCompleted', 'ListAmended'] },
          {
            guard: all('isNotListed', 'arrivedInTime', 'versionIsLater', 'applicantHasRoom'),
            actions: ['ProposalEntered', 'ListAmended'],
          },
        ],
        'withdraw-entry': { guard: all('standsInTheList'), actions: ['EntryWithdrawn', 'ListAmended'] },
        ...screened,
        // Too few came, or none that may apply: verdicts on those that did stay.
        'reopen-call': { target: 'open', guard: impartial('reopensAhead'), actions: 'CallReopened' },
        'invite-judge': {
          guard: impartial('judgeIsInThePool', 'judgeIsNotYetInvited', 'judgeRunsNothing'),
          actions: 'JudgeInvited',
        },
        'answer-invitation': { guard: all('answerIsNew'), actions: 'InvitationAnswered' },
        'commit-seed': { guard: impartial('partyCommitsOnce', 'partiesAreTwoPeople'), actions: 'SeedCommitted' },
        'finish-screening': {
          target: 'judging',
          guard: impartial(
            'everyEntryIsChecked',
            'somethingIsEligible',
            'enoughJudgesAccepted',
            'bothPartiesHaveCommitted',
          ),
          actions: 'ScreeningFinished',
        },
      },
    },
    judging: {
      meta: { zh: '评审', en: 'judging', next: ['panelChair'] },
      initial: 'drawing',
      on: {
        ...cancelling,
        ...notingOfficers,
        ...replacingChair,
        ...hearing,
        'note-ballot': { guard: all('ballotIsOfThePanel'), actions: 'BallotNoted' },
        'withdraw-entry': { guard: all('standsInTheList'), actions: 'EntryWithdrawn' },
        'take-up-objection': [takingUp.nothing, takingUp.check, takingUp.exclusion, takingUp.rescoring],
      },
      states: {
        drawing: {
          meta: { zh: '抽取评委', en: 'the panel is being drawn', next: ['street', 'bureau', 'observer'] },
          on: {
            // Arrived in time and recorded late: it is checked like the others, and the draw waits for it.
            'enter-proposal': {
              target: '#screening',
              guard: all('isNotListed', 'arrivedInTime', 'versionIsLater', 'applicantHasRoom'),
              actions: ['ProposalEntered', 'ListAmended', 'ScreeningReopened'],
            },
            // Not once a seed is known: whoever changes a verdict then would throw the draw away.
            'note-eligibility': {
              target: '#screening',
              guard: all('checkedStandsInTheList', 'verdictLeavesTheDraw'),
              actions: ['EligibilityNoted', 'ScreeningReopened'],
            },
            'note-recheck': {
              target: '#screening',
              guard: all('recheckedStandsInTheList', 'verdictWasNoted', 'verdictLeavesTheDraw'),
              actions: ['EligibilityReopened', 'ScreeningReopened'],
            },
            'answer-invitation': { guard: all('answerIsNew'), actions: 'InvitationAnswered' },
            'record-matrix': { guard: all('matrixIsOfTheAccepted', 'noSeedIsKnown'), actions: 'MatrixRecorded' },
            'reveal-seed': {
              guard: impartial('matrixIsRecorded', 'panelExists', 'revealsItsOwn', 'seedFitsItsCommitment'),
              actions: 'SeedRevealed',
            },
            'forfeit-seed': [
              {
                guard: impartial('packDrawsWithout', 'daysToRevealAreOver', 'seedIsStillUnknown', 'anotherSeedIsKnown'),
                actions: 'SeedForfeited',
              },
              {
                target: '#screening',
                guard: impartial('packCommitsAnew', 'daysToRevealAreOver', 'seedIsStillUnknown'),
                actions: 'SeedsCommittedAnew',
              },
            ],
            'return-to-screening': {
              target: '#screening',
              guard: impartial('nothingIsDrawnYet'),
              actions: 'ReturnedToScreening',
            },
            'draw-panel': {
              target: 'drawn',
              guard: impartial('matrixIsRecorded', 'seedsAreKnown', 'panelCanBeDrawn'),
              actions: 'PanelDrawn',
            },
          },
        },
        drawn: {
          meta: { zh: '评委已抽取', en: 'panel drawn', next: ['panelChair'] },
          on: {
            'replace-judge': {
              guard: impartial('leavesThePanel', 'reserveIsThere'),
              actions: 'JudgeReplaced',
            },
            'open-judging': { target: 'scoring', guard: impartial(), actions: 'JudgingOpened' },
          },
        },
        scoring: {
          id: 'scoring',
          meta: { zh: '评分中', en: 'scoring', next: ['panelChair'] },
          on: {
            ...checking,
            ...noting,
            'replace-judge': {
              guard: impartial('leavesThePanel', 'nothingIsRevealed', 'reserveIsThere'),
              actions: 'JudgeReplaced',
            },
            'extend-judging': {
              guard: impartial('extendsJudgingForward'),
              actions: 'JudgingExtended',
            },
            'close-judging': {
              target: 'sealing',
              guard: impartial('judgingMayClose', 'everyBallotIsThere'),
              actions: 'JudgingClosed',
            },
          },
        },
        sealing: {
          meta: { zh: '封存评分', en: 'ballots are being sealed' },
          on: {
            ...checking,
            ...extending,
            ...replacing,
            // Who recuses themself after their own seal is not waited for.
            ...voiding,
            'note-sealed': [
              { guard: all('sealIsOfThePanel', 'othersAreStillToSeal'), actions: 'SealNoted' },
              { target: 'sealed', guard: all('sealIsOfThePanel', 'isTheLastSeal'), actions: 'SealNoted' },
            ],
          },
        },
        // Whether a sheet is missing stands in no state: that somebody owes one is seen by the chair alone.
        sealed: {
          meta: { zh: '评分已封存', en: 'sealed', next: ['panelChair'] },
          on: {
            ...checking,
            ...extending,
            ...replacing,
            ...noting,
            ...voiding,
            'void-missing': { guard: impartial('sheetIsMissing'), actions: 'MissingVoided' },
            'reveal-sheets': {
              target: '#counting',
              guard: impartial('noSheetIsMissing', 'everyProposalHasItsQuorum'),
              actions: 'SheetsRevealed',
            },
          },
        },
      },
    },
    tally: {
      meta: { zh: '计票与评议', en: 'tally', next: ['panelChair'] },
      initial: 'counting',
      on: {
        ...cancelling,
        ...notingOfficers,
        ...replacingChair,
        ...recounting,
        ...hearing,
        ...takingUpAndCounting,
        'note-eligibility': {
          target: '#counting',
          guard: all('checkedStandsInTheList', 'isBeingChecked'),
          actions: 'EligibilityNoted',
        },
        'record-tally': {
          target: '.counted',
          guard: all('tallyIsOfTheCandidates', 'nothingCameSince'),
          actions: 'TallyRecorded',
        },
        'order-rescoring': {
          target: '#scoring',
          guard: impartial('rescoresCandidates', 'rescoringHasTime'),
          actions: 'RescoringOpened',
        },
      },
      states: {
        counting: {
          id: 'counting',
          meta: { zh: '计票中', en: 'counting' },
          // Votes of one meeting are recorded one after the other, and counted together.
          on: { 'record-vote': { guard: impartial('votesOnATie', 'voteCarries'), actions: 'VoteRecorded' } },
        },
        counted: {
          meta: { zh: '已计票', en: 'counted', next: ['panelChair'] },
          on: {
            'record-vote': {
              target: 'counting',
              guard: impartial('votesOnATie', 'voteCarries'),
              actions: 'VoteRecorded',
            },
            deliberate: {
              guard: impartial('decidesOnACandidate', 'decisionCarries'),
              actions: 'Deliberated',
            },
            'settle-ranking': {
              target: 'settled',
              guard: impartial('everyEntryIsChecked', 'tallyIsCurrent', 'noTieIsOpen', 'nothingBlocks'),
              actions: 'RankingSettled',
            },
          },
        },
        settled: {
          meta: { zh: '排名已确定', en: 'ranking settled', next: ['street', 'bureau'] },
          on: {
            deliberate: {
              target: 'counted',
              guard: impartial('decidesOnACandidate', 'decisionCarries'),
              actions: 'Deliberated',
            },
            'open-publicity': {
              target: '#publicity',
              guard: impartial('isPublishedFirst'),
              actions: 'PublicityOpened',
            },
            'publish-again': [
              {
                target: '#publicity',
                guard: impartial('wasPublishedBefore', 'listHasChanged'),
                actions: 'PublishedAgain',
              },
              { target: '#publicity', guard: impartial('wasPublishedBefore', 'listIsTheSame'), actions: 'ListUpheld' },
            ],
            'let-awards-stand': {
              target: '#awarded',
              guard: impartial('awardsWereDecided'),
              actions: 'AwardsLetStand',
            },
          },
        },
      },
    },
    publicity: {
      id: 'publicity',
      meta: { zh: '公示', en: 'publicity', next: ['street', 'bureau'] },
      on: {
        ...cancelling,
        ...notingOfficers,
        ...replacingChair,
        ...recounting,
        ...hearing,
        ...takingUpAndCounting,
        'close-publicity': {
          target: 'awarded',
          guard: all('publicityIsOver', 'noObjectionIsOpen'),
          actions: ['PublicityClosed', 'AwardsDecided'],
        },
      },
    },
    awarded: {
      id: 'awarded',
      meta: { zh: '已确定资助', en: 'awarded', next: ['street', 'bureau'] },
      on: {
        ...notingOfficers,
        ...replacingChair,
        'note-offer-answer': [
          { guard: all('offerStands', 'isAccepted'), actions: 'OfferAnswered' },
          { guard: all('offerStands', 'freesMoneyForReserve'), actions: ['OfferAnswered', 'ReserveMovedUp'] },
          { guard: all('offerStands', 'nobodyMovesUp'), actions: 'OfferAnswered' },
        ],
        'add-to-fund': [
          { guard: impartial('fundReachesReserve'), actions: ['FundAdded', 'ReserveMovedUp'] },
          { guard: impartial('fundReachesNobody'), actions: 'FundAdded' },
        ],
        'withdraw-entry': { guard: all('standsInTheList', 'holdsNoOffer'), actions: 'EntryWithdrawn' },
        'void-sheets': {
          target: '#counting',
          guard: impartial('sheetCounts'),
          actions: 'SheetsVoided',
        },
        archive: { target: 'archived', guard: all('everyOfferIsAnswered'), actions: 'RoundArchived' },
      },
    },
    archived: { type: 'final', meta: { zh: '已归档', en: 'archived' } },
    cancelled: { id: 'cancelled', type: 'final', meta: { zh: '已取消', en: 'cancelled' } },
  },
} as const
