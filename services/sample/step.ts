/** What a life is told with: steps, each taken by somebody in their part so many days after the one before. */
import type { Papers } from './papers.ts'

export type Part =
  | 'community'
  | 'street'
  | 'bureau'
  | 'secondBureau'
  | 'finance'
  | 'secondFinance'
  | 'funder'
  | 'chair'
  | 'member'
  | 'resident'

/** What a step may speak of. Amounts are fen; `day` counts from the step's own. */
export type Scene = {
  title: string
  /** The revision of what was told last. */
  last: number
  /** As its list says it. */
  need: Record<string, unknown>
  day(ahead?: number): string
  /** The organisation that serves, by id. */
  organisation?: string
  /** What the match takes of the list of resources, by id. */
  resource?: string
  /** The money, its funder by id. */
  grant?: Grant
  award: number
  own: number
  lines: { item: string; amount: number }[]
  tranches: number[]
  /** The files that papers are. */
  papers: Papers
  /** The project told of a need. */
  project(need: string): string
}

export type Grant = { funder: string; source: string; channel: string; budgetCode: string }

/** `of`: whose paper it is that they hand in. */
export type Told = { after: number; by: Part; command: string; body(scene: Scene): object; of?: Part }
/** Nobody does anything: time passes, and what falls due falls due by itself. */
export type Waiting = { after: number }
export type Step = Told | Waiting
export type Chapter = readonly Step[]

export const wait = (after: number): Waiting => ({ after })

export const step = (after: number, by: Part, command: string, body: (scene: Scene) => object = () => ({})): Told => ({
  after,
  by,
  command,
  body,
})
