/** 联合申报组织: under which names lives speak of those who apply together with an applicant; as many as a version may name. */
export const CO_APPLICANTS = ['coApplicant1', 'coApplicant2', 'coApplicant3'] as const
export type CoApplicant = (typeof CO_APPLICANTS)[number]

export const forEachCoApplicant = <T>(make: (name: CoApplicant) => T): { [name: string]: T } =>
  Object.fromEntries(CO_APPLICANTS.map(name => [name, make(name)]))
