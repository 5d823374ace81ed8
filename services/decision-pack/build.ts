/** A decision pack out of the log: the lives of a round under the latest head, with proofs, for one reader. */

import { linkIn } from '../../engine/chain.ts'
import type { Actor } from '../../engine/definition.ts'
import type { RecordedEvent } from '../../engine/event-store.ts'
import type { Instance } from '../../engine/instance.ts'
import { factOf } from '../../engine/lift.ts'
import type { SignedHead } from '../../engine/log-head.ts'
import type { ProvingTree } from '../../engine/log-tree.ts'
import { streamPages } from '../../engine/stream-pages.ts'
import { scoresKey } from '../../workflows/competition-round/keys.ts'
import { placeInTree } from '../api/history-proof.ts'
import type { Services } from '../api/services.ts'
import { placeOfHead } from '../head-place.ts'
import { headCovering, latestHead } from '../log-heads.ts'
import { livesOf } from './completeness.ts'
import { type Decision, decisionIn, lifeOf } from './decision.ts'
import { definitionsOf } from './definitions.ts'
import type { DecisionPack } from './format.ts'
import { roundIn } from './replay.ts'
import { type Showing, sealedIn, showingsOf } from './shown.ts'
import { summaryOf } from './verify.ts'

type Parts = Pick<Services, 'handler' | 'instances' | 'store' | 'tree' | 'db' | 'keys'>
type Streams = DecisionPack['streams']

/**
 * Nothing while no list of the round is public under a signed head. `kept`: heads that the reader knows it by, no later
 * than the latest.
 */
export const decisionPackOf = async (
  parts: Parts,
  round: Instance,
  actor: Actor,
  kept: readonly SignedHead[] = [],
): Promise<DecisionPack | undefined> => {
  const head = await latestHead(parts.db)
  const end = head && (await placeOfHead(parts.store, parts.tree, head))
  if (!head || end === undefined) return undefined
  const streams = await streamsOf(parts, round, actor, { head, end, tree: parts.tree.remembering() })
  const decision = decisionIn({ round: round.id, streams, keys: [], sealed: [] })
  if ('flaw' in decision) return undefined
  const publications = publicationsIn(decision)
  if (publications.length === 0) return undefined
  const every = [
    decision.round,
    ...decision.proposals.values(),
    ...decision.ballots.values(),
    ...decision.objections.values(),
  ]
  return {
    format: 'gongchuang-decision-1',
    round: round.id,
    definitions: definitionsOf(every.flatMap(({ told }) => told)),
    ...summaryOf(decision.rules, roundIn(decision)),
    keys: await keysOf(parts, decision),
    sealed: await sealedOf(parts, decision, streams),
    streams,
    heads: await headsOf(parts, head, [...(await firstOver(parts, publications)), ...kept]),
  }
}

// ── events ──────────────────────────────────────────────────────────────────────────────────────

type Covered = { head: SignedHead; end: string; tree: ProvingTree }

/**
 * The lives that the round names in its events under the head, whatever it named since. One after the other: a round has
 * hundreds of lives, and others want the database too.
 */
const streamsOf = async (parts: Parts, round: Instance, actor: Actor, covered: Covered): Promise<Streams> => {
  const events = await eventsOf(parts, round, actor, covered)
  const streams: Streams = [{ stream: round.stream, events }]
  for (const [name, id] of livesOf(lifeOf(round.stream, events)).slice(1)) {
    const instance = await parts.instances.get(parts.handler.workflow(name), id)
    streams.push({ stream: instance.stream, events: await eventsOf(parts, instance, actor, covered) })
  }
  return streams
}

const eventsOf = async (parts: Parts, instance: Instance, actor: Actor, covered: Covered) => {
  const recorded = await wholeStream(parts, instance)
  const showings = showingsOf(
    instance,
    actor,
    recorded.map(event => factOf(instance.workflow, event)),
  )
  const events: Streams[number]['events'] = []
  for (const event of recorded.filter(({ position }) => position <= covered.end))
    events.push(await proven(covered, event, showings[event.revision] ?? 'hidden'))
  return events
}

const wholeStream = async ({ store }: Parts, { stream }: Instance): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = []
  for await (const page of streamPages(store, stream)) events.push(...page)
  return events
}

const proven = async (
  { tree, head }: Covered,
  event: RecordedEvent,
  showing: Showing,
): Promise<Streams[number]['events'][number]> => {
  const place = await placeInTree(tree, event, head)
  const { type, data, metadata } = event
  const { hash = '', bodyHash = '' } = linkIn(metadata) ?? {}
  if (showing === 'shown') return { ...place, type, data, metadata }
  return showing === 'masked' ? { ...place, type, bodyHash } : { ...place, hash }
}

// ── what goes with them ─────────────────────────────────────────────────────────────────────────

const publicationsIn = ({ round }: Decision): number[] =>
  round.told.flatMap(({ type, leaf }) => (type === 'PublicityOpened' || type === 'PublishedAgain' ? [leaf] : []))

/** The keys of the sittings whose sheets were revealed; another sitting's key stays where it is. */
const keysOf = async ({ keys }: Parts, { round }: Decision): Promise<DecisionPack['keys']> => {
  const reveals = round.told.filter(({ type }) => type === 'SheetsRevealed').length
  const names = Array.from({ length: reveals }, (_, n) => scoresKey(round.id, n + 1))
  const found = await keys.toOpen(names)
  return names.flatMap(name => {
    const key = found.get(name)
    return key === undefined || key === 'erased' ? [] : [{ name, key: key.export().toString('base64') }]
  })
}

/** Of the events under the head alone. */
const sealedOf = async (parts: Parts, { ballots }: Decision, streams: Streams): Promise<DecisionPack['sealed']> => {
  const sealed: DecisionPack['sealed'] = []
  for (const ballot of ballots.keys()) {
    const instance = await parts.instances.get(parts.handler.workflow('ballot'), ballot)
    const covered = streams.find(({ stream }) => stream === instance.stream)?.events.length ?? 0
    const facts = (await wholeStream(parts, instance)).slice(0, covered).map(event => factOf(instance.workflow, event))
    sealed.push(...sealedIn(facts).map(seal => ({ ballot, ...seal })))
  }
  return sealed
}

/** The first head after each publication: who keeps the head of that day keeps this one. */
const firstOver = async ({ db }: Parts, leaves: readonly number[]): Promise<SignedHead[]> => {
  const heads = await Promise.all(leaves.map(leaf => headCovering(db, leaf)))
  return heads.filter(head => head !== undefined)
}

/** Smallest first, each but the last with the proof that the log grew from there. */
const headsOf = async (
  { tree }: Parts,
  last: SignedHead,
  some: readonly SignedHead[],
): Promise<DecisionPack['heads']> => {
  const bySize = new Map(some.filter(({ size }) => size < last.size).map(head => [head.size, head]))
  const heads: DecisionPack['heads'] = []
  for (const head of [...bySize.values()].toSorted((one, other) => one.size - other.size))
    heads.push({ head, consistency: hexed(await tree.consistency(head.size, last.size)) })
  return [...heads, { head: last, consistency: [] }]
}

const hexed = (hashes: readonly Buffer[]): string[] => hashes.map(hash => hash.toString('hex'))
