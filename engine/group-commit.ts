/**
 * Many appends, few commits. Whatever is asked for while a batch is under way goes together in the next one;
 * nothing waits for a timer, and a lone append is sent at once. In a batch, and under way at all, is at most
 * one append a stream.
 */
import { LogUnavailable } from './event-store.ts'

/** What a batch comes back with for each of its appends; an error is that append's alone. */
export type Outcome<Answer> = Answer | Error

export type GroupCommit<Append, Answer> = {
  add(append: Append): Promise<Answer>
  /** Takes no more and resolves when everything taken is settled. */
  close(): Promise<void>
}

export type GroupCommitOptions<Append, Answer> = {
  /** One outcome an append, in order; rejects where all share one error. */
  send(batch: readonly Append[]): Promise<readonly Outcome<Answer>[]>
  /** Characters, or anything that grows with an append. */
  sizeOf(append: Append): number
  inFlight: number
  /** So many do not wait for the end of the turn: what they are sent to works while this process prepares the next. */
  atOnce: number
  mostQueued: number
  mostInBatch: number
  mostSize: number
}

type Waiting<Append, Answer> = { append: Append; resolve(answer: Answer): void; reject(error: unknown): void }

export const groupCommit = <Append extends { stream: string }, Answer>(
  options: GroupCommitOptions<Append, Answer>,
): GroupCommit<Append, Answer> => {
  type Item = Waiting<Append, Answer>
  let queue: Item[] = []
  let flying = 0
  let scheduled = false
  let closed: { resolve(): void } | undefined
  const busy = new Set<string>()

  const takeBatch = (): Item[] => {
    const batch: Item[] = []
    const left: Item[] = []
    let size = 0
    for (const item of queue) {
      const full = batch.length === options.mostInBatch || size > options.mostSize
      if (full || busy.has(item.append.stream)) left.push(item)
      else {
        batch.push(item)
        busy.add(item.append.stream)
        size += options.sizeOf(item.append)
      }
    }
    queue = left
    return batch
  }

  const fly = async (batch: readonly Item[]): Promise<void> => {
    try {
      const outcomes = await options.send(batch.map(item => item.append))
      batch.forEach((item, index) => {
        settle(item, outcomes[index])
      })
    } catch (error) {
      for (const item of batch) item.reject(error)
    }
  }

  const land = (batch: readonly Item[]): void => {
    for (const item of batch) busy.delete(item.append.stream)
    flying--
    if (closed && flying === 0 && queue.length === 0) closed.resolve()
    schedule()
  }

  const flush = (): void => {
    scheduled = false
    while (flying < options.inFlight) {
      const batch = takeBatch()
      if (batch.length === 0) return
      flying++
      void fly(batch).finally(() => land(batch))
    }
  }

  /** Enough of them at once; fewer at the end of this turn of the event loop: those who were answered together ask again together. */
  const schedule = (): void => {
    if (queue.length >= options.atOnce && flying < options.inFlight) flush()
    else if (!scheduled && queue.length > 0) {
      scheduled = true
      setImmediate(flush)
    }
  }

  return {
    add: append => {
      if (closed) return Promise.reject(new LogUnavailable('the log is closed'))
      if (queue.length >= options.mostQueued)
        return Promise.reject(new LogUnavailable(`${queue.length} appends are waiting already; try again shortly`))
      return new Promise((resolve, reject) => {
        queue.push({ append, resolve, reject })
        schedule()
      })
    },
    close: () =>
      new Promise(resolve => {
        closed = { resolve }
        if (flying === 0 && queue.length === 0) resolve()
      }),
  }
}

const settle = <Answer>(item: Waiting<unknown, Answer>, outcome: Outcome<Answer> | undefined): void => {
  if (outcome === undefined) item.reject(new Error('the log gave no outcome for an append'))
  else if (outcome instanceof Error) item.reject(outcome)
  else item.resolve(outcome)
}
