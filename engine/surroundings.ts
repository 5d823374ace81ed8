/** Who asks, for whom, on which day, and the other lives that a decision looks at: gathered once for each look. */
import { type Clock, civilDay } from './clock.ts'
import type { Sent } from './command.ts'
import { usesWorkingDays, type WorkingDays } from './deadline.ts'
import type { Surroundings } from './decide.ts'
import type { Actor, AnyCommand, Day, Post, Workflow } from './definition.ts'
import { EngineError } from './engine-error.ts'
import { exists, type Instance } from './instance.ts'
import type { Instances } from './instances.ts'
import { heldThroughout } from './on-behalf.ts'

/** Which workflow's lives are the people, and what of their data decides who they are. */
export type People = {
  workflow: string
  posts(data: unknown): readonly Post[]
  /** Ids under which the same human being acted before. */
  doubles(data: unknown): readonly string[]
  /** False where the record has ended for good: another goes on in its place, or none. */
  mayAct(data: unknown): boolean
}

/** Never later than now: the process that took it in may have a clock ahead of this one's. */
const arrivalOf = ({ arrivalCounts }: Workflow, { arrived }: Sent, now: Date, command?: AnyCommand) => {
  const counts = command !== undefined && arrivalCounts.includes(command.type)
  return counts && arrived !== undefined && arrived < now.toISOString() ? { arrived } : {}
}

export type Look = { life: Instance | undefined; represented: Instance | undefined; around: Surroundings }

export type Looking = {
  look(instance: Instance, sent: Sent, command?: AnyCommand): Promise<Look>
  /** What a decision or an explanation about this instance looks at for this person. Throws `unknown-person`. */
  surroundings(instance: Instance, person: string, command?: AnyCommand): Promise<Surroundings>
  /** Who somebody is today: with the posts they hold and held. Throws `unknown-person`. */
  actor(person: string): Promise<Actor>
}

type Parts = {
  instances: Instances
  people: People
  workingDays?: WorkingDays
  clock: Clock
  workflowNamed(name: string): Workflow
}

export const lookingAround = ({ instances, people, workingDays, clock, workflowNamed }: Parts): Looking => {
  const personOf = async (person: string): Promise<Instance | undefined> => {
    if (person.startsWith('system:')) return undefined
    const life = await instances.get(workflowNamed(people.workflow), person)
    return exists(life) ? life : undefined
  }

  /** A good token makes nobody: whoever looks stands in the register, as whoever acts does. */
  const registered = async (person: string): Promise<Instance | undefined> => {
    const life = await personOf(person)
    if (!life && !person.startsWith('system:')) throw new EngineError('unknown-person', { person })
    return life
  }

  const actorOf = (person: string, life: Instance | undefined, today: Day, since = today): Actor => {
    const heldPosts = life ? people.posts(life.data) : []
    return {
      person,
      heldPosts,
      doubles: life ? people.doubles(life.data) : [],
      posts: heldThroughout(heldPosts, since, today),
    }
  }

  const look = async (instance: Instance, sent: Sent, command?: AnyCommand) => {
    const { person, onBehalf } = sent
    const [life, represented, lives, calendar] = await Promise.all([
      personOf(person),
      onBehalf && personOf(onBehalf.person),
      consult(instance, command),
      calendarFor(instance.workflow),
    ])
    const now = clock.now()
    const today = civilDay(now)
    const sender = actorOf(person, life, today)
    const around: Surroundings = {
      ...(onBehalf
        ? { actor: actorOf(onBehalf.person, represented, today, onBehalf.on), intake: { sender, onBehalf, today } }
        : { actor: sender }),
      lives,
      ...(calendar && { calendar }),
      now: now.toISOString(),
      ...arrivalOf(instance.workflow, sent, now, command),
      today: onBehalf?.on ?? today,
    }
    return { life, represented, around }
  }

  const consult = async (instance: Instance, command?: AnyCommand): Promise<Record<string, Instance | undefined>> => {
    const asked = command ?? ({ type: '', data: {} } as AnyCommand)
    const names = Object.entries(instance.workflow.consults).map(async ([name, which]) => {
      const { workflow, id } = which(instance.data as never, asked)
      const life = id === undefined ? undefined : await instances.get(workflowNamed(workflow), id)
      return [name, life && exists(life) ? life : undefined] as const
    })
    return Object.fromEntries(await Promise.all(names))
  }

  const calendarFor = async (workflow: Workflow): Promise<Surroundings['calendar']> => {
    if (!workingDays || !usesWorkingDays(workflow)) return undefined
    const { id, add } = workingDays
    const life = await instances.get(workflowNamed(workingDays.workflow), id)
    return { life: exists(life) ? life : undefined, add }
  }

  return {
    look,
    surroundings: async (instance, person, command) => {
      await registered(person)
      return (await look(instance, { person }, command)).around
    },
    actor: async person => actorOf(person, await registered(person), civilDay(clock.now())),
  }
}
