/**
 * The instances that a process keeps, as many as go into the memory it gives them; whoever was asked for least
 * recently goes first. What an instance takes is reckoned when it comes, and again when it has grown by a third.
 */
import { heapBytes } from './heap-bytes.ts'
import type { Instance } from './instance.ts'

export type InstanceCache = {
  /** Asked for: it goes last. */
  get(stream: string): Instance | undefined
  /** Looked at: its turn does not change. */
  peek(stream: string): Instance | undefined
  /** Asked for and changed, or loaded; the last one is kept however large it is. */
  keep(instance: Instance): void
  /** It has changed without being asked for. */
  changed(instance: Instance): void
  drop(stream: string): void
  size(): number
  bytes(): number
  /** How many went because others came. */
  evicted(): number
}

type Kept = { instance: Instance; bytes: number; reckonedAt: number }

const GROWN_BY_A_THIRD = 4 / 3
const FEWEST_EVENTS = 16
const PLACE_IN_THE_MAP = 512

export const instanceCache = (budget: number): InstanceCache => {
  const kept = new Map<string, Kept>()
  let bytes = 0
  let evicted = 0

  const drop = (stream: string): void => {
    bytes -= kept.get(stream)?.bytes ?? 0
    kept.delete(stream)
  }

  const putLast = (entry: Kept): void => {
    const { stream } = entry.instance
    drop(stream)
    kept.set(stream, entry)
    bytes += entry.bytes
  }

  const makeRoom = (): void => {
    while (bytes > budget && kept.size > 1) {
      drop(kept.keys().next().value as string)
      evicted++
    }
  }

  const entryOf = (instance: Instance): Kept => {
    const entry = kept.get(instance.stream)
    return entry?.instance === instance && !hasGrown(entry) ? entry : reckoned(instance)
  }

  return {
    get: stream => {
      const entry = kept.get(stream)
      if (entry) putLast(entry)
      return entry?.instance
    },
    peek: stream => kept.get(stream)?.instance,
    keep: instance => {
      putLast(entryOf(instance))
      makeRoom()
    },
    changed: instance => {
      const [before, entry] = [kept.get(instance.stream), entryOf(instance)]
      kept.set(instance.stream, entry)
      bytes += entry.bytes - (before?.bytes ?? 0)
    },
    drop,
    size: () => kept.size,
    bytes: () => bytes,
    evicted: () => evicted,
  }
}

const reckoned = (instance: Instance): Kept => ({
  instance,
  bytes: bytesOf(instance),
  reckonedAt: instance.revision,
})

const hasGrown = ({ instance, reckonedAt }: Kept): boolean =>
  instance.revision > Math.max(reckonedAt + FEWEST_EVENTS, reckonedAt * GROWN_BY_A_THIRD)

/** Its workflow is everybody's; the rest is its own, with its place in the map. */
const bytesOf = ({ workflow: _, ...own }: Instance): number => PLACE_IN_THE_MAP + heapBytes(own)
