/** Builds a workflow from its words: fills what may be left out, builds the machine, checks everything, hashes it. */
import { createHash } from 'node:crypto'
import { recordedBy } from './chart.ts'
import { checkClaims } from './claims-check.ts'
import { checkCorrections } from './correction-check.ts'
import { checkDeadlines } from './deadlines-check.ts'
import type { Frame, Messages, Stage, Workflow } from './definition.ts'
import { checkChart, checkMessages, checkReachability, checkReferences, onlyStartCommand } from './definition-check.ts'
import { DefinitionError } from './definition-error.ts'
import { buildMachine } from './machine.ts'
import { textFieldsOf } from './redaction.ts'
import { shapeOf, sourceOf } from './schema-shape.ts'
import { fingerprintsOf, sealingsOf } from './sealed.ts'
import { checkSealing } from './sealing-check.ts'

export { DefinitionError }

type ErasedWords = Stage<never, Record<string, never>, Messages, Messages, string> &
  Frame<never, Record<string, never>, Messages, Messages, string>
/** What `lifecycle` hands over, types erased and nothing checked yet. */
export type UncheckedWorkflow = ErasedWords

type Words = Omit<Workflow, 'machine' | 'hash' | 'startCommand'>
type Pair = Workflow['apart'][number]

const camelCase = (kebab: string): string => kebab.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

export const defineWorkflow = (words: UncheckedWorkflow): Workflow => {
  const filled = {
    ...words,
    endless: false,
    records: {},
    erases: {},
    opens: {},
    seesAccess: [],
    confidential: {},
    within: {},
    called: {},
    members: {},
    people: {},
    impartial: {},
    keys: {},
    apart: [],
    corrections: [],
    intake: { commands: [], by: [] },
    arrivalCounts: [],
    deadlines: {},
    claims: {},
    lifts: {},
    label: () => words.name,
    shows: (data: unknown) => data,
    ...withoutUndefined(words),
    category: camelCase(words.name),
    sealings: mapValues(words.events, sealingsOf),
    fingerprints: mapValues(words.events, fingerprintsOf),
    texts: mapValues(words.events, textFieldsOf),
  } as unknown as Words
  try {
    checkSealing(filled)
    checkMessages(filled)
    checkChart(filled)
    const kept = { ...filled, apart: filled.apart.map(pair => withCorrections(filled, pair)) }
    checkReferences(kept)
    checkCorrections(kept)
    checkClaims(kept)
    checkDeadlines(kept)
    const machine = machineOf(kept)
    checkReachability(machine, kept.endless)
    return hashed({ ...kept, machine, startCommand: onlyStartCommand(kept, machine) })
  } catch (error) {
    if (error instanceof DefinitionError) throw new DefinitionError(`workflow ${words.name}: ${error.message}`)
    throw error
  }
}

/** When it first records something: of a start it would take a quarter, and many a process records nothing. */
const hashed = (words: Omit<Workflow, 'hash'>): Workflow => {
  let hash: string | undefined
  return {
    ...words,
    get hash() {
      hash ??= hashOf(words)
      return hash
    },
  }
}

/** Who may not make an entry may not correct it either. */
const withCorrections = (words: Words, pair: Pair): Pair => {
  const kept = new Set(pair.mayNot.flatMap(command => recordedBy(words.chart, command)))
  const corrections = words.corrections.filter(({ entries }) => entries.some(entry => kept.has(entry)))
  const named = 'same' in pair && pair.same !== undefined
  const more = corrections.flatMap(({ commands, dismissal }) => [
    ...commands,
    ...(dismissal !== undefined && !named ? [dismissal] : []),
  ])
  return { ...pair, mayNot: [...new Set([...pair.mayNot, ...more])] }
}

/** XState looks up every target; what it does not find is a sentence of its own on two lines. */
const machineOf = (words: Words): Workflow['machine'] => {
  try {
    return buildMachine(words)
  } catch (error) {
    throw new DefinitionError(`the chart does not hold together: ${(error as Error).message.replace(/\s+/g, ' ')}`)
  }
}

const withoutUndefined = (words: object) =>
  Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined))

/**
 * Changes when the chart, a schema, a rule, a builder or the fold changes: what decides how a history came
 * about and reads. Titles, permits and the order in which things are written leave it alone.
 */
const hashOf = (words: Words): string =>
  createHash('sha256')
    .update(
      JSON.stringify(
        {
          chart: untitled(words.chart),
          commands: mapValues(words.commands, shapeOf),
          events: mapValues(words.events, shapeOf),
          rules: mapValues(words.rules, ({ of, reads, holds }) => ({ of, reads, holds })),
          records: words.records,
          erases: words.erases,
          evolve: words.evolve,
          lifts: words.lifts,
          claims: mapValues(words.claims, ({ by, entry, releasedBy }) => ({ by, entry, releasedBy })),
          start: words.start,
        },
        canonical,
      ),
    )
    .digest('hex')

type Titled = { meta?: unknown; states?: { [name: string]: Titled } }
const untitled = ({ meta, states, ...node }: Titled): unknown => ({
  ...node,
  states: states && mapValues(states, untitled),
})

const mapValues = <T, U>(dictionary: Record<string, T>, map: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(dictionary).map(([key, value]) => [key, map(value)]))

const canonical = (_: string, value: unknown): unknown => {
  if (typeof value === 'function') return sourceOf(value)
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
}
