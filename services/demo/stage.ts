/** What the demonstration is played on: people send over HTTP on a simulated clock, and somebody tells what happens. */
import { hash } from 'node:crypto'
import { addDays } from '../../engine/clock.ts'
import type { Storyteller } from '../sample/storyteller.ts'

export type Line = (zh: string, en: string) => void

/** An accepted command's answer. */
export type Done = { id: string; revision: number; position: string }

export type Stage = {
  teller: Pick<Storyteller, 'founder' | 'upload'>
  say: Line
  /** The civil day so many days after the first. */
  day(number: number): string
  /** Lets time pass to an hour of that day; all that falls due on the way has fallen due. */
  until(number: number, hour?: number): Promise<void>
  /** What must be accepted; what follows from it may still be under way. */
  send(by: string, path: string, body?: object): Promise<Done>
  /** What must be refused: the sentences of why. */
  refused(by: string, path: string, body?: object): Promise<string[]>
  read<T>(by: string, path: string): Promise<T>
  /** Until nobody has anything to do. */
  settled(): Promise<void>
}

/** A key follows from what is sent, and how often that was: whoever tells the same tells it under the same keys. */
export const keysByContent = (): ((...sent: readonly unknown[]) => string) => {
  const known = new Map<string, number>()
  return (...sent) => {
    const content = hash('sha256', JSON.stringify(sent), 'hex').slice(0, 32)
    const times = (known.get(content) ?? 0) + 1
    known.set(content, times)
    return `demo-${content}-${times}`
  }
}

type Refused = { reasons?: { text: string }[]; detail?: string }

export const stageFor = (teller: Storyteller, parts: { say: Line; settled(): Promise<void> }): Stage => {
  const keyOf = keysByContent()
  const post = (by: string, path: string, body: object) =>
    teller.as(by)({ method: 'POST', path, body, key: keyOf(by, path, body) })
  return {
    teller,
    ...parts,
    day: number => addDays(teller.lastDay, number - teller.days),
    until: async (number, hour) => void (await teller.at(teller.days - number, hour)),
    send: async (by, path, body = {}) => {
      const { status, body: answer } = await post(by, path, body)
      if (status >= 300) throw new Error(`${path} was refused: ${JSON.stringify(answer)}`)
      return answer as Done
    },
    refused: async (by, path, body = {}) => {
      const { status, body: answer } = await post(by, path, body)
      if (status < 300) throw new Error(`${path} was accepted, which the story has refused`)
      const { reasons, detail = '' } = answer as Refused
      return reasons?.map(({ text }) => text) ?? [detail]
    },
    read: async (by, path) => {
      const { status, body } = await teller.as(by)({ method: 'GET', path })
      if (status >= 300) throw new Error(`${path} cannot be read: ${JSON.stringify(body)}`)
      return body as never
    },
  }
}
