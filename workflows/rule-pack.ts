/**
 * The numbers that the action plan leaves open, as they hold where nobody has decided otherwise.
 * Days are calendar days; five working days are never more than seven of them outside the long holidays.
 */
export const defaults = {
  /** Our own. */
  daysToAnswerNeed: 7,
  /** Our own. */
  daysToAnswerMatch: 7,
  /** Our own. */
  daysToCheckProposal: 7,
  /** Five working days in public notices. */
  publicityDays: 7,
  /** Five working days in public notices. */
  daysToSettleObjection: 7,
  /** First money within 15 working days of signing, in public rules: a third of them to commit, two to pay. */
  daysToCommitFund: 7,
  daysToFirstPayment: 14,
  /** Common practice. */
  rectificationDays: { least: 15, most: 30 },
  /** Our own. */
  daysToReport: 30,
  /** Our own: above it a need goes to a round. In fen. */
  commissionAtMost: 3_000_000,
  /** Our own: what a street may let move between budget lines, of the award, all changes together. */
  shareMovedByStreet: { percent: 10 },
} as const
