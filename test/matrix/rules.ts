/**
 * Who may do what, written by hand from the domain and never from the definitions: the second statement that the
 * first is held against. A row names a command and, in words, who may send it:
 *
 *   community street bureau finance judge   whose post covers the place of the life
 *   city                                    the bureau of the whole city
 *   chair member                            of the organisation that the life is about
 *   funder                                  of the organisation that pays
 *   self anyone system:<name>               whose own life it is, or who is its subject; every registered person; the service itself
 */
export type Row = string

export const mayRead: Record<string, Row> = {
  'micro-project': 'community street bureau finance judge chair member funder',
  organisation: 'anyone',
  resource: 'anyone',
  person: 'community street bureau finance self',
  // Employers, posts and kin of a judge are nobody's business but theirs and the bureau's that invites.
  judge: 'self bureau',
  // Public keys and heads hold no personal data, and are worth the more the more people keep them.
  'log-key': 'anyone',
  // By which days and which numbers somebody is measured, they may read.
  'working-calendar': 'anyone',
  'rule-packs': 'anyone',
  // What a draft says is for the offices; see `shows` and `confidential`.
  'round-pack': 'anyone',
}

/** Who reads a personal value unmasked: only who needs it. */
export const mayOpen: Record<string, Record<string, Row>> = {
  person: {
    name: 'self community street bureau',
    phone: 'self community street',
    mail: 'self community street',
    'id-number': 'self street',
    account: 'self finance',
  },
}

export const maySend: Record<string, Record<string, Row>> = {
  // The bureau keeps the pool; a judge declares for themself, and is declared for where somebody finds a tie.
  judge: {
    'enrol-judge': 'bureau',
    'change-expertise': 'bureau',
    'declare-tie': 'self bureau',
    'end-tie': 'self bureau',
    suspend: 'bureau',
    reinstate: 'bureau',
    leave: 'self bureau',
  },
  'micro-project': {
    // The community posts needs, the street supervises every stage in its area; where the street may, so may the
    // bureau above it, which runs the rounds of district and city.
    'draft-need': 'community street',
    'revise-need': 'community street',
    'post-need': 'community street',
    'return-need': 'street bureau',
    'accept-need': 'street bureau',

    // A match is proposed from the lists by offices, or offered by the organisation; both sides answer for themselves.
    'propose-match': 'community street',
    'offer-to-serve': 'chair',
    'accept-match-as-organisation': 'chair',
    'decline-match-as-organisation': 'chair',
    'accept-match-as-need-side': 'community street',
    'decline-match-as-need-side': 'community street',
    'withdraw-match': 'community street chair',
    'lapse-match': 'system:deadlines',
    'take-to-fair': 'community street',
    'leave-fair': 'community street',
    commission: 'street bureau',
    'enter-round': 'street bureau',

    // The organisation applies, the street runs the round; who objects is heard by somebody who did not run it.
    'write-proposal': 'chair',
    'submit-proposal': 'chair',
    'withdraw-proposal': 'chair',
    'extend-call': 'street bureau',
    'return-proposal': 'street bureau',
    'pass-eligibility': 'street bureau',
    'fail-eligibility': 'street bureau',
    'appeal-eligibility': 'chair',
    shortlist: 'street bureau',
    'leave-off-shortlist': 'street bureau',
    'enter-rank': 'street bureau',
    'open-publicity': 'street bureau',
    'note-objection': 'anyone',
    'settle-objection': 'bureau',
    'close-publicity': 'street bureau system:deadlines',
    award: 'street bureau',
    'hold-in-reserve': 'street bureau',
    decline: 'street bureau',

    // The street signs, the funder commits, finance gives the second signature and pays.
    'draw-up-agreement': 'street bureau',
    'renounce-award': 'chair',
    'reopen-agreement': 'chair street bureau',
    'sign-agreement-as-organisation': 'chair',
    'sign-agreement-as-street': 'street bureau',
    'start-delivery': 'chair street',
    'commit-fund': 'funder bureau',
    'check-condition': 'street bureau',
    'prepare-payment': 'street bureau',
    'return-payment': 'finance',
    'approve-payment': 'finance',
    'instruct-payment': 'finance',
    'confirm-payment': 'finance',
    'fail-payment': 'finance',
    'reconcile-payment': 'finance',
    'cancel-tranche': 'street bureau',
    'record-matching-share': 'chair',
    'check-matching-share': 'street bureau',
    'settle-payments': 'street bureau finance',

    // The organisation delivers and reports; community and street confirm, guide and visit. What a change moves says
    // who approves it: the place for the schedule, the funder for the scope.
    'log-activity': 'chair member',
    'check-activity': 'community street',
    'visit-site': 'community street bureau',
    'give-guidance': 'community street bureau',
    'request-change': 'chair',
    'endorse-change': 'street bureau',
    'approve-change': 'community street bureau funder',
    'reject-change': 'street bureau funder',
    'grade-mid-term': 'street bureau',
    'open-rectification': 'street bureau',
    'report-rectification': 'chair',
    'close-rectification': 'street bureau',
    'complete-delivery': 'chair',

    'submit-final-report': 'chair',
    'return-report': 'street bureau',
    'submit-accounts': 'chair',
    'return-accounts': 'street bureau finance',
    'record-satisfaction': 'community street',
    'grade-final': 'street bureau',
    'reopen-evaluation': 'bureau',
    'accept-project': 'street bureau',
    archive: 'street bureau',

    withdraw: 'community street',
    reject: 'street bureau',
    merge: 'street bureau',
    suspend: 'street bureau',
    resume: 'street bureau',
    terminate: 'street bureau',
    'redact-text': 'street bureau',
    'redact-objection': 'street bureau',
    'demand-recovery': 'street bureau',
    'record-recovery': 'finance',
    'waive-recovery': 'bureau',
    'close-recovery': 'bureau finance',

    // What was entered wrong is said anew by who may enter it; where rank or money hangs on it, the bureau agrees, to
    // a payment another of finance, to a fund's source who gives it.
    'correct-payment': 'street bureau',
    'correct-matching-share': 'chair',
    'correct-activity': 'chair member',
    'correct-activity-check': 'community street',
    'correct-satisfaction': 'community street',
    'reopen-mid-term': 'bureau',
    'reopen-project': 'bureau',
    'correct-rank': 'street bureau',
    'approve-rank-correction': 'bureau',
    'correct-award': 'street bureau',
    'approve-award-correction': 'bureau',
    'correct-commitment': 'funder bureau',
    'approve-commitment-correction': 'funder bureau',
    'correct-confirmation': 'finance',
    'approve-confirmation-correction': 'finance',
    'correct-final-grade': 'street bureau',
    'approve-final-grade-correction': 'bureau',
    'correct-demand': 'street bureau',
    'approve-demand-correction': 'bureau',
    'correct-receipt': 'finance',
    'approve-receipt-correction': 'finance bureau',
    'reject-correction': 'street bureau finance funder',

    // What follows in other lives is told by policies, and by nobody else.
    'note-resource-refused': 'system:reserve-resource-when-match-proposed',
    'take-in-duplicate': 'system:tell-project-when-duplicate-merged',
  },

  // Registered at civil affairs, filed at the street, managed by the community.
  organisation: {
    enrol: 'community street bureau',
    'name-officers': 'street bureau',
    'offer-service': 'chair street bureau',
    'change-tier': 'street bureau',
    'correct-name': 'street bureau',
    'correct-papers': 'street bureau',
    suspend: 'street bureau',
    reinstate: 'street bureau',
    dissolve: 'street bureau',
  },

  resource: {
    'offer-resource': 'community street bureau',
    'revise-resource': 'community street bureau',
    'withdraw-resource': 'community street bureau',
    'reserve-resource': 'system:reserve-resource-when-match-proposed',
    'release-resource': 'system:release-resource-when-project-lets-go',
  },

  person: {
    register: 'community street bureau system:founder',
    'change-contact': 'self community street bureau',
    appoint: 'community street bureau chair system:founder',
    'end-post': 'community street bureau chair self',
    close: 'street bureau',
    reinstate: 'street bureau',
    // Two records are joined by who is over both; what is personal is erased by its owner too.
    'recognise-double': 'street bureau',
    merge: 'street bureau system:merge-double-when-recognised',
    erase: 'self street bureau',
  },
  'working-calendar': {
    // The city's bureau publishes what the State Council decided; a district's closes what lies in its district.
    'publish-year': 'city system:founding',
    'close-locally': 'bureau',
    'reopen-locally': 'bureau',
  },
  'rule-packs': {
    'publish-version': 'city system:founding',
  },
  'round-pack': {
    // Who runs rounds somewhere makes the rules for them; that a second person checks them stands in the lifecycle.
    'draft-pack': 'street bureau',
    'revise-pack': 'street bureau',
    'check-pack': 'street bureau',
    'publish-pack': 'street bureau',
    'retire-pack': 'street bureau',
  },
  'log-key': {
    // Nobody signs heads of the log but the service itself.
    'publish-key': 'system:notary',
    'sign-head': 'system:notary',
    'retire-key': 'system:notary',
  },
}

/** Who takes in, on paper or by phone, what somebody without a device sends; what decides about money or rank is not brought by others. */
export const mayTakeIn: Record<string, { commands: readonly string[]; by: Row }> = {
  'micro-project': {
    commands: [
      'note-objection',
      'offer-to-serve',
      'accept-match-as-organisation',
      'decline-match-as-organisation',
      'log-activity',
      'correct-activity',
      'record-matching-share',
      'correct-matching-share',
      'request-change',
    ],
    by: 'community street',
  },
}

/** What nobody decides about an organisation to which they belong, or belonged since the life began. */
export const notForOnesOwn: Record<string, readonly string[]> = {
  'micro-project': [
    // Its match and its commission,
    'propose-match',
    'accept-match-as-need-side',
    'decline-match-as-need-side',
    'commission',
    'enter-round',
    // its way through the competition,
    'extend-call',
    'return-proposal',
    'pass-eligibility',
    'fail-eligibility',
    'shortlist',
    'leave-off-shortlist',
    'enter-rank',
    'open-publicity',
    'close-publicity',
    'settle-objection',
    'redact-objection',
    'award',
    'hold-in-reserve',
    'decline',
    // its money,
    'draw-up-agreement',
    'sign-agreement-as-street',
    'commit-fund',
    'check-condition',
    'check-matching-share',
    'prepare-payment',
    'return-payment',
    'approve-payment',
    'instruct-payment',
    'confirm-payment',
    'fail-payment',
    'reconcile-payment',
    'cancel-tranche',
    'settle-payments',
    // how it delivers,
    'check-activity',
    'visit-site',
    'give-guidance',
    'endorse-change',
    'approve-change',
    'reject-change',
    'grade-mid-term',
    'open-rectification',
    'close-rectification',
    // what came of it,
    'return-report',
    'return-accounts',
    'record-satisfaction',
    'grade-final',
    'reopen-evaluation',
    'accept-project',
    'archive',
    // what of all this is corrected,
    'correct-rank',
    'approve-rank-correction',
    'correct-award',
    'approve-award-correction',
    'correct-commitment',
    'approve-commitment-correction',
    'correct-payment',
    'correct-confirmation',
    'approve-confirmation-correction',
    'correct-activity-check',
    'reopen-mid-term',
    'correct-satisfaction',
    'correct-final-grade',
    'approve-final-grade-correction',
    'reopen-project',
    'correct-demand',
    'approve-demand-correction',
    'correct-receipt',
    'approve-receipt-correction',
    'reject-correction',
    // and its end.
    'withdraw',
    'reject',
    'suspend',
    'resume',
    'terminate',
    'demand-recovery',
    'record-recovery',
    'waive-recovery',
    'close-recovery',
  ],
  organisation: ['change-tier', 'correct-papers', 'suspend', 'reinstate', 'dissolve'],
}

/** Duties that one person does not unite in one project, whatever their posts: who did one of these never does any of those. */
export const notByOnePerson: readonly { did: readonly string[]; never: readonly string[] }[] = [
  // Posted, matched, scored, approved, inspected: the money is approved by somebody else.
  {
    did: ['post-need', 'propose-match', 'enter-rank', 'award', 'commission', 'check-activity', 'visit-site'],
    never: ['approve-payment'],
  },
  { did: ['grade-mid-term', 'close-rectification', 'grade-final', 'check-condition'], never: ['approve-payment'] },
  { did: ['prepare-payment'], never: ['approve-payment', 'instruct-payment'] },
  { did: ['instruct-payment', 'confirm-payment'], never: ['reconcile-payment'] },
  { did: ['propose-match'], never: ['commission', 'enter-rank', 'award'] },
  // Also where a clerk sent it for the organisation.
  { did: ['offer-to-serve', 'accept-match-as-organisation'], never: ['accept-match-as-need-side'] },
  { did: ['pass-eligibility', 'fail-eligibility', 'enter-rank', 'note-objection'], never: ['settle-objection'] },
  { did: ['record-matching-share'], never: ['check-matching-share'] },
  { did: ['log-activity'], never: ['check-activity'] },
  { did: ['request-change'], never: ['endorse-change', 'approve-change', 'reject-change'] },
  { did: ['endorse-change'], never: ['approve-change'] },
  { did: ['grade-final'], never: ['accept-project'] },
  // Whoever corrects an entry counts as having made it; whoever made one, or is kept from it, does not take it back alone.
  { did: ['correct-rank', 'correct-award', 'correct-final-grade'], never: ['approve-payment'] },
  { did: ['correct-payment'], never: ['approve-payment', 'instruct-payment'] },
  { did: ['correct-confirmation'], never: ['reconcile-payment', 'approve-confirmation-correction'] },
  { did: ['correct-activity'], never: ['check-activity'] },
  { did: ['correct-award'], never: ['approve-award-correction'] },
  { did: ['correct-commitment'], never: ['approve-commitment-correction'] },
  { did: ['correct-matching-share'], never: ['check-matching-share'] },
  { did: ['correct-rank'], never: ['settle-objection', 'approve-rank-correction'] },
  { did: ['propose-match'], never: ['correct-rank', 'correct-award', 'approve-rank-correction'] },
  { did: ['correct-final-grade'], never: ['accept-project', 'approve-final-grade-correction'] },
  { did: ['grade-mid-term'], never: ['reopen-mid-term'] },
  { did: ['accept-project'], never: ['reopen-project'] },
  { did: ['correct-demand'], never: ['waive-recovery', 'approve-demand-correction'] },
  { did: ['correct-receipt'], never: ['close-recovery', 'approve-receipt-correction'] },
  { did: ['demand-recovery'], never: ['waive-recovery'] },
  { did: ['record-recovery', 'waive-recovery'], never: ['close-recovery'] },
]
