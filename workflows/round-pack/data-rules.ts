/** The rules of eligibility that the data decide, in the order in which they are shown. */
export const dataRules = [
  'tier',
  'standing',
  'place',
  'enrolled',
  'most-per-applicant',
  'adds-up',
  'cap',
  'share-of-budget',
  'matching',
  'expense-classes',
  'expense-shares',
] as const
export type DataRule = (typeof dataRules)[number]
