/** What is refused of a definition's deadlines: one that nobody hears of, whose ladder is out of order, or acts without leave. */
import { homesOf, nodeAt } from './chart.ts'
import { DEADLINE_EVENTS, DEADLINES } from './deadline.ts'
import type { Deadline, LadderStep, Workflow } from './definition.ts'
import { isCalled } from './definition-check.ts'
import { DefinitionError } from './definition-error.ts'

type Words = Pick<Workflow, 'chart' | 'commands' | 'deadlines' | 'events' | 'people' | 'permits' | 'roles'>
type AnyDeadline = Deadline<string, never, never>
type Step = LadderStep<string>

const refuse = (sentence: string): never => {
  throw new DefinitionError(sentence)
}

export const checkDeadlines = (words: Words): void => {
  for (const event of DEADLINE_EVENTS)
    if (Object.hasOwn(words.events, event)) refuse(`event '${event}' is the engine's own`)
  for (const [name, deadline] of Object.entries(words.deadlines)) checkDeadline(words, `deadline '${name}'`, deadline)
}

const checkDeadline = (words: Words, where: string, deadline: AnyDeadline): void => {
  if (!deadline.zh || !deadline.en) refuse(`${where} has no title in both languages`)
  if (!nodeAt(words.chart, deadline.in)) refuse(`${where} is in '${deadline.in}', which is no state`)
  checkAfter(where, deadline.after)
  if (deadline.ladder.length === 0) refuse(`${where} has no ladder: say who is reminded, and when`)
  for (const step of deadline.ladder) checkStep(words, where, deadline, step)
  checkOrder(where, deadline.ladder)
  checkEscalations(where, deadline.ladder)
}

const checkAfter = (where: string, after: AnyDeadline['after']): void => {
  const amount = 'days' in after ? after.days : after.workingDays
  const least = after.from ? 0 : 1
  if (typeof amount !== 'function' && !(Number.isSafeInteger(amount) && amount >= least))
    refuse(`${where} must be a whole number of days, at least ${least}`)
}

const checkStep = (words: Words, where: string, deadline: AnyDeadline, step: Step): void => {
  if (!isWithinADay(step.at)) refuse(`${where} has a step so many minutes after its day that is no part of a day`)
  const distance = distanceOf(step.at)
  if (!(Number.isSafeInteger(distance) && distance >= 1))
    refuse(`${where} has a step so many days before or after that is no whole number, at least 1`)
  if ('act' in step) checkAct(words, where, deadline, step)
  else checkRole(words, where, step)
}

const MINUTES = 24 * 60

const isWithinADay = (at: Step['at']): boolean =>
  at === 0 ||
  !('minutesAfter' in at) ||
  (Number.isInteger(at.minutesAfter) && at.minutesAfter > 0 && at.minutesAfter < MINUTES)

/** In days, of those that are counted in days. */
const distanceOf = (at: Step['at']): number => {
  if (at === 0 || 'minutesAfter' in at) return 1
  return 'before' in at ? at.before : at.after
}

const checkRole = (words: Words, where: string, step: Exclude<Step, { act: string }>): void => {
  const [does, role] = 'remind' in step ? ['reminds', step.remind] : ['escalates to', step.escalate]
  if (!isCalled(words, role)) refuse(`${where} ${does} '${role}', which is no role and none of its people`)
}

/** What acts of itself does so when the time is over, with leave, without input, where the chart may answer. */
const checkAct = (words: Words, where: string, deadline: AnyDeadline, { at, act }: Step & { act: string }): void => {
  const schema = words.commands[act] ?? refuse(`${where} names '${act}', which is no command`)
  if (at !== 0 && 'before' in at) refuse(`${where} acts before its day is over`)
  if (!schema.safeParse({}).success) refuse(`${where} sends '${act}', which needs input`)
  if (!words.permits[act]?.some(permit => 'system' in permit && permit.system === DEADLINES))
    refuse(`${where} sends '${act}', which system:${DEADLINES} has no permit for`)
  const answers = (home: string) => within(home, deadline.in) || within(deadline.in, home)
  if (!words.chart.on?.[act] && !homesOf(words.chart, act).some(answers))
    refuse(`${where} sends '${act}', which '${deadline.in}' does not know`)
}

const within = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}.`)

/** In days after the last one is over, of whatever kind they are. */
const timeOf = ({ at }: Step): number => {
  if (at === 0) return 0
  if ('minutesAfter' in at) return at.minutesAfter / MINUTES
  return 'before' in at ? -at.before : at.after
}

const checkOrder = (where: string, ladder: readonly Step[]): void => {
  ladder.forEach((step, index) => {
    const before = ladder[index - 1]
    if (before && timeOf(before) > timeOf(step)) refuse(`${where} has a ladder whose steps are not in order of time`)
  })
}

/** Somebody was to hear of it first. */
const checkEscalations = (where: string, ladder: readonly Step[]): void => {
  ladder.forEach((step, index) => {
    if (!('escalate' in step)) return
    const reminded = ladder.slice(0, index).flatMap(each => ('remind' in each ? [each.remind] : []))
    if (reminded.length === 0) refuse(`${where} escalates to '${step.escalate}' before anybody was reminded`)
    if (reminded.includes(step.escalate)) refuse(`${where} escalates to '${step.escalate}', which was reminded already`)
  })
}
