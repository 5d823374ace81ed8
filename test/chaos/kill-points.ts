/** The moments at which a service is killed by name. A proxy sees them in what it says to its database. */
import { senderOf } from '../../engine/policy.ts'
import { policies } from '../../workflows/policies/index.ts'
import type { Trap } from './proxy/connection.ts'
import type { Moment, Wrote } from './proxy/moments.ts'

export type KillPoint = { name: string } & Pick<Trap, 'when' | 'at'>

const append =
  (...texts: string[]) =>
  ({ kind, bytes }: Moment): boolean =>
    kind === 'append' && texts.every(text => bytes.includes(text))

const commitOf =
  (...what: Wrote[]) =>
  ({ kind, wrote }: Moment): boolean =>
    kind === 'commit' && what.every(each => wrote.has(each))

const byAPolicy = (moment: Moment): boolean => policies.some(policy => append(senderOf(policy))(moment))

const both = (name: string, at: KillPoint['at']): KillPoint[] => [
  { name: `before ${name}`, when: 'before', at },
  { name: `after ${name}, before its answer`, when: 'after', at },
]

export const projectionsCommit = commitOf('checkpoint')

/** Between one command of a policy and the next, or the mark that it is done. */
export const policyPoints: readonly KillPoint[] = [
  ...both('a policy acts', byAPolicy),
  ...both("a policy's checkpoint moves", commitOf('policies')),
]

export const killPoints: readonly KillPoint[] = [
  ...both('an append', append()),
  ...both('a claim is made', append('claim-', '"revision"', 'Claimed')),
  ...both('a claim is confirmed', append('claim-', 'ClaimConfirmed')),
  ...both('a claim is released', append('claim-', 'ClaimReleased')),
  ...both('a head is signed', append('system:notary')),
  ...policyPoints,
  ...both('a deadline falls due', append('system:deadlines')),
  ...both("a projection's commit", projectionsCommit),
  ...both("the tree's commit", commitOf('tree')),
]
