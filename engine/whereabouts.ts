/** Where a life stands in the world: its place and its organisations, by which lists and read models are limited. */
import type { Workflow } from './definition.ts'
import type { Decision } from './event-codec.ts'
import type { Instance } from './instance.ts'

export const placeOf = ({ workflow, data }: Pick<Instance, 'workflow' | 'data'>): string | undefined =>
  workflow.place(data as never)

export const whereabouts = (workflow: Workflow, id: string, data: unknown): Pick<Decision, 'place' | 'within'> => {
  const within = Object.entries(workflow.within).map(
    ([name, give]) => [name, give(data as never, undefined, id)] as const,
  )
  const place = workflow.place(data as never)
  return {
    ...(place !== undefined && { place }),
    within: Object.fromEntries(within.filter((entry): entry is [string, string] => entry[1] !== undefined)),
  }
}
