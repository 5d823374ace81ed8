/** What a correction expands to: messages, rules, fold, permits and transitions, as any stage has them. */
import { z } from 'zod'
import {
  type AnyFacts,
  all,
  type Correction,
  type Corrections,
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

export const correctionNumber = z
  .int()
  .positive()
  .max(9999)
  .meta({ zh: '更正编号', en: 'Correction', examples: [1] })

const messageOf = ({ at, fields, entry, reason }: Words): z.ZodObject => {
  const field = (name: string) => entry.shape[name] as z.ZodType
  return z.strictObject({
    ...(at && { [at]: field(at) }),
    ...Object.fromEntries(fields.map(name => [name, field(name).optional()])),
    reason,
  })
}

const nounOf = ({ command }: Words): string => command.slice('correct-'.length)
const camelCase = (kebab: string): string => kebab.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

// ── at once ─────────────────────────────────────────────────────────────────────────────────────

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

const correctionOf = ({ of, at, event }: Words, made: string, commands: string[]): Correction => ({
  entries: of,
  ...(at && { at }),
  event,
  made,
  commands,
})

const rulesOf = (words: Words): Parts['rules'] => ({
  [`${camelCase(words.command)}SaysWhat`]: {
    of: words.command,
    reads: words.fields,
    zh: '请至少填写一项更正后的内容',
    en: 'Say at least one thing anew.',
    holds: (_, given) => words.fields.some(field => given?.[field] !== undefined),
  },
  ...Object.fromEntries(Object.entries(words.rules).map(([name, rule]) => [name, { ...rule, of: words.command }])),
})

// ── by a second person ──────────────────────────────────────────────────────────────────────────

type Correctable = { corrections: Corrections }
const openOf = ({ data }: AnyFacts) => (data as Correctable).corrections.open
const REJECT = 'reject-correction'
const nothingWaits = { zh: '没有这一待同意的更正', en: 'No such correction waits for a second person.' }

export const bySecond = (words: Words): Parts => {
  const { zh, en, command, event, by, second = [] } = words
  const approve = `approve-${nounOf(words)}-correction`
  const proposed = event.replace(/Corrected$/, 'CorrectionProposed')
  const message = messageOf(words)
  const numbered = z.strictObject({ correction: correctionNumber, ...message.shape })
  const judged = judgedAgain(words, approve)
  return {
    commands: {
      [command]: message.meta({ zh: `提出更正${zh}`, en: `Propose to correct the ${en}` }),
      [approve]: z
        .strictObject({ correction: correctionNumber })
        .meta({ zh: `同意更正${zh}`, en: `Approve the correction of the ${en}` }),
    },
    events: {
      [proposed]: numbered.meta({ zh: `已提出更正${zh}`, en: `correction of the ${en} proposed` }),
      [event]: numbered.meta({ zh: `${zh}已更正`, en: `${en} corrected` }),
    },
    rules: { ...rulesOf(words), ...judged },
    records: {
      [proposed]: ({ data }, { data: given }) => ({
        correction: (data as Correctable).corrections.proposed + 1,
        ...given,
      }),
      [event]: (facts, { data: decided }) => ({ ...decided, ...openOf(facts)?.given }),
    },
    evolve: {
      [proposed]: (data: Correctable, { correction, ...given }: { correction: number }) => ({
        ...data,
        corrections: { proposed: correction, open: { correction, command, given } },
      }),
      [event]: (data: Correctable, given: object, meta: EventMeta) => closed(words.apply(data, given, meta) as never),
    },
    permits: { [command]: by, [approve]: second },
    apart: [
      {
        zh: '提出更正的人不得同意该更正',
        en: 'Who proposed a correction does not approve it.',
        did: [proposed],
        same: 'correction',
        mayNot: [approve],
      },
    ],
    corrections: [correctionOf(words, proposed, [command, approve, REJECT])],
    ways: {
      always: {},
      proposes: {
        [command]: { guard: all('noCorrectionIsOpen', ...Object.keys(rulesOf(words))), actions: proposed },
      },
      decides: { [approve]: { guard: all(...Object.keys(judged)), actions: event } },
    },
  }
}

/** What was proposed must still hold when it is approved. */
const judgedAgain = (words: Words, approve: string): Parts['rules'] => ({
  [`${camelCase(approve)}IsOpen`]: {
    of: approve,
    reads: ['correction'],
    metBy: [words.command],
    ...nothingWaits,
    holds: (facts, decided) => {
      const open = openOf(facts)
      return open?.command === words.command && open.correction === decided?.['correction']
    },
  },
  ...Object.fromEntries(
    Object.entries(words.rules).map(([name, { reads: _, ...rule }]) => [
      `${name}Still`,
      { ...rule, of: approve, holds: (facts: AnyFacts) => rule.holds(facts, openOf(facts)?.given as never) },
    ]),
  ),
})

const closed = (data: Correctable): Correctable => ({ ...data, corrections: { proposed: data.corrections.proposed } })

/** What those that wait have in common: there is one at a time, and one way to say no. */
export const waiting = (seconded: readonly Parts[], reason: z.ZodType): Parts => {
  const message = z.strictObject({ correction: correctionNumber, reason })
  return {
    commands: { [REJECT]: message.meta({ zh: '不同意更正', en: 'Reject a correction' }) },
    events: { CorrectionRejected: message.meta({ zh: '更正未获同意', en: 'correction rejected' }) },
    rules: {
      noCorrectionIsOpen: {
        of: '*',
        metBy: [...seconded.flatMap(({ ways }) => Object.keys(ways.decides)), REJECT],
        zh: '另有一项更正待同意，请先办理',
        en: 'Another correction waits; decide on it first.',
        holds: facts => openOf(facts) === undefined,
      },
      rejectedCorrectionIsOpen: {
        of: REJECT,
        reads: ['correction'],
        ...nothingWaits,
        holds: (facts, decided) => openOf(facts)?.correction === decided?.['correction'],
      },
    },
    records: {},
    evolve: { CorrectionRejected: closed as never },
    permits: { [REJECT]: eachOnce(seconded.flatMap(({ permits }) => Object.values(permits).flat())) },
    apart: [],
    corrections: [],
    ways: {
      always: {},
      proposes: {},
      decides: { [REJECT]: { guard: all('rejectedCorrectionIsOpen'), actions: 'CorrectionRejected' } },
    },
  }
}

const eachOnce = (permits: readonly Permit[]): Permit[] => [
  ...new Map(permits.map(permit => [JSON.stringify(permit), permit])).values(),
]
