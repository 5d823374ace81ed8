/** Many clients take many lives through their charts. A life may be met by two of them at once. */
import { hash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { microProject } from '../../../workflows/micro-project/index.ts'
import { organisation } from '../../../workflows/organisation.ts'
import { need } from '../../support/micro-project.ts'
import type { Cast } from '../cast.ts'
import { type Client, deliver } from '../deliver.ts'
import type { World } from '../world.ts'
import { type Chooser, chooseStep, isOver, type Mood } from './choosing.ts'
import { type Errand, errandBy } from './errands.ts'
import { type LocalLife, localLife } from './local-life.ts'

export type Driving = {
  world: World
  client: Client
  cast: Cast
  lifecycles: number
  clients: number
  /** Whether the next may begin, as one of so many. */
  mayBegin(count: number): boolean
  /** Until then, short lives that do not count keep it busy. */
  mayEnd(): boolean
  /** Then all is left as it is. */
  isTimeUp(): boolean
  /** Hears how many have come to their end. */
  ended(count: number): void
}

type Ongoing = { life: LocalLife; mood: Mood; steps: number; waitsSince?: Date | undefined }

const PERCENT_ERRANDS = 30
const OPEN_AT_ONCE = 120
/** Too few to keep all clients busy. */
const FEW_OPEN = 8
const MOST_STEPS = 60
/** A life that waits so long is left as it is. */
const MOST_WAITING_MS = 40 * 86_400_000
const DAY_MS = 86_400_000
/** So many waits make a day at least. */
const WAITS_A_DAY = 4
const WAITS_MS = 20

export const driveLives = async ({
  world,
  client,
  cast,
  lifecycles,
  clients,
  mayBegin,
  mayEnd,
  isTimeUp,
  ended,
}: Driving): Promise<void> => {
  const { random, journal } = client
  let [begun, done, keys] = [0, 0, 0]
  const open: Ongoing[] = []
  const nextKey = (): string => `life-${++keys}`
  const twin = localLife(world, microProject, await startProject(client, cast, nextKey()))
  const matched = localLife(world, organisation, cast.organisation)
  await Promise.all([twin.look(), matched.look()])
  const chooser: Chooser = {
    cast,
    random,
    now: world.now,
    lives: { organisation: matched.instance, twin: twin.instance },
  }

  const finish = (how: string): void => {
    journal.count(how)
    ended(++done)
  }

  const fill = async (): Promise<void> => {
    await runErrand(client, errandBy(random, cast), nextKey)
    journal.count('errands beside')
  }

  const begin = async (): Promise<void> => {
    begun++
    if (random.percent(PERCENT_ERRANDS)) {
      await runErrand(client, errandBy(random, cast), nextKey)
      return finish('errands')
    }
    const id = await startProject(client, cast, nextKey())
    open.push({ life: localLife(world, microProject, id), mood: random.percent(75) ? 'straight' : 'wild', steps: 0 })
  }

  const close = (ongoing: Ongoing, how: string): void => {
    const at = open.indexOf(ongoing)
    if (at < 0) return
    open.splice(at, 1)
    finish(how)
  }

  const goOn = async (ongoing: Ongoing): Promise<void> => {
    const { life, mood } = ongoing
    await life.look()
    if (isOver(life.instance)) return close(ongoing, 'projects that came to an end')
    if (ongoing.steps++ > MOST_STEPS) return close(ongoing, 'projects left on their way')
    const step = chooseStep(life.instance, mood, chooser)
    if (!step) return wait(ongoing)
    ongoing.waitsSince = undefined
    const { command: name, input, by: person } = step
    await deliver(client, { workflow: microProject.name, id: life.instance.id, name, input, person, key: nextKey() })
  }

  /** Nothing can be done today: the clock moves on, the more of them wait the sooner. */
  const wait = async (ongoing: Ongoing): Promise<void> => {
    ongoing.waitsSince ??= world.now()
    if (world.now().getTime() - ongoing.waitsSince.getTime() > MOST_WAITING_MS)
      return close(ongoing, 'projects left waiting')
    world.pass(DAY_MS / Math.max(open.length, WAITS_A_DAY))
    await sleep(WAITS_MS)
  }

  const isBusy = () => !isTimeUp() && (done < lifecycles || !mayEnd())
  const work = async (): Promise<void> => {
    while (isBusy()) {
      if (begun < lifecycles && open.length < OPEN_AT_ONCE && mayBegin(begun + 1)) await begin()
      else if (open.length < FEW_OPEN) await fill()
      const ongoing = open.length > 0 ? random.pick(open) : undefined
      if (ongoing) await goOn(ongoing)
    }
  }

  await Promise.all(Array.from({ length: clients }, work))
}

const startProject = async (client: Client, cast: Cast, key: string): Promise<string> => {
  const by = cast.actors.find(({ posts }) => posts.some(({ role }) => role === 'community'))?.person as string
  const input = { ...need, title: `敲门探访 ${hash('sha256', key, 'hex').slice(0, 6)}` }
  const outcome = await deliver(client, { workflow: microProject.name, name: 'draft-need', input, person: by, key })
  if (!outcome || 'refused' in outcome) throw new Error(`a project could not be started: ${JSON.stringify(outcome)}`)
  return outcome.accepted.id
}

const runErrand = async (client: Client, { workflow, steps }: Errand, nextKey: () => string): Promise<void> => {
  let id: string | undefined
  for (const [person, name, input] of steps) {
    const outcome = await deliver(client, { workflow, name, input, person, key: nextKey(), ...(id && { id }) })
    if (!outcome || 'refused' in outcome) return
    id = outcome.accepted.id
  }
}
