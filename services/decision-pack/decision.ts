/** A decision pack as it is recomputed: what the shown events say, read as their lifecycles read them. */
import { createSecretKey, type KeyObject } from 'node:crypto'
import type { Metadata } from '../../engine/event-codec.ts'
import type { Flaw, ProvenEvent, ShownEvent } from '../../engine/proven-history.ts'
import { type RoundPack, roundPack } from '../../workflows/round-pack/pack.ts'
import type { DecisionPack } from './format.ts'

/** An event that is shown, and where it stands: in its stream, and in the whole log. */
export type Told = { at: string; revision: number; leaf: number; type: string; data: unknown; metadata: Metadata }
/** `withheld`: the kinds of events that stand there without what they say; empty where not even the kind is told. */
export type Life = { at: string; id: string; told: readonly Told[]; withheld: readonly string[] }

export type Decision = {
  round: Life
  /** By their ids. */
  proposals: ReadonlyMap<string, Life>
  ballots: ReadonlyMap<string, Life>
  objections: ReadonlyMap<string, Life>
  /** The rule pack that the round is pinned to. */
  rules: RoundPack
  /** By their names. */
  keys: ReadonlyMap<string, KeyObject>
  sealed: DecisionPack['sealed']
}

const CATEGORIES = {
  round: 'competitionRound',
  proposals: 'proposal',
  ballots: 'ballot',
  objections: 'objection',
  rules: 'roundPack',
} as const

/** What is said under a name that the file itself may not choose freely: the round's stream, its pack. */
export const decisionIn = (
  pack: Pick<DecisionPack, 'round' | 'streams' | 'keys' | 'sealed'>,
): Decision | { flaw: Flaw } => {
  const lives = (category: string) =>
    new Map(
      pack.streams.flatMap(({ stream, events }) =>
        stream.startsWith(`${category}-`) ? [[idOf(stream), lifeOf(stream, events)] as const] : [],
      ),
    )
  const round = lives(CATEGORIES.round).get(pack.round)
  if (!round) return { flaw: missing(pack.round, '轮次', 'the round') }
  const rules = rulesIn([...lives(CATEGORIES.rules).values()], round)
  if (!rules) return { flaw: missing('rules', '轮次所用的规则包', 'the rule pack that the round is pinned to') }
  return {
    round,
    rules,
    proposals: lives(CATEGORIES.proposals),
    ballots: lives(CATEGORIES.ballots),
    objections: lives(CATEGORIES.objections),
    sealed: pack.sealed,
    keys: new Map(pack.keys.map(({ name, key }) => [name, createSecretKey(Buffer.from(key, 'base64'))])),
  }
}

const idOf = (stream: string): string => stream.slice(stream.indexOf('-') + 1)

const missing = (at: string, zh: string, en: string): Flaw => ({
  at,
  zh: `文件中没有${zh}`,
  en: `the file does not hold ${en}`,
})

export const lifeOf = (stream: string, events: readonly ProvenEvent[]): Life => {
  const shown = events.filter((event): event is ShownEvent => 'data' in event)
  const withheld = events.flatMap(event => ('data' in event ? [] : 'type' in event ? [event.type] : ['']))
  return { at: stream, id: idOf(stream), withheld, told: shown.map(event => toldIn(stream, event)) }
}

const toldIn = (stream: string, { revision, leaf, type, data, metadata }: ShownEvent): Told => ({
  at: `${stream}@${revision} ${type}`,
  revision,
  leaf,
  type,
  data: JSON.parse(data),
  metadata: JSON.parse(metadata) as Metadata,
})

/** Of all packs that the file holds, the one that the round says it opened under. */
const rulesIn = (packs: readonly Life[], round: Life): RoundPack | undefined => {
  const opened = round.told.find(({ type }) => type === 'RoundOpened')?.data as { pack: string } | undefined
  const life = packs.find(({ id }) => id === opened?.pack)
  const published = life?.told.find(({ type }) => type === 'RoundPackPublished')?.data as { pack: unknown } | undefined
  return roundPack.safeParse(published?.pack).data
}
