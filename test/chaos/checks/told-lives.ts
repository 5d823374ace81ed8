/** Every life told anew from the log, with what it was before each of its events. */
import { CLAIM } from '../../../engine/claim.ts'
import { blankInstance, type Instance, takeIn } from '../../../engine/instance.ts'
import { factOf } from '../../../engine/lift.ts'
import { served } from '../served.ts'
import type { Evidence, Kept } from './evidence.ts'

export type Before = Pick<Instance, 'data' | 'due' | 'revision'>
export type Moment = { event: Kept; before: Before; life: Instance }

/** Calls with each event, after it was taken in; gives the lives as they are at the end. */
export const tellLives = ({ events }: Pick<Evidence, 'events'>, hear: (moment: Moment) => void): Instance[] => {
  const lives = new Map<string, Instance>()
  for (const event of events.filter(({ stream }) => !stream.startsWith(`${CLAIM}-`))) {
    const life = lives.get(event.stream) ?? lifeIn(event)
    lives.set(event.stream, life)
    const { data, due, revision } = life
    takeIn(life, factOf(life.workflow, { ...event, metadata: JSON.stringify(event.metadata) }))
    hear({ event, before: { data, due, revision }, life })
  }
  return [...lives.values()]
}

const lifeIn = ({ stream }: Kept): Instance => {
  const category = stream.slice(0, stream.indexOf('-'))
  const workflow = served.find(each => each.category === category)
  if (!workflow) throw new Error(`${stream} is of no lifecycle that is served`)
  return blankInstance(workflow, stream.slice(category.length + 1))
}
