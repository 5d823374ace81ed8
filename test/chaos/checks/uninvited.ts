/** Whatever stands in the log was sent by the harness, or follows from what stands there. */
import { CLAIM } from '../../../engine/claim.ts'
import { commandIdOf } from '../../../engine/event-codec.ts'
import { logKey } from '../../../workflows/log-key.ts'
import { type Check, type Evidence, type Kept, where } from './evidence.ts'

export const uninvited: Check = {
  name: 'uninvited',
  promise: 'no event stands in the log without the command that it comes from',
  find: evidence => {
    const sent = new Map(evidence.entries.map(({ command, stream }) => [command, stream]))
    return evidence.events.flatMap(event => {
      if (sent.get(event.metadata.command) === event.stream || follows(event, evidence)) return []
      return [`${where(event)}: nobody sent ${event.metadata.name} by ${event.metadata.person}`]
    })
  },
}

/** What the system posts record, by the post: each one's commands have ids that can be told beforehand. */
const systemPosts: Record<string, (event: Kept, evidence: Evidence) => boolean> = {
  'system:founder': ({ stream, metadata }) =>
    ['first-person', 'first-post'].some(
      key => metadata.command === commandIdOf('system:founder', 'person', stream.slice('person-'.length), key),
    ),
  'system:claims': ({ stream, revision, metadata }) =>
    metadata.command === commandIdOf('system:claims', CLAIM, stream, String(revision - 1)),
  'system:notary': ({ stream }) => stream.startsWith(`${logKey.category}-`),
}

const follows = (event: Kept, evidence: Evidence): boolean =>
  systemPosts[event.metadata.person]?.(event, evidence) ?? false
