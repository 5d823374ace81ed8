/** One round of the venture competition from its rules to the archive, told over HTTP as its people would run it. */
import { awards } from './awards.ts'
import { applications, CALL, openCall, publishRules } from './call.ts'
import { assemble, assembleLate } from './cast.ts'
import { judging } from './judging.ts'
import { objections } from './objections.ts'
import { screening } from './screening.ts'
import type { Stage } from './stage.ts'
import type { Round } from './told.ts'

/** More than it takes. */
export const DAYS = CALL + 120

/** The round, and the last day told. */
export type Told = { round: Round; day: number }

export const tellRound = async (stage: Stage, proposals: number): Promise<Told> => {
  const { say } = stage
  const cast = await assemble(stage, Math.ceil((proposals - 1) / 2))
  say(
    `武昌区：${cast.applicants.length} 个组织入册，评委库 ${cast.judges.length} 人`,
    `Wuchang: ${cast.applicants.length} organisations on the register, ${cast.judges.length} judges in the pool`,
  )
  await stage.until(60)
  const late = await assembleLate(stage, cast)
  const rules = await publishRules(stage, cast)
  const round = await openCall(stage, cast, rules, proposals)
  const told = await applications(stage, { ...round, cast }, [...cast.applicants, late], proposals)
  const day = await screening(stage, told)
  const judged = await judging(stage, told, day)
  const settled = await objections(stage, judged.round, judged.day)
  return { round: judged.round, day: await awards(stage, judged.round, settled) }
}
