/** The history of one instance with proofs, for whoever wants to check it without the service. */
import { linkIn } from '../../engine/chain.ts'
import type { RecordedEvent } from '../../engine/event-store.ts'
import type { SignedHead } from '../../engine/log-head.ts'
import type { LogTree } from '../../engine/log-tree.ts'
import type { ProvenEvent, ProvenHistory } from '../../engine/proven-history.ts'
import { headNow } from './log-routes.ts'
import type { Services } from './services.ts'

const MOST = 10_000

/** Every event under the latest head, byte for byte; sealed values stay sealed. */
export const historyWithProofs = async (services: Services, stream: string): Promise<ProvenHistory> => {
  const head = await headNow(services)
  const recorded = await services.store.readStream(stream, 0, MOST)
  const covered = recorded.filter(({ position }) => position <= head.upTo)
  return {
    format: 'gongchuang-history-1',
    stream,
    events: await Promise.all(covered.map(event => withProof(services.tree, event, head))),
    later: recorded.length - covered.length,
    head,
  }
}

const withProof = async (
  tree: LogTree,
  { revision, type, data, metadata, position }: RecordedEvent,
  head: SignedHead,
): Promise<ProvenEvent> => {
  const leaf = await tree.leafOf(position, linkIn(metadata)?.hash ?? '')
  if (leaf === undefined) throw new Error(`the event at ${position} is not in the tree under a head that covers it`)
  const proof = await tree.inclusion(leaf, head.size)
  return { revision, type, data, metadata, leaf, proof: proof.map(hash => hash.toString('hex')) }
}
