/**
 * Whether the file holds all the lives that the round names, each once, in order and as far as others had read in it, and
 * leaves out nothing of them that is shown to everybody. Proofs say that what is there was recorded; this says what must be there.
 */
import type { Flaw, ProvenEvent } from '../../engine/proven-history.ts'
import type { Decision, Life, Told } from './decision.ts'
import type { DecisionPack } from './format.ts'
import { firstOf } from './integrity.ts'
import { DECIDING, GONE_OF_ROUND, KEPT_OF_ROUND, OPENED_OF_BALLOT } from './shown.ts'

type Stream = DecisionPack['streams'][number]

// ── which lives ─────────────────────────────────────────────────────────────────────────────────

/** A life by its lifecycle's name and its id. */
export type Named = readonly [
  workflow: 'competition-round' | 'round-pack' | 'proposal' | 'ballot' | 'objection',
  string,
]

/** What the round's own events name, each where it is named first: its pack, proposals, ballots, objections. */
export const livesOf = ({ id, told }: Life): Named[] => [
  ['competition-round', id],
  ...namedBy(told, 'RoundOpened', 'pack').map(pack => ['round-pack', pack] as const),
  ...namedBy(told, 'ProposalEntered', 'proposal').map(proposal => ['proposal', proposal] as const),
  ...namedBy(told, 'BallotNoted', 'ballot').map(ballot => ['ballot', ballot] as const),
  ...namedBy(told, 'ObjectionNoted', 'objection').map(objection => ['objection', objection] as const),
]

const namedBy = (told: readonly Told[], event: string, field: string): string[] => [
  ...new Set(
    told.filter(({ type }) => type === event).map(({ data }) => (data as Record<string, string>)[field] ?? ''),
  ),
]

const CATEGORIES = {
  'competition-round': 'competitionRound',
  'round-pack': 'roundPack',
  proposal: 'proposal',
  ballot: 'ballot',
  objection: 'objection',
} as const

// ── what is left out ────────────────────────────────────────────────────────────────────────────

export const leftOut = ({ streams }: Pick<DecisionPack, 'streams'>, { round }: Decision): Flaw | undefined =>
  firstOf(streams, withheld) ?? notAsNamed(streams, round) ?? cutShort(streams)

const notAsNamed = (streams: readonly Stream[], round: Life): Flaw | undefined => {
  const due = livesOf(round).map(([workflow, id]) => `${CATEGORIES[workflow]}-${id}`)
  const found = streams.map(({ stream }) => stream)
  const n = Array.from({ length: Math.max(due.length, found.length) }).findIndex((_, at) => due[at] !== found[at])
  if (n < 0) return undefined
  return {
    at: due[n] ?? found[n] ?? 'streams',
    zh: '文件中的流与轮次事件所列的不符：缺少、重复、多出或次序不同',
    en: 'the streams of the file are not those that the round names: one is missing, doubled, too many or out of order',
  }
}

/** An event that everybody is shown, and that this file does not show. */
const withheld = ({ stream, events }: Stream): Flaw | undefined => {
  const mayWithhold = withholding[stream.slice(0, stream.indexOf('-'))]
  const event = events.find(each => !('data' in each) && !mayWithhold?.(each, events))
  return (
    event && {
      at: `${stream}@${event.revision}${typeOf(event) ? ` ${typeOf(event)}` : ''}`,
      zh: '任何人均可看到的事件在文件中未示内容',
      en: 'an event that everybody is shown is not shown by this file',
    }
  )
}

const typeOf = (event: ProvenEvent): string => ('type' in event ? event.type : '')

type MayWithhold = (event: ProvenEvent, events: readonly ProvenEvent[]) => boolean

/** A life that one may not see is hidden from its first event to its last; of one that is seen the kind of each event stands there. */
const allOrNothing: MayWithhold = (event, events) => 'type' in event || events.every(each => !('type' in each))

const isRead = (events: readonly ProvenEvent[]): boolean =>
  events.some(event => 'data' in event && DECIDING.test(event.type))

/** What an event of the same stream, that is shown, says was taken back since. */
const isTakenBack: MayWithhold = ({ revision }, events) =>
  events.some(
    event =>
      'data' in event &&
      event.type === 'TextRedacted' &&
      (JSON.parse(event.data) as { revision: number }).revision === revision,
  )

const withholding: Record<string, MayWithhold | undefined> = {
  competitionRound: (event, events) =>
    KEPT_OF_ROUND.includes(typeOf(event)) ||
    (GONE_OF_ROUND.includes(typeOf(event)) &&
      event.revision < (events.find(each => typeOf(each) === 'ListSettled')?.revision ?? 0)),
  ballot: (event, events) =>
    'type' in event && !(OPENED_OF_BALLOT.includes(event.type) && events.some(each => typeOf(each) === 'SheetsOpened')),
  proposal: (event, events) =>
    allOrNothing(event, events) && (!(DECIDING.test(typeOf(event)) && isRead(events)) || isTakenBack(event, events)),
  objection: allOrNothing,
}

// ── where a stream ends ─────────────────────────────────────────────────────────────────────────

/** Beside each event stands which lives were read for it, and up to where: so far they must be in the file. */
const cutShort = (streams: readonly Stream[]): Flaw | undefined => {
  const lengths = new Map(streams.map(({ stream, events }) => [stream, events.length]))
  const isShort = ([stream, revision]: [string, number]) =>
    revision >= (lengths.get(stream) ?? Number.POSITIVE_INFINITY)
  return firstOf(streams, ({ stream, events }) =>
    firstOf(events, event => {
      const short = reachedBy(event).find(isShort)
      return (
        short && {
          at: `${short[0]}@${short[1]}`,
          zh: `${stream}@${event.revision} 依据了此事件，文件却在此之前中断`,
          en: `the stream ends before it, yet ${stream}@${event.revision} was decided on it`,
        }
      )
    }),
  )
}

/** What was consulted; and by a tally, each ballot as it was counted. */
const reachedBy = (event: ProvenEvent): [stream: string, revision: number][] => {
  if (!('data' in event)) return []
  const { consulted = {} } = JSON.parse(event.metadata) as { consulted?: Record<string, number> }
  const read = Object.entries(consulted)
  if (event.type !== 'TallyRecorded') return read
  const { counted } = JSON.parse(event.data) as { counted: { ballot: string; revision: number }[] }
  return [...read, ...counted.map(({ ballot, revision }): [string, number] => [`ballot-${ballot}`, revision])]
}
