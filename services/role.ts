/**
 * What a process does. One that does all is a whole service; of the others there may be as many as are wanted: who answers
 * keeps no lease, and who keeps leases answers nobody but whoever watches it.
 */
export const ROLES = ['all', 'api', 'worker'] as const

export type Role = (typeof ROLES)[number]

export const answers = (role: Role): boolean => role !== 'worker'

export const keepsLeases = (role: Role): boolean => role !== 'api'
