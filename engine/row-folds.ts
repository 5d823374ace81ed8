/** What facts make of a table's rows: pure, so that a read model can be kept live, built anew, or held against a fresh fold. */
import { CLAIM } from './claim.ts'
import type { Fact } from './event-codec.ts'
import type { Position } from './event-store.ts'
import type { FactOf, Table, Touch } from './projection.ts'
import type { Row } from './read-model-tables.ts'

/** An event that a row fold cannot take. */
export class PoisonEvent extends Error {
  readonly at: Position
  constructor(at: Position, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.at = at
  }
}

export type Touched = { fact: FactOf<unknown>; keys: readonly string[]; row: Touch<Row, unknown>['row'] }

/** Which rows these facts touch, in order. */
export const touchesOf = (table: Table, facts: readonly Fact[]): Touched[] =>
  facts.filter(isOfALife).flatMap(fact => {
    const touches = touchesFor(table, fact)
    if (touches.length === 0) return []
    const seen = { ...fact, id: fact.stream.slice(fact.stream.indexOf('-') + 1) }
    return touches.map(touch => ({ fact: seen, keys: guarded(fact, () => touch.keys(seen)), row: touch.row }))
  })

const touchesFor = ({ touches }: Table, { type, metadata: { workflow } }: Fact): Touch<Row, unknown>[] =>
  [touches[workflow], touches['*']]
    .flatMap(ofWorkflow => [ofWorkflow?.[type], ofWorkflow?.['*']])
    .filter(touch => touch !== undefined)

/** A claim is no life: not even a table that any life touches has a row for it. */
const isOfALife = ({ metadata }: Fact): boolean => metadata.workflow !== CLAIM

/** The rows that are another then; nothing where there is none any more. */
export const foldRows = (rows: ReadonlyMap<string, Row>, touched: readonly Touched[]): Map<string, Row | undefined> => {
  const changed = new Map<string, Row | undefined>()
  for (const { fact, keys, row } of touched)
    for (const key of keys) {
      const before = changed.has(key) ? changed.get(key) : rows.get(key)
      changed.set(
        key,
        guarded(fact, () => row(before, fact, key)),
      )
    }
  // Where there was none and is none, nothing has changed.
  for (const [key, row] of changed) if (row === undefined && !rows.has(key)) changed.delete(key)
  return changed
}

/** What cannot be done with an event is told with its position. */
export const guarded = <T>(fact: { position: Position }, work: () => T): T => {
  try {
    return work()
  } catch (error) {
    throw new PoisonEvent(fact.position, error)
  }
}
