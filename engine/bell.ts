/** Waiting that ends early: when a bell is rung or a signal aborts. */

/** Calls `heard` at the first ring since it was asked for; what it gives back stops listening. */
export type Ring = (heard: () => void) => () => void

/** Ask for `next()` before you look: a ring between your look and your wait is not missed. */
export const bell = () => {
  let rings = 0
  const listening = new Set<() => void>()
  return {
    next: (): Ring => {
      const before = rings
      return heard => {
        if (rings === before) listening.add(heard)
        else heard()
        return () => listening.delete(heard)
      }
    },
    ring: (): void => {
      rings++
      for (const heard of listening) heard()
    },
  }
}

/** Resolves after the time given, or before it when `signal` aborts or `ring` is heard; never rejects. */
export const pause = (milliseconds: number, signal?: AbortSignal, ring?: Ring): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, milliseconds)
  const woken = () => resolve()
  signal?.addEventListener('abort', woken)
  const deaf = ring?.(woken)
  if (signal?.aborted) resolve()
  return promise.finally(() => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', woken)
    deaf?.()
  })
}
