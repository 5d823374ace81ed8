/** Corrections that wait for a second person: proposed, then approved or rejected by somebody else. */
import { z } from 'zod'
import { camelCase, correctionOf, entryOf, messageOf, type Parts, rulesOf, type Words } from './correction-parts.ts'
import { type AnyFacts, all, type Corrections, type EventMeta, type Permit } from './definition.ts'

const correctionNumber = z
  .int()
  .positive()
  .max(9999)
  .meta({ zh: '更正编号', en: 'Correction', examples: [1] })

const REJECT = 'reject-correction'
const nothingWaits = { zh: '没有这一待同意的更正', en: 'No such correction waits for a second person.' }

type Correctable = { corrections: Corrections }
const openOf = ({ data }: Pick<AnyFacts, 'data'>) => (data as Correctable).corrections.open
type Decided = { correction: number; [at: string]: unknown } | undefined
/** Number and entry are those that wait: who is kept apart from an entry names it here too. */
const names = ({ at }: Words, open: Corrections['open'], decided: Decided): boolean =>
  open !== undefined &&
  open.correction === decided?.correction &&
  (at === undefined || (open.given as Record<string, unknown>)[at] === decided[at])

const closed = (data: Correctable): Correctable => ({ ...data, corrections: { proposed: data.corrections.proposed } })

type Names = { propose: string; approve: string; proposed: string; corrected: string }
const namesOf = ({ command, event }: Words): Names => ({
  propose: command,
  approve: `approve-${command.slice('correct-'.length)}-correction`,
  proposed: event.replace(/Corrected$/, 'CorrectionProposed'),
  corrected: event,
})

export const bySecond = (words: Words): Parts => {
  const names = namesOf(words)
  const { propose, approve, proposed, corrected } = names
  const [judged, again] = [rulesOf(words), judgedAgain(words, names)]
  return {
    ...messagesOf(words, names),
    rules: { ...judged, ...again },
    ...recordsOf(names),
    evolve: foldsOf(words, names),
    permits: { [propose]: words.by, [approve]: words.second ?? [] },
    apart: [
      {
        zh: '提出更正的人不得同意该更正',
        en: 'Who proposed a correction does not approve it.',
        did: [proposed],
        same: 'correction',
        mayNot: [approve],
      },
    ],
    corrections: [{ ...correctionOf(words, proposed, [propose, approve]), dismissal: REJECT }],
    ways: {
      always: {},
      proposes: { [propose]: { guard: all('noCorrectionIsOpen', ...Object.keys(judged)), actions: proposed } },
      decides: { [approve]: { guard: all(...Object.keys(again)), actions: corrected } },
    },
  }
}

const messagesOf = (words: Words, { propose, approve, proposed, corrected }: Names) => {
  const { zh, en } = words
  const said = messageOf(words)
  const numbered = z.strictObject({ correction: correctionNumber, ...said.shape })
  return {
    commands: {
      [propose]: said.meta({ zh: `提出更正${zh}`, en: `Propose to correct the ${en}` }),
      [approve]: z
        .strictObject({ correction: correctionNumber, ...entryOf(words) })
        .meta({ zh: `同意更正${zh}`, en: `Approve the correction of the ${en}` }),
    },
    events: {
      [proposed]: numbered.meta({ zh: `已提出更正${zh}`, en: `correction of the ${en} proposed` }),
      [corrected]: numbered.meta({ zh: `${zh}已更正`, en: `${en} corrected` }),
    },
  }
}

const recordsOf = ({ proposed, corrected }: Names): Pick<Parts, 'records'> => ({
  records: {
    [proposed]: ({ data }, { data: said }) => ({
      correction: (data as Correctable).corrections.proposed + 1,
      ...said,
    }),
    [corrected]: (facts, { data: decided }) => ({ ...decided, ...openOf(facts)?.given }),
  },
})

const foldsOf = ({ apply }: Words, { propose: command, proposed, corrected }: Names): Parts['evolve'] => ({
  [proposed]: (data: Correctable, { correction, ...given }: { correction: number }) => ({
    ...data,
    corrections: { proposed: correction, open: { correction, command, given } },
  }),
  [corrected]: (data: Correctable, given: object, meta: EventMeta) => closed(apply(data, given, meta) as Correctable),
})

/** What was proposed must still hold when it is approved. */
const judgedAgain = (words: Words, { propose, approve }: Names): Parts['rules'] => {
  const open = (facts: AnyFacts) => [openOf(facts)].find(each => each?.command === propose)
  const again = Object.entries(words.rules).map(([name, { reads: _, ...rule }]) => [
    `${name}Still`,
    { ...rule, of: approve, holds: (facts: AnyFacts) => rule.holds(facts, (open(facts)?.given ?? {}) as never) },
  ])
  return {
    [`${camelCase(approve)}IsOpen`]: {
      of: approve,
      reads: ['correction', ...Object.keys(entryOf(words))],
      metBy: [propose],
      ...nothingWaits,
      holds: (facts, decided) => names(words, open(facts), decided),
    },
    ...Object.fromEntries(again),
  }
}

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
        holds: (facts, decided?: Decided) => openOf(facts)?.correction === decided?.correction,
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
