/**
 * The system post that signs heads of the log: after so many events or minutes, at once when a round's list is published,
 * and only when something other than its own events is new. It acts through the command handler like everybody.
 */
import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { Clock } from '../engine/clock.ts'
import type { CommandHandler } from '../engine/command-handler.ts'
import type { EventStore, RecordedEvent } from '../engine/event-store.ts'
import type { Instances } from '../engine/instances.ts'
import { publicTextOf, type SignedHead, signHead } from '../engine/log-head.ts'
import type { LogTree } from '../engine/log-tree.ts'
import type { TreeStanding } from '../engine/log-tree-growth.ts'
import { logKey } from '../workflows/log-key.ts'
import type { HeadOptions } from './config.ts'
import { headCopies } from './head-copies.ts'
import { placeOfHead } from './head-place.ts'
import type { Leased } from './lease.ts'
import { keysOfHeads, latestHead } from './log-heads.ts'

/** Called with what was added, whenever the tree has been compared with the log. Never rejects. */
export type Look = (standing: TreeStanding, added: readonly RecordedEvent[], caughtUp: boolean) => Promise<void>

export type NotaryParts = {
  db: Kysely<unknown>
  store: EventStore
  handler: CommandHandler
  instances: Instances
  tree: LogTree
  clock: Clock
  logger: Logger
  key: KeyObject
} & HeadOptions

export type Notary = Leased & {
  /** Anew for each time that this process keeps the tree: what another signed meanwhile is looked up. */
  look(): Look
}

export const openNotary = (parts: NotaryParts): Notary => {
  const copies = parts.to === undefined ? undefined : headCopies(parts.to, parts.logger)
  return {
    look: () => lookOf(parts, head => copies?.send(head)),
    stop: async () => copies?.stop(),
  }
}

/** Hears of each head that was recorded, and of the last one before that. */
type Send = (head: SignedHead) => void

const PERSON = 'system:notary'
const PAGE = 1_000
const MINUTE = 60_000
const TRY_AGAIN_MS = 5_000

/** `published`: a list of a round was, since the last head: people keep the head of that moment. */
type Office = { life: string; last: SignedHead | undefined; news: boolean; published: boolean }

const lookOf = (parts: NotaryParts, send: Send): Look => {
  let office: Office | undefined
  let notBefore = 0

  const consider = async (
    standing: TreeStanding,
    added: readonly RecordedEvent[],
    caughtUp: boolean,
  ): Promise<void> => {
    office ??= await opened(parts, send)
    office.news ||= added.some(isNews)
    office.published ||= added.some(isPublication)
    if (!office.news || !caughtUp || !isDue(parts, office, standing)) return
    office.last = await signed(parts, office.life, standing)
    office.news = false
    office.published = false
    send(office.last)
  }

  return async (standing, added, caughtUp) => {
    if (performance.now() < notBefore) return
    await consider(standing, added, caughtUp).catch(error => {
      office = undefined
      notBefore = performance.now() + TRY_AGAIN_MS
      parts.logger.warn({ err: error }, 'no head of the log could be signed; trying again')
    })
  }
}

const opened = async (parts: NotaryParts, send: Send): Promise<Office> => {
  const life = await publishedKey(parts)
  await retireOthers(parts, life)
  const last = await latestHead(parts.db)
  if (last) send(last)
  const since = last && (await placeOfHead(parts.store, parts.tree, last))
  const later = await parts.store.readAll(since, PAGE)
  return { life, last, news: later.some(isNews), published: later.some(isPublication) }
}

const isNews = ({ stream }: RecordedEvent): boolean => !stream.startsWith(`${logKey.category}-`)

/** A decision hangs on the head that is signed then: see `docs/decision-pack.md`. */
const isPublication = ({ stream, type }: RecordedEvent): boolean =>
  stream.startsWith('competitionRound-') && (type === 'PublicityOpened' || type === 'PublishedAgain')

const isDue = ({ events, minutes, clock }: NotaryParts, { last, published }: Office, { size }: TreeStanding): boolean =>
  // The tree follows the log at a distance: what is news may not be in it yet.
  size > (last?.size ?? 0) &&
  (last === undefined ||
    published ||
    size - last.size >= events ||
    clock.now().getTime() - Date.parse(last.signedAt) >= minutes * MINUTE)

const signed = async (parts: NotaryParts, life: string, { size, position }: TreeStanding): Promise<SignedHead> => {
  const root = (await parts.tree.root(size)).toString('hex')
  const head = signHead(parts.key, { size, upTo: position, root, signedAt: parts.clock.now().toISOString() })
  await act(parts, 'sign-head', head, head.signature, life)
  return head
}

const act = ({ handler }: NotaryParts, command: string, input: object, key: string, id?: string) =>
  handler.handle({ workflow: logKey.name, ...(id !== undefined && { id }), command, input, person: PERSON, key })

/** The life of this key: begun now, or known from before. */
const publishedKey = async (parts: NotaryParts): Promise<string> => {
  const publicKey = publicTextOf(createPublicKey(parts.key))
  return (await act(parts, 'publish-key', { publicKey }, publicKey)).id
}

/** A key that is no longer the one in use signs no more. */
const retireOthers = async (parts: NotaryParts, own: string): Promise<void> => {
  for (const id of await keysOfHeads(parts.db)) {
    const { value } = await parts.instances.get(logKey, id)
    const reason = `由 ${own} 取代 replaced by ${own}`
    if (id !== own && value === 'inUse') await act(parts, 'retire-key', { reason }, 'replaced', id)
  }
}
