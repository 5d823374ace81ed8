/** Positions tell the order in which things were done; of one log they are compared as texts. */
import type { Entry } from '../journal.ts'
import { linearized } from '../linear/checker.ts'
import { purseModel } from '../linear/purse-model.ts'
import type { Check } from './evidence.ts'

export const witnessed: Check = {
  name: 'witnessed',
  promise: 'what was once read stands where it stood, and nothing came in behind it',
  find: ({ events, seen }) => {
    const at = seen.findIndex(({ position, id }, n) => events[n]?.position !== position || events[n]?.id !== id)
    const [then, now] = [seen[at], events[at]]
    if (then && now) return [`where ${then.id} was read at ${then.position}, ${now.id} stands at ${now.position}`]
    return seen.length > events.length ? [`${seen.length} events were read, ${events.length} are there`] : []
  },
}

export const realTime: Check = {
  name: 'real time',
  promise: 'what was acknowledged before another command was sent stands before it',
  find: ({ entries }) => {
    const done = entries.flatMap(entry => placed(entry))
    const byEnd = [...done].sort((a, b) => a.endedAt - b.endedAt)
    let [next, highest] = [0, { place: '', at: '' }]
    return [...done]
      .sort((a, b) => a.invokedAt - b.invokedAt)
      .flatMap(({ invokedAt, place, at }) => {
        for (let ended = byEnd[next]; ended && ended.endedAt < invokedAt; ended = byEnd[++next])
          if (ended.place > highest.place) highest = ended
        return place < highest.place
          ? [`${at} at ${place} was sent after ${highest.at} at ${highest.place} was done`]
          : []
      })
  },
}

export const oneAfterTheOther: Check = {
  name: 'one after the other',
  promise: 'what many clients were told of one life can be told as one thing after the other (linearizable)',
  find: ({ histories }) =>
    histories.flatMap((history, n) =>
      linearized(purseModel, history)
        ? []
        : [`history ${n} of ${history.length} operations: ${JSON.stringify(history)}`],
    ),
}

type Placed = { invokedAt: number; endedAt: number; place: string; at: string }

const placed = ({ outcome, invokedAt, endedAt, stream, name }: Entry): Placed[] =>
  outcome && 'accepted' in outcome
    ? [{ invokedAt, endedAt, place: outcome.accepted.position, at: `${stream} ${name}` }]
    : []
