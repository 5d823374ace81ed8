/** The history of one instance with proofs, for whoever wants to check it without the service. */
import { linkIn } from '../../engine/chain.ts'
import { readingAround, type Surroundings } from '../../engine/decide.ts'
import type { Fact } from '../../engine/event-codec.ts'
import type { RecordedEvent } from '../../engine/event-store.ts'
import type { Instance } from '../../engine/instance.ts'
import { factOf } from '../../engine/lift.ts'
import type { SignedHead } from '../../engine/log-head.ts'
import type { ProvingTree } from '../../engine/log-tree.ts'
import { maySeeEvent, maySeeWhole } from '../../engine/permission.ts'
import type { ProvenHistory } from '../../engine/proven-history.ts'
import { redactionsIn } from '../../engine/redaction.ts'
import { placeOfHead } from '../head-place.ts'
import { headNow } from './log-routes.ts'
import type { Services } from './services.ts'

const MOST = 10_000

/**
 * Every event under the latest head, byte for byte; sealed values stay sealed. One that is not for this reader, or of
 * which a text was taken back, is its hash alone; so is each for a reader who is not to learn what its metadata names.
 */
export const historyWithProofs = async (
  services: Services,
  instance: Instance,
  surroundings: Surroundings,
): Promise<ProvenHistory> => {
  const { workflow, stream } = instance
  const head = await headNow(services)
  const end = (await placeOfHead(services.store, services.tree, head)) ?? ''
  const recorded = await services.store.readStream(stream, 0, MOST)
  const covered = recorded.filter(({ position }) => position <= end)
  const facts = recorded.map(event => factOf(workflow, event))
  const redactions = redactionsIn(workflow, facts)
  const { actor } = surroundings
  const around = readingAround(instance, surroundings)
  const isWhole = maySeeWhole(instance, actor, around)
  const isShown = (event: RecordedEvent) =>
    isWhole && maySeeEvent(instance, actor, facts[event.revision] as Fact, around) && !redactions.has(event.revision)
  const tree = services.tree.remembering()
  const events: HistoryEvent[] = []
  for (const event of covered) events.push(await withProof(tree, event, head, isShown(event)))
  return {
    format: 'gongchuang-history-1',
    stream,
    events,
    later: recorded.length - covered.length,
    head,
  }
}

type HistoryEvent = ProvenHistory['events'][number]

const withProof = async (
  tree: ProvingTree,
  event: RecordedEvent,
  head: SignedHead,
  isShown: boolean,
): Promise<HistoryEvent> => {
  const place = await placeInTree(tree, event, head)
  const { type, data, metadata } = event
  return isShown ? { ...place, type, data, metadata } : { ...place, hash: hashOf(event) }
}

const hashOf = ({ metadata }: RecordedEvent): string => linkIn(metadata)?.hash ?? ''

/** Where an event stands in the tree, and that it does. */
export const placeInTree = async (tree: ProvingTree, event: RecordedEvent, { size }: SignedHead) => {
  const { revision, position } = event
  const leaf = await tree.leafOf(position, hashOf(event))
  if (leaf === undefined) throw new Error(`the event at ${position} is not in the tree under a head that covers it`)
  const proof = await tree.inclusion(leaf, size)
  return { revision, leaf, proof: proof.map(each => each.toString('hex')) }
}
