/** Short lives beside the projects: people, organisations and resources, some of which want what is one of its kind. */
import { addDays, civilDay } from '../../../engine/clock.ts'
import { creditCheckSign } from '../../../workflows/credit-code.ts'
import { CALENDAR } from '../../../workflows/working-calendar/index.ts'
import type { Random } from '../../fuzz/random.ts'
import { COMMUNITY, need, reason } from '../../support/micro-project.ts'
import type { Cast } from '../cast.ts'

/** Gives the life's id; nothing where it was refused. */
export type Send = (step: {
  by: string
  workflow: string
  name: string
  input: object
  id?: string
}) => Promise<string | undefined>
type Errand = { random: Random; cast: Cast; send: Send; now(): Date }
type Step = readonly [by: string, name: string, input: object]

/** Few of each, so that lives meet. */
const CODES = 60
const ID_NUMBERS = 80
const NAMES = 200

export const runErrand = (errand: Errand): Promise<unknown> => {
  const { random } = errand
  if (random.percent(4)) return closure(errand)
  return random.pick([person, person, doubles, organisation, organisation, resource])(errand)
}

/** One after the other in one life, which the first starts; a refusal ends it. */
const inTurn = async (send: Send, workflow: string, steps: readonly Step[]): Promise<string | undefined> => {
  let id: string | undefined
  for (const [by, name, input] of steps) {
    id = await send({ by, workflow, name, input, ...(id && { id }) })
    if (!id) return undefined
  }
  return id
}

const PHONE = '027-87650000'

const person = ({ random, cast: { founder, street }, send }: Errand) => {
  const idNumber = idNumberOf(random.below(ID_NUMBERS))
  const born = { name: '张三', phone: PHONE, place: COMMUNITY, ...(random.percent(60) && { idNumber }) }
  const close: Step = [street, 'close', { reason }]
  const erase: Step = [founder, 'erase', { reason }]
  return inTurn(send, 'person', [
    [founder, 'register', born],
    [street, 'change-contact', { phone: `027-8765${1000 + random.below(9000)}` }],
    ...random.pick([[close], [erase], [close, erase], []]),
  ])
}

/** A policy merges the second record, unless that was given a post in the same moment. */
const doubles = async ({ random, cast: { founder, street }, send }: Errand) => {
  const register = () =>
    send({ ...commandOf(founder, 'register'), input: { name: '李四', phone: PHONE, place: COMMUNITY } })
  const [kept, double] = [await register(), await register()]
  if (!kept || !double) return
  const recognised = send({ ...commandOf(street, 'recognise-double'), id: kept, input: { double, reason } })
  const appointment = { role: 'community', place: COMMUNITY, from: '2026-01-01' }
  const meanwhile = random.percent(30) && send({ ...commandOf(founder, 'appoint'), id: double, input: appointment })
  await Promise.all([recognised, meanwhile])
}

const commandOf = (by: string, name: string) => ({ by, name, workflow: 'person' })

const organisation = ({ random, cast: { street }, send }: Errand) => {
  const enrolled = { name: `互助队${random.below(NAMES)}`, field: need.field, place: COMMUNITY }
  const papers = () => ({ tier: 'registered', creditCode: creditCodeOf(random.below(CODES)) })
  const starts = random.percent(50) ? papers() : { tier: 'community-managed' }
  const changed: Step = [street, 'change-tier', { ...papers(), reason }]
  const dissolved: Step = [street, 'dissolve', { reason }]
  return inTurn(send, 'organisation', [
    [street, 'enrol', { ...enrolled, ...starts }],
    ...(random.percent(50) ? [changed] : []),
    [street, 'suspend', { reason }],
    [street, 'reinstate', { reason }],
    ...(random.percent(80) ? [dissolved] : []),
  ])
}

const resource = ({ random, cast: { street }, send }: Errand) => {
  const offer = (title: string) => ({ holder: '社区', kind: 'venue', title, detail: '可容纳六十人', place: COMMUNITY })
  const revisions = Array.from(
    { length: 1 + random.below(8) },
    (_, n): Step => [street, 'revise-resource', offer(`${n}楼`)],
  )
  return inTurn(send, 'resource', [
    [street, 'offer-resource', offer('大厅')],
    ...revisions,
    [street, 'withdraw-resource', { reason }],
  ])
}

/** Deadlines that run in the community end later. */
const closure = ({ cast: { founder }, send, now }: Errand) => {
  const from = addDays(civilDay(now()), 3)
  const input = { place: COMMUNITY, from, to: from, reason }
  return send({ by: founder, workflow: 'working-calendar', name: 'close-locally', id: CALENDAR, input })
}

const creditCodeOf = (n: number): string => {
  const seventeen = `51420106MJH${String(n).padStart(6, '0')}`
  return seventeen + creditCheckSign(seventeen)
}

const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

const idNumberOf = (n: number): string => {
  const seventeen = `42010619900307${String(n).padStart(3, '0')}`
  const sum = ID_WEIGHTS.reduce((total, weight, i) => total + weight * Number(seventeen[i]), 0)
  return seventeen + '10X98765432'.charAt(sum % 11)
}
