/** What was answered with success stands in the log as it was answered, once; what was refused does not. */
import { isDeepStrictEqual } from 'node:util'
import type { Accepted, Entry } from '../journal.ts'
import { type Check, type Kept, where } from './evidence.ts'

export const acknowledged: Check = {
  name: 'acknowledged',
  promise: 'each acknowledged command stands in the log exactly once, where the answer says',
  find: ({ entries, byCommand }) =>
    entries.flatMap(entry => {
      if (!entry.outcome || !('accepted' in entry.outcome)) return []
      return differences(entry, entry.outcome.accepted, byCommand.get(entry.command) ?? [])
    }),
}

const differences = ({ stream, name, command }: Entry, told: Accepted, kept: readonly Kept[]): string[] => {
  const at = `${stream} ${name} (${command})`
  if (kept.length === 0) return [`${at} was acknowledged and is not in the log`]
  const as = kept.map(({ type, revision }) => ({ type, revision }))
  if (!isDeepStrictEqual(as, told.events) || kept.some(event => event.stream !== stream))
    return [`${at} was acknowledged as ${JSON.stringify(told.events)} and stands as ${JSON.stringify(as)}`]
  const last = kept.at(-1) as Kept
  if (told.position === last.position && told.revision === last.revision) return []
  return [`${at} was acknowledged at ${told.position} and stands at ${last.position}`]
}

export const refused: Check = {
  name: 'refused',
  promise: 'a command that was refused recorded nothing',
  find: ({ entries, byCommand }) =>
    entries.flatMap(({ outcome, command, stream, name }) =>
      outcome && 'refused' in outcome && byCommand.has(command)
        ? [`${stream} ${name} (${command}) was refused as ${outcome.refused} and is in the log`]
        : [],
    ),
}

/**
 * Also what the service sends itself. Its events stand side by side, under the one salt of their append; one of a kind
 * may be there twice (two deadlines moved), but not with the same words.
 */
export const doneOnce: Check = {
  name: 'done once',
  promise: 'no command is done twice: its events were appended together, and stand side by side in one stream',
  find: ({ byCommand }) =>
    [...byCommand].flatMap(([command, events]) => {
      const [first] = events
      const isNext = ({ stream, revision, metadata }: Kept, n: number) =>
        stream === first?.stream && revision === first.revision + n && metadata.salt === first.metadata.salt
      const isNew = ({ type, data }: Kept, n: number) =>
        events.findIndex(each => each.type === type && each.data === data) === n
      const apart = events.find((event, n) => !isNext(event, n) || !isNew(event, n))
      return apart ? [`${where(apart)}: ${command} was done before at ${first && where(first)}`] : []
    }),
}
