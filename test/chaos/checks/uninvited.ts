/** Whatever stands in the log was sent by the harness, or follows from what stands there. */
import { CLAIM } from '../../../engine/claim.ts'
import { commandIdOf } from '../../../engine/event-codec.ts'
import { streamOf } from '../../../engine/instance.ts'
import { logKey } from '../../../workflows/log-key.ts'
import { RULE_PACKS, rulePacks } from '../../../workflows/rule-packs/index.ts'
import { CALENDAR, workingCalendar } from '../../../workflows/working-calendar/index.ts'
import { type Check, type Kept, where } from './evidence.ts'
import { effectsIn, sentByLooking } from './policies.ts'

export const uninvited: Check = {
  name: 'uninvited',
  promise: 'no event stands in the log without the command that it comes from',
  find: evidence => {
    const sent = new Map(evidence.entries.map(({ command, stream }) => [command, stream]))
    const effects = new Set(effectsIn(evidence).flatMap(({ command, answer }) => [command, answer]))
    const looking = sentByLooking(evidence)
    return evidence.events.flatMap(event => {
      const { command } = event.metadata
      if (sent.get(command) === event.stream || effects.has(command) || follows(event) || looking(event)) return []
      return [`${where(event)}: nobody sent ${event.metadata.name} by ${event.metadata.person}`]
    })
  },
}

/** What the other system posts record, by the post: each one's commands have ids that can be told beforehand. */
const systemPosts: Record<string, (event: Kept) => boolean> = {
  'system:founder': ({ stream, metadata }) =>
    ['first-person', 'first-post'].some(
      key => metadata.command === commandIdOf('system:founder', 'person', stream.slice('person-'.length), key),
    ),
  'system:founding': ({ stream }) => foundedStreams.includes(stream),
  'system:claims': ({ stream, revision, metadata }) =>
    metadata.command === commandIdOf('system:claims', CLAIM, stream, String(revision - 1)),
  'system:notary': ({ stream }) => stream.startsWith(`${logKey.category}-`),
  // Each is held against the ladder that it comes from by a check of its own.
  'system:deadlines': () => true,
}

const foundedStreams = [streamOf(workingCalendar, CALENDAR), streamOf(rulePacks, RULE_PACKS)]

const follows = (event: Kept): boolean => systemPosts[event.metadata.person]?.(event) ?? false
