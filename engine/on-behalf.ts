/** Acting for somebody who has no device: a clerk sends what a paper says, or somebody on the telephone or at the counter. */
import { addDays } from './clock.ts'
import type { ActedFor, Actor, AnyCommand, Day, OnBehalf, Post } from './definition.ts'
import { EngineError } from './engine-error.ts'
import type { Instance } from './instance.ts'
import { grantedBy, rolesIn } from './permission.ts'

/** What was done longer ago is taken in with a reason. */
const DAYS_BACK = 30
/** Before it nothing of this kind was. */
const FIRST_DAY = '2000-01-01'

/** A command that somebody else sends: by whom, for whom, and on which day it comes in. */
export type Intake = { sender: Actor; onBehalf: OnBehalf; today: Day }

/** The post under which the sender takes this in for somebody. Throws an `EngineError` where they may not. */
export const takingIn = (
  instance: Instance,
  command: AnyCommand,
  { sender, onBehalf, today }: Intake,
): Post | undefined => {
  const { intake } = instance.workflow
  if (!intake.commands.includes(command.type))
    throw new EngineError('not-on-behalf', { command: command.type, possible: intake.commands })
  if (sender.person === onBehalf.person) throw new EngineError('for-oneself', {})
  checkDay(instance, onBehalf, today)
  const granted = grantedBy(instance, intake.by, sender, { command })
  if (granted === undefined) throw new EngineError('no-intake', { who: rolesIn(intake.by) })
  return granted === 'themself' ? undefined : granted
}

const checkDay = ({ startedOn = FIRST_DAY }: Instance, { on, reason }: OnBehalf, today: Day): void => {
  if (on > today || on < startedOn) throw new EngineError('no-such-day', { on, earliest: startedOn, latest: today })
  if (reason === undefined && on < addDays(today, -DAYS_BACK))
    throw new EngineError('long-ago', { on, days: DAYS_BACK })
}

/** Posts that they hold today and held on that day: nobody is represented in an office they came to later, or left. */
export const heldThroughout = (posts: readonly Post[], from: Day, until: Day): Post[] =>
  posts.filter(post => post.from <= from && (post.to === undefined || until <= post.to))

export const actedFor = ({ person, channel, document, reason }: OnBehalf, post: Post | undefined): ActedFor => ({
  person,
  ...(post && { post }),
  channel,
  ...(document && { paper: document }),
  ...(reason !== undefined && { reason }),
})
