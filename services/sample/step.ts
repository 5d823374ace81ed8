/** What a life is told with: steps, each taken by somebody in their part so many days after the one before. */
import { createHash } from 'node:crypto'

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
  /** As its list says it. */
  need: Record<string, unknown>
  day(ahead?: number): string
  /** The organisation that serves, by id. */
  organisation?: string
  /** The money, its funder by id. */
  grant?: Grant
  award: number
  own: number
  lines: { item: string; amount: number }[]
  tranches: number[]
  /** The project told of a need. */
  project(need: string): string
}

export type Grant = { funder: string; source: string; channel: string; budgetCode: string }

export type Step = { after: number; by: Part; command: string; body(scene: Scene): object }
export type Chapter = readonly Step[]

export const step = (after: number, by: Part, command: string, body: (scene: Scene) => object = () => ({})): Step => ({
  after,
  by,
  command,
  body,
})

/** Files come later: until then a document is its name, and the hash of that. */
export const paper = ({ title }: Scene, what: string): { name: string; sha256: string } => {
  const name = `${title}-${what}.pdf`
  return { name, sha256: createHash('sha256').update(name).digest('hex') }
}
