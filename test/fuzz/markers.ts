/** Personal values that stand nowhere else: where one is found, it came from the person it was planted in. */
import { randomBytes, randomInt } from 'node:crypto'
import { person } from '../../workflows/person/index.ts'

/** Far from where everybody else has their posts. */
const PLANTED_PLACE = '420102'

const digits = (length: number): string => Array.from({ length }, () => randomInt(10)).join('')
const letters = (): string => randomBytes(5).toString('hex')

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
/** With the check digit of GB 11643. */
const idNumber = (): string => {
  const body = `${PLANTED_PLACE}19900307${digits(3)}`
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(body[index]), 0)
  return body + '10X98765432'.charAt(sum % 11)
}

const VALUES: Record<string, () => string> = {
  name: () => `瓒${letters()}`,
  phone: () => `139${digits(8)}`,
  mail: () => `${letters()}@planted.example`,
  idNumber,
  account: () => `62${digits(17)}`,
}

export type Planted = { input: Record<string, string>; markers: readonly string[] }

/** What registers somebody whose every personal value is a marker. A new personal field wants its line above. */
export const planted = (): Planted => {
  const schema = person.commands.register
  const fields = Object.entries(schema?.shape ?? {}).filter(([, field]) => field.meta()?.personal)
  const values = Object.fromEntries(fields.map(([name]) => [name, valueFor(name)]))
  return { input: { ...values, place: PLANTED_PLACE }, markers: Object.entries(values).map(searched) }
}

const valueFor = (name: string): string => {
  const value = VALUES[name]
  if (!value) throw new Error(`nothing to plant in the personal field '${name}'`)
  return value()
}

/** A masked name begins with its first character: what is searched for is the rest. */
const searched = ([name, value]: [string, string]): string => (name === 'name' ? value.slice(1) : value)

/** The markers that a text holds. */
export const found = (text: string, markers: readonly string[]): string[] => markers.filter(each => text.includes(each))
