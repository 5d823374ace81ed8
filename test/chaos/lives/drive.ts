/** Many clients take many lives through their charts. A life may be met by two of them at once. */
import { hash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { microProject } from '../../../workflows/micro-project/index.ts'
import { organisation } from '../../../workflows/organisation.ts'
import { RULE_PACKS, rulePacks } from '../../../workflows/rule-packs/index.ts'
import { CALENDAR, workingCalendar } from '../../../workflows/working-calendar/index.ts'
import { need } from '../../support/micro-project.ts'
import type { Cast } from '../cast.ts'
import { type Client, deliver } from '../deliver.ts'
import type { World } from '../world.ts'
import { type Chooser, chooseStep, isOver, type Mood } from './choosing.ts'
import { runErrand, type Send } from './errands.ts'
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

const PERCENT_ERRANDS = 40
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
/** Enough that something goes on. */
const FILLING_MS = 100

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
  const twin = await startPosted(client, cast, nextKey)
  const consulted = [
    localLife(world, microProject, twin),
    localLife(world, organisation, cast.organisation),
    localLife(world, workingCalendar, CALENDAR),
    localLife(world, rulePacks, RULE_PACKS),
  ]
  for (const life of consulted) await life.look()
  const chooser: Chooser = { cast, random, now: world.now, twin, lives: consulted.map(({ instance }) => instance) }

  const finish = (how: string): void => {
    journal.count(how)
    ended(++done)
  }

  const send: Send = async ({ by: person, ...command }) => {
    const outcome = await deliver(client, { ...command, person, key: nextKey() })
    return outcome && 'accepted' in outcome ? outcome.accepted.id : undefined
  }

  const errand = async (): Promise<void> => void (await runErrand({ random, cast, send, now: world.now }))

  const fill = async (): Promise<void> => {
    await errand()
    await sleep(FILLING_MS)
    journal.count('errands beside')
  }

  const begin = async (): Promise<void> => {
    begun++
    if (random.percent(PERCENT_ERRANDS)) {
      await errand()
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

/** Nobody takes it up: what its deadline brings is certain. */
const startPosted = async (client: Client, cast: Cast, nextKey: () => string): Promise<string> => {
  const id = await startProject(client, cast, nextKey())
  const posting = { workflow: microProject.name, id, name: 'post-need', input: {}, person: communityIn(cast) }
  await deliver(client, { ...posting, key: nextKey() })
  return id
}

const communityIn = ({ actors }: Cast): string =>
  actors.find(({ posts }) => posts.some(({ role }) => role === 'community'))?.person as string

const startProject = async (client: Client, cast: Cast, key: string): Promise<string> => {
  const by = communityIn(cast)
  const input = { ...need, title: `敲门探访 ${hash('sha256', key, 'hex').slice(0, 6)}` }
  const outcome = await deliver(client, { workflow: microProject.name, name: 'draft-need', input, person: by, key })
  if (!outcome || 'refused' in outcome) throw new Error(`a project could not be started: ${JSON.stringify(outcome)}`)
  return outcome.accepted.id
}
