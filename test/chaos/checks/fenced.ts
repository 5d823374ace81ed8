/** Who held a lease wrote under it, and nobody else: also not who was frozen, was replaced, and woke up. */
import { writersIn } from '../fencing.ts'
import type { Check } from './evidence.ts'

export const fenced: Check = {
  name: 'fenced',
  promise: 'under one epoch of a lease one process writes',
  find: async evidence =>
    (await writersIn(evidence))
      .filter(({ processes }) => processes.length > 1)
      .map(({ lease, epoch, processes }) => `${lease}, epoch ${epoch}: written by ${processes.join(' and ')}`),
}
