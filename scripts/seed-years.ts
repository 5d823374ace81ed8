/** `npm run seed-years` writes the official years that a new calendar begins with, as `chinese-days` has them. */
import { readFile, writeFile } from 'node:fs/promises'
import type { Year } from '../workflows/working-calendar/working-days.ts'

/** 行动方案's own year. */
const FIRST_YEAR = '2023'

type Library = { holidays: Record<string, string>; workdays: Record<string, string> }

export const yearsOfLibrary = async (): Promise<Record<string, Year>> => {
  const file = new URL(import.meta.resolve('chinese-days/dist/chinese-days.json'))
  const { holidays, workdays } = JSON.parse(await readFile(file, 'utf8')) as Library
  const years = [...new Set(Object.keys(holidays).map(day => day.slice(0, 4)))]
    .filter(year => year >= FIRST_YEAR)
    .sort()
  const within = (days: Record<string, string>, year: string) =>
    Object.keys(days)
      .filter(day => day.startsWith(year))
      .sort()
  return Object.fromEntries(
    years.map(year => [year, { holidays: within(holidays, year), makeUpDays: within(workdays, year) }]),
  )
}

if (import.meta.main)
  await writeFile(
    new URL('../workflows/working-calendar/years.json', import.meta.url),
    `${JSON.stringify(await yearsOfLibrary(), null, 2)}\n`,
  )
