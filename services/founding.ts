/**
 * What every log begins with, recorded once: the working days of the years that a kept library knows, and the first rule
 * pack. A year that the bureau has published itself is left as it is.
 */
import type { CommandHandler } from '../engine/command-handler.ts'
import type { Instances } from '../engine/instances.ts'
import { RULE_PACKS, rulePacks } from '../workflows/rule-packs/index.ts'
import { firstPack } from '../workflows/rule-packs/pack.ts'
import { CALENDAR, workingCalendar } from '../workflows/working-calendar/index.ts'
import type { WorkingCalendar, Year } from '../workflows/working-calendar/working-days.ts'
import years from '../workflows/working-calendar/years.json' with { type: 'json' }

const FOUNDING = 'system:founding'
const THE_CALENDAR = 'the-working-calendar'
const THE_RULE_PACKS = 'the-rule-packs'

type Parts = { handler: CommandHandler; instances: Instances }

/** Safely repeated, by several processes at once too. */
export const found = async (parts: Parts): Promise<void> => {
  await foundCalendar(parts)
  await foundRulePacks(parts)
}

const foundCalendar = async ({ handler, instances }: Parts): Promise<void> => {
  for (const [year, days] of Object.entries(years as Record<string, Year>)) {
    const { data, revision } = await instances.get(workingCalendar, CALENDAR)
    if ((data as WorkingCalendar).years[year]) continue
    const begun = revision >= 0
    await handler.handle({
      workflow: workingCalendar.name,
      ...(begun && { id: CALENDAR }),
      command: 'publish-year',
      input: { year: Number(year), ...days, source: `国务院办公厅关于${year}年部分节假日安排的通知` },
      person: FOUNDING,
      key: begun ? `year-${year}` : THE_CALENDAR,
    })
  }
}

const foundRulePacks = async ({ handler, instances }: Parts): Promise<void> => {
  const { revision } = await instances.get(rulePacks, RULE_PACKS)
  if (revision >= 0) return
  const { durations, limits } = firstPack
  await handler.handle({
    workflow: rulePacks.name,
    command: 'publish-version',
    input: { durations, limits, reason: '行动方案未定死的数字，首次发布' },
    person: FOUNDING,
    key: THE_RULE_PACKS,
  })
}
