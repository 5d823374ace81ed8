/** What a correction expands to: messages, rules, fold, permits and transitions, as any stage has them. Here those made at once. */
import { z } from 'zod'
import {
  type AnyFacts,
  all,
  type Correction,
  type ErasedRule,
  type EventMeta,
  type Permit,
  type Title,
  type Transition,
} from './definition.ts'

/** The words of a correction, types erased. */
export type Words = Title & {
  command: `correct-${string}`
  of: readonly string[]
  at?: string
  fields: readonly string[]
  event: `${string}Corrected`
  by: readonly Permit[]
  second?: readonly Permit[]
  rules: Record<string, Omit<ErasedRule, 'of'>>
  apply(data: object, given: object, meta: EventMeta): object
  /** The entry's schema, from which the fields are taken, and the field that says why. */
  entry: z.ZodObject
  reason: z.ZodType
}

export type Ways = Record<string, Transition<string, string>>

/** `always`: what corrects at once; `proposes` and `decides`: what waits for a second person, and what ends that. */
export type Parts = {
  commands: Record<string, z.ZodObject>
  events: Record<string, z.ZodObject>
  rules: Record<string, ErasedRule>
  records: Record<string, (facts: AnyFacts, command: { data: object }) => object>
  evolve: Record<string, (data: never, event: never, meta: EventMeta) => object>
  permits: Record<string, readonly Permit[]>
  apart: readonly (Title & { did: string[]; same: string; mayNot: string[] })[]
  corrections: readonly Correction[]
  ways: { always: Ways; proposes: Ways; decides: Ways }
}

/** The field that names the entry, where there is one. */
export const entryOf = ({ at, entry }: Words): z.ZodRawShape => (at ? { [at]: entry.shape[at] as z.ZodType } : {})

export const messageOf = (words: Words): z.ZodObject =>
  z.strictObject({
    ...entryOf(words),
    ...Object.fromEntries(words.fields.map(name => [name, (words.entry.shape[name] as z.ZodType).optional()])),
    reason: words.reason,
  })

export const camelCase = (kebab: string): string => kebab.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

/** Somebody else checks or decides afterwards, as they would have. */
export const directly = (words: Words): Parts => {
  const { zh, en, command, event, by } = words
  const message = messageOf(words)
  return {
    commands: { [command]: message.meta({ zh: `更正${zh}`, en: `Correct the ${en}` }) },
    events: { [event]: message.meta({ zh: `${zh}已更正`, en: `${en} corrected` }) },
    rules: rulesOf(words),
    records: {},
    evolve: { [event]: words.apply as never },
    permits: { [command]: by },
    apart: [],
    corrections: [correctionOf(words, event, [command])],
    ways: {
      always: { [command]: { guard: all(...Object.keys(rulesOf(words))), actions: event } },
      proposes: {},
      decides: {},
    },
  }
}

export const correctionOf = ({ of, at, event }: Words, made: string, commands: string[]): Correction => ({
  entries: of,
  ...(at && { at }),
  event,
  made,
  commands,
})

export const rulesOf = (words: Words): Parts['rules'] => ({
  [`${camelCase(words.command)}SaysWhat`]: {
    of: words.command,
    reads: words.fields,
    zh: '请至少填写一项更正后的内容',
    en: 'Say at least one thing anew.',
    holds: (_, given) => words.fields.some(field => given?.[field] !== undefined),
  },
  ...Object.fromEntries(Object.entries(words.rules).map(([name, rule]) => [name, { ...rule, of: words.command }])),
})
