/** The thread in which a client lives, and the lines that are open to it. */
import { Worker } from 'node:worker_threads'
import type { Answer, Answered, Asked, Question } from './client-messages.ts'

export type Line = { say(question: Question): void; close(): void }

export type ClientThread = {
  /** Resolves when it can be asked, or has ended before that. */
  ready: Promise<void>
  /** `heard` is told each answer, and at last (unless the line was closed) what ended the thread. */
  open(question: Question, heard: (answer: Answer) => void): Line
  /** When it last said anything, as `performance.now()`. */
  lastHeard(): number
  hasEnded(): boolean
  /** Ends it with its connections; whatever waits for an answer is told why. */
  end(why: string): Promise<unknown>
}

const STARTED_WITHIN_MS = 30_000

export const startThread = (url: string): ClientThread => {
  const worker = new Worker(new URL('./client-thread.ts', import.meta.url), {
    workerData: { url },
    name: 'eventstore-client',
    // Not those of the process: a test runner's and a debugger's are for the process.
    execArgv: [],
  })
  const lines = new Map<number, (answer: Answer) => void>()
  const { promise: ready, resolve: isReady } = Promise.withResolvers<void>()
  const startsLate = setTimeout(() => void end('the client of the log did not start'), STARTED_WITHIN_MS)
  let last = performance.now()
  let ended = false
  let count = 0
  const say = batched<Asked>(questions => {
    if (!ended) worker.postMessage(questions)
  })
  /** Only who waits for an answer keeps the process. */
  const close = (to: number): void => {
    lines.delete(to)
    if (lines.size === 0) worker.unref()
  }
  const end = (why: string): Promise<unknown> => {
    if (ended) return Promise.resolve()
    ended = true
    isReady()
    clearTimeout(startsLate)
    const left = [...lines.values()]
    lines.clear()
    for (const heard of left) heard({ failure: { kind: 'no-answer', message: why } })
    return worker.terminate()
  }
  worker.on('message', (answers: readonly Answered[]) => {
    last = performance.now()
    isReady()
    clearTimeout(startsLate)
    for (const { to, ...answer } of answers) lines.get(to)?.(answer)
  })
  worker.on('error', error => void end(`the client of the log broke: ${error.message}`))
  worker.unref()
  worker.on('exit', () => void end('the client of the log ended'))
  return {
    ready,
    open: (question, heard) => {
      count++
      const to = count
      if (ended)
        queueMicrotask(() => heard({ failure: { kind: 'unreachable', message: 'the client of the log has ended' } }))
      else lines.set(to, heard)
      worker.ref()
      say({ to, ...question })
      return { say: more => say({ to, ...more }), close: () => close(to) }
    },
    lastHeard: () => last,
    hasEnded: () => ended,
    end,
  }
}

/** Gathers what is said in one turn of the event loop. */
export const batched = <Item>(post: (items: readonly Item[]) => void): ((item: Item) => void) => {
  let waiting: Item[] = []
  const flush = (): void => {
    const items = waiting
    waiting = []
    post(items)
  }
  return item => {
    if (waiting.push(item) === 1) setImmediate(flush)
  }
}
