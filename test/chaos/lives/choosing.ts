/** The next step of a micro-project that goes a way of its own: chosen by chance among what would be accepted. */
import { commandsAt } from '../../../engine/chart.ts'
import { addDays, civilDay } from '../../../engine/clock.ts'
import { decide } from '../../../engine/decide.ts'
import type { Actor, AnyCommand } from '../../../engine/definition.ts'
import { EngineError } from '../../../engine/engine-error.ts'
import type { Instance } from '../../../engine/instance.ts'
import type { MicroProject } from '../../../workflows/micro-project/data.ts'
import type { Random } from '../../fuzz/random.ts'
import { TODAY } from '../../support/given.ts'
import { inputsFor } from '../../support/micro-project-cases.ts'
import { type Cast, withIdsOf } from '../cast.ts'

export type Step = { command: string; input: object; by: string }
/** Some lives go straight on, others wander. */
export type Mood = 'straight' | 'wild'

export type Chooser = {
  cast: Cast
  random: Random
  now(): Date
  /** What its decisions consult: the organisation, the project it could be merged into, calendar and rule packs. */
  lives: readonly Instance[]
  twin: string
}

/** They end a project, lead aside, or change nothing about how far it has come. */
const ASIDE =
  /withdraw|reject|merge|terminate|decline|suspend|correct|redact|reopen|renounce|return|fail|appeal|extend|leave|hold|cancel|visit|guidance|fair|objection|request-change|revise|recheck/

export const chooseStep = (instance: Instance, mood: Mood, chooser: Chooser): Step | undefined => {
  for (const command of inTurn(commandsAt(instance.workflow.chart, instance.value), mood, chooser.random)) {
    const step = stepBy(instance, command, chooser)
    if (step) return step
  }
  return undefined
}

const PERCENT_ASIDE = { straight: 2, wild: 60 }

/** All of them; those that lead aside stand mostly behind. */
const inTurn = (commands: readonly string[], mood: Mood, random: Random): string[] => {
  const shuffled = shuffle(commands, random)
  const first = shuffled.filter(command => !ASIDE.test(command) || random.percent(PERCENT_ASIDE[mood]))
  return first.length > 0 ? first : random.percent(10) ? shuffled : []
}

const shuffle = <T>(list: readonly T[], random: Random): T[] => {
  const left = [...list]
  return list.map(() => left.splice(random.below(left.length), 1)[0] as T)
}

const stepBy = (instance: Instance, command: string, chooser: Chooser): Step | undefined => {
  const { cast, random } = chooser
  const roles = new Set((instance.workflow.permits[command] ?? []).map(permit => ('role' in permit ? permit.role : '')))
  const able = cast.actors.filter(({ posts }) => roles.has('') || posts.some(({ role }) => roles.has(role)))
  for (const { input = {} } of shuffle(inputsFor(command, instance.data as MicroProject), random)) {
    const adapted = adaptedTo(chooser, input)
    const by = shuffle(able, random).find(actor => wouldTake(instance, command, adapted, actor, chooser))
    if (by) return { command, input: contended(chooser, command, adapted), by: by.person }
  }
  return undefined
}

/** Its days count from today, and its ids are this world's. */
const adaptedTo = ({ cast, now, twin }: Chooser, input: object): object => {
  const shift = Math.round((Date.parse(civilDay(now())) - Date.parse(TODAY)) / 86_400_000)
  const text = withIdsOf(cast, twin, JSON.stringify(input)).replaceAll(/"(\d{4}-\d\d-\d\d)"/g, (_, day) =>
    JSON.stringify(addDays(day as string, shift)),
  )
  return JSON.parse(text) as object
}

const INVOICES = 400
const PERCENT_WITH_RESOURCE = 40

/** Now and then it names what others name too: whether it gets it is not for the chooser to know. */
const contended = ({ random, cast }: Chooser, command: string, input: object): object => {
  if (command === 'prepare-payment') return { ...input, invoice: `INV-${random.below(INVOICES)}` }
  const takes = /propose-match|offer-to-serve/.test(command) && random.percent(PERCENT_WITH_RESOURCE)
  return takes ? { ...input, resource: random.pick(cast.resources) } : input
}

const wouldTake = (
  instance: Instance,
  command: string,
  input: object,
  actor: Actor,
  { now, lives }: Chooser,
): boolean => {
  const parsed = instance.workflow.commands[command]?.safeParse(input)
  if (!parsed?.success) return false
  const asked = { type: command, data: parsed.data } as AnyCommand
  const consulted = Object.entries(instance.workflow.consults).map(([name, which]) => {
    const { id } = which(instance.data as never, asked)
    return [name, lives.find(life => life.id === id)]
  })
  try {
    decide(instance, asked, {
      actor,
      lives: Object.fromEntries(consulted),
      now: now().toISOString(),
      today: civilDay(now()),
    })
    return true
  } catch (error) {
    if (error instanceof EngineError) return false
    throw error
  }
}

/** Nothing is left to be done in it but to take texts back. */
export const isOver = ({ workflow, value }: Instance): boolean =>
  commandsAt(workflow.chart, value).every(command => /redact/.test(command))
