/** The thread in which a client lives, and the lines that are open to it. */
import { Worker } from 'node:worker_threads'
import type { Answer, Answered, Asked, Question } from './client-messages.ts'

export type Line = { say(question: Question): void; close(): void }

export type ClientThread = {
  /** Resolves when it can be asked, or has ended before that. */
  ready: Promise<void>
  /** `heard` is told each answer, and at last (unless the line was closed) what ended the thread. */
  open(question: Question, heard: Heard): Line
  /** When a question of this kind was last answered, as `performance.now()`: one kind may be silent beside others. */
  lastAnswered(ask: Question['ask']): number
  hasEnded(): boolean
  /** Ends it with its connections; whatever waits for an answer is told why. */
  end(why: string): Promise<void>
}

type Heard = (answer: Answer) => void

const STARTED_WITHIN_MS = 30_000

export const startThread = (url: string): ClientThread => {
  const worker = workerFor(url)
  const lines = openLines()
  const starting = Promise.withResolvers<void>()
  const late = setTimeout(() => void end('the client of the log did not start'), STARTED_WITHIN_MS)
  const started = (): void => {
    clearTimeout(late)
    starting.resolve()
  }
  let ended = false
  const end = async (why: string): Promise<void> => {
    if (ended) return
    ended = true
    started()
    lines.endAll(why)
    await worker.terminate()
  }
  const hear = (answers: readonly Answered[]): void => {
    started()
    for (const { to, ...answer } of answers) lines.tell(to, answer)
  }
  worker
    .on('message', hear)
    .on('error', error => void end(`the client of the log broke: ${error.message}`))
    .on('exit', () => void end('the client of the log ended'))
  const say = batched<Asked>(questions => {
    if (!ended) worker.postMessage(questions)
  })
  return {
    ready: starting.promise,
    open: (question, heard) => (ended ? deadLine(heard) : lineTo(worker, lines, say, question, heard)),
    lastAnswered: lines.lastAnswered,
    hasEnded: () => ended,
    end,
  }
}

const workerFor = (url: string): Worker => {
  const worker = new Worker(new URL('./client-thread.ts', import.meta.url), {
    workerData: { url },
    name: 'eventstore-client',
    // Not those of the process: a test runner's and a debugger's are for the process.
    execArgv: [],
  })
  // Only who waits for an answer keeps the process.
  worker.unref()
  return worker
}

type Lines = ReturnType<typeof openLines>

const openLines = () => {
  const lines = new Map<number, { ask: Question['ask']; heard: Heard }>()
  const answered = new Map<Question['ask'], number>()
  let count = 0
  return {
    add: ({ ask }: Question, heard: Heard): number => {
      count++
      lines.set(count, { ask, heard })
      return count
    },
    drop: (to: number): void => void lines.delete(to),
    areAllClosed: (): boolean => lines.size === 0,
    tell: (to: number, answer: Answer): void => {
      const line = lines.get(to)
      if (line) answered.set(line.ask, performance.now())
      line?.heard(answer)
    },
    endAll: (why: string): void => {
      for (const { heard } of lines.values()) heard({ failure: { kind: 'no-answer', message: why } })
      lines.clear()
    },
    lastAnswered: (ask: Question['ask']): number => answered.get(ask) ?? 0,
  }
}

const lineTo = (worker: Worker, lines: Lines, say: (asked: Asked) => void, question: Question, heard: Heard): Line => {
  const to = lines.add(question, heard)
  worker.ref()
  say({ to, ...question })
  return {
    say: more => say({ to, ...more }),
    close: () => {
      lines.drop(to)
      if (lines.areAllClosed()) worker.unref()
    },
  }
}

/** To a thread that has ended: nothing was sent. */
const deadLine = (heard: Heard): Line => {
  queueMicrotask(() => heard({ failure: { kind: 'unreachable', message: 'the client of the log has ended' } }))
  return { say: () => undefined, close: () => undefined }
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
