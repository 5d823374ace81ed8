/** Waiting that ends early: when a bell is rung or a signal aborts. */

/** Ask for `next()` before you look: a ring between your look and your wait is not missed. */
export const bell = () => {
  let waiting = Promise.withResolvers<void>()
  return {
    next: (): Promise<void> => waiting.promise,
    ring: (): void => {
      waiting.resolve()
      waiting = Promise.withResolvers<void>()
    },
  }
}

/** Resolves after the time given, or before it when `signal` aborts or `rung` resolves; never rejects. */
export const pause = (milliseconds: number, signal?: AbortSignal, rung?: Promise<void>): Promise<void> =>
  new Promise(resolve => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal?.addEventListener('abort', done)
    rung?.then(done)
    if (signal?.aborted) done()
  })
