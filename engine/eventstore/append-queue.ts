/** Appends on the way: so many at once and no more, one of a stream, the others waiting in the order they came. */
import { LogUnavailable } from '../event-store.ts'

export type AppendQueue<Append, Answer> = {
  /** Rejects with `LogUnavailable` when too many wait, or when closed. */
  add(append: Append): Promise<Answer>
  /** Resolves when all that was added has its answer. */
  close(): Promise<void>
}

type Options<Append, Answer> = {
  send(append: Append): Promise<Answer>
  inFlight: number
  mostQueued: number
}

export const appendQueue = <Append extends { stream: string }, Answer>(
  options: Options<Append, Answer>,
): AppendQueue<Append, Answer> => {
  const ready: (() => void)[] = []
  /** Of each stream with an append on the way or in line: those behind it. */
  const behind = new Map<string, (() => void)[]>()
  let flying = 0
  let waiting = 0
  let closed: { resolve: () => void } | undefined

  const launch = (): void => {
    while (flying < options.inFlight && ready.length > 0) {
      flying++
      waiting--
      ready.shift()?.()
    }
  }

  const landed = (stream: string): void => {
    flying--
    const next = behind.get(stream)?.shift()
    if (next) ready.push(next)
    else behind.delete(stream)
    launch()
    if (flying === 0) closed?.resolve()
  }

  const line = (stream: string, start: () => void): void => {
    waiting++
    const others = behind.get(stream)
    if (others) return void others.push(start)
    behind.set(stream, [])
    ready.push(start)
    launch()
  }

  return {
    add: append => {
      if (closed) return Promise.reject(new LogUnavailable('the log is closed'))
      if (waiting >= options.mostQueued)
        return Promise.reject(new LogUnavailable(`${waiting} appends are waiting already; try again shortly`))
      const { promise, resolve } = Promise.withResolvers<Answer>()
      line(append.stream, () => {
        const answer = options.send(append)
        resolve(answer)
        answer.then(
          () => landed(append.stream),
          () => landed(append.stream),
        )
      })
      return promise
    },
    close: () =>
      new Promise(resolve => {
        closed = { resolve }
        if (flying === 0) resolve()
      }),
  }
}
