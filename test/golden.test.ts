/** What was recorded folds to what it folded to when it was recorded: every kind of event of every lifecycle. */
import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { linksOf } from '../engine/chain.ts'
import type { EventMeta, Workflow } from '../engine/definition.ts'
import { recordedFact, shapeNow } from '../engine/lift.ts'
import { workflows } from '../workflows/index.ts'
import { eventsAt, expectedAt, foldedBy, goldenPaths, readerFor, shapesIn } from './support/golden.ts'

const histories = goldenPaths().map(path => ({
  path,
  reader: readerFor(path),
  events: eventsAt(path),
  expected: expectedAt(path),
}))
type Golden = (typeof histories)[number]
const HOW = 'record it: npm run record-golden'

t.test('every golden history folds to what it folded to', async t => {
  for (const golden of histories) t.strictSame(foldedBy(golden.reader, golden.events), golden.expected, golden.path)
})

t.test(
  'its bytes are those that were recorded: each event carries the hash of its own and of the one before',
  async t => {
    for (const golden of histories) {
      let before = ''
      for (const { stream, revision, type, data, metadata } of golden.events) {
        const links = linksOf({ stream, revision, before }, { type, data, metadata })
        t.strictSame(links?.carried, links?.due, `${golden.path}@${revision}`)
        before = links?.carried.hash ?? ''
      }
    }
  },
)

t.test('there is one of every event of every lifecycle, in the shape of today', async t => {
  for (const workflow of workflows) {
    const own = histories.filter(({ reader }) => reader === workflow)
    const recorded = new Set(own.flatMap(({ events }) => shapesIn(events)))
    for (const type of Object.keys(workflow.events)) {
      const shape = `${type}@${shapeNow(workflow, type)}`
      t.ok(recorded.has(shape), `${workflow.name} ${shape}; if there is none, ${HOW}`)
    }
  }
})

t.test('one recorded in old shapes is read by the lifecycle of today', async t => {
  const [golden] = histories.filter(({ path }) => path.startsWith('lantern/'))
  t.strictSame(shapesIn(golden?.events ?? []), ['Hung@1', 'Filled@1', 'Filled@1', 'TakenDown@1'])
  const { version } = recordedFact(golden?.events[0] as Golden['events'][number]).metadata
  t.strictSame([version, golden?.reader.version], [1, 3])
  t.match(golden?.expected, { data: { ml: 3_000, by: ['未记录', '未记录'] } })
})

/** A fold that does nothing for this kind of event. */
const without = (workflow: Workflow, type: string): Workflow => ({
  ...workflow,
  evolve: { ...workflow.evolve, [type]: (data: never) => data },
})

const differs = (workflow: Workflow, { events, expected }: Golden): boolean => {
  try {
    return !isDeepStrictEqual(foldedBy(workflow, events), expected)
  } catch {
    return true
  }
}

/** True where this kind of event changes the data of this life. */
const changes = (workflow: Workflow, type: string, { events }: Golden): boolean => {
  let changed = false
  const watched = (data: never, event: never, meta: EventMeta) => {
    const after = workflow.evolve[type]?.(data, event, meta)
    changed ||= !isDeepStrictEqual(after, data)
    return after
  }
  foldedBy({ ...workflow, evolve: { ...workflow.evolve, [type]: watched } }, events)
  return changed
}

for (const workflow of workflows)
  t.test(`a fold of ${workflow.name} that is changed makes one fail`, async t => {
    const own = histories
      .filter(({ reader }) => reader === workflow)
      .sort((one, other) => one.events.length - other.events.length)
    for (const type of Object.keys(workflow.events)) {
      const holding = own.filter(({ events }) => events.some(event => event.type === type))
      const telling = holding.find(golden => changes(workflow, type, golden))
      if (telling) t.ok(differs(without(workflow, type), telling), type)
    }
  })
