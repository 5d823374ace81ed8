/**
 * Golden histories: streams as they were recorded, byte for byte, and what they folded to. They must fold to the same
 * for ever: whoever changes a fold, or an event's shape, learns here what becomes of the lives that are there already.
 */
import { hash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Workflow } from '../../engine/definition.ts'
import type { RecordedEvent } from '../../engine/event-store.ts'
import { blankInstance, type Instance, takeIn } from '../../engine/instance.ts'
import { factOf, recordedFact } from '../../engine/lift.ts'
import { workflows } from '../../workflows/index.ts'
import { lanterns } from './lantern.ts'

export const GOLDEN = fileURLToPath(new URL('../golden', import.meta.url))

/** Every lifecycle as it reads events today; the lantern's has changed its shapes twice since its history was recorded. */
const readers: readonly Workflow[] = [...workflows, lanterns[2]]

/** Where the recorded streams are, below `GOLDEN`, without their ending: `person/v1/01`. */
export const goldenPaths = (): string[] =>
  readdirSync(GOLDEN, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.jsonl'))
    .map(path => path.slice(0, -'.jsonl'.length))
    .sort()

export const eventsAt = (path: string): RecordedEvent[] =>
  readFileSync(join(GOLDEN, `${path}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as RecordedEvent)

export const expectedAt = (path: string): unknown => JSON.parse(readFileSync(join(GOLDEN, `${path}.json`), 'utf8'))

export const readerFor = (path: string): Workflow => {
  const reader = readers.find(({ name }) => name === path.split('/')[0])
  if (!reader) throw new Error(`${path} is of no lifecycle`)
  return reader
}

/** What a life comes to, and, told by a hash each, what it was after each event: a later one may cover an earlier one's error. */
export const foldedBy = (workflow: Workflow, events: readonly RecordedEvent[]): object => {
  const stream = events[0]?.stream ?? ''
  const instance = blankInstance(workflow, stream.slice(stream.indexOf('-') + 1))
  const after = events.map(event => {
    takeIn(instance, factOf(workflow, event))
    return hash('sha256', JSON.stringify(told(instance), inOrder)).slice(0, 16)
  })
  return { ...told(instance), after }
}

/** The order in which an object's members were set says nothing. */
const inOrder = (_: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value

/** As JSON can say it. */
const told = ({ value, data, due, holds, startedOn, acts, entries, texts, commands }: Instance): object =>
  JSON.parse(
    JSON.stringify({
      state: value,
      data,
      due,
      holds: [...holds],
      startedOn,
      acts: [...acts],
      entries: [...entries],
      texts: [...texts],
      commands: commands.count,
    }),
  )

/** The kinds of events and the shapes in which they stand there: `NeedPosted@1`. */
export const shapesIn = (events: readonly RecordedEvent[]): string[] =>
  events.map(event => `${event.type}@${recordedFact(event).metadata.shape ?? 1}`)
