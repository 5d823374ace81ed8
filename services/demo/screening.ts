/** Eligibility is checked, one rule is set aside by two persons, and the judges are invited. */
import type { RoundPack } from '../../workflows/round-pack/pack.ts'
import { CALL } from './call.ts'
import type { Stage } from './stage.ts'
import { type Entered, part, type Round } from './told.ts'

export const met = (rules: RoundPack, number: number) =>
  rules.applicants.rules.map(({ id }, at) => ({
    rule: id,
    met: !(number === part.barred && at === 0),
    reason: '查阅台账和材料后判定',
  }))

export const screening = async (stage: Stage, round: Round): Promise<number> => {
  const { cast, rules, proposals } = round
  const day = CALL + 22
  await stage.until(day)
  stage.say('征集截止，申报名单由系统核定', 'the call is over; the list settled itself')
  await looked(stage, round)
  for (const [number, { id }] of proposals.entries())
    await stage.send(cast.checker, `/v1/proposal/${id}/check-eligibility`, { version: 1, verdicts: met(rules, number) })
  await override(stage, round)
  for (const { judge, person } of cast.judges) {
    await stage.send(cast.organiser, `${round.at}/invite-judge`, { judge })
    await stage.send(person, `${round.at}/answer-invitation`, { accepts: true })
  }
  await stage.settled()
  await stage.send(cast.organiser, `${round.at}/finish-screening`)
  await stage.settled()
  return day
}

type Resembling = { data: { resemblances: { life: string; finding?: string }[] } }

/** What asks for the same money twice is flagged with what it resembles; here it turns out to be two things. */
export const looked = async (stage: Stage, { cast, proposals }: Round): Promise<void> => {
  let flagged = 0
  for (const { id } of proposals) {
    const { data } = await stage.read<Resembling>(cast.checker, `/v1/proposal/${id}`)
    for (const { life } of data.resemblances.filter(({ finding }) => finding === undefined)) {
      flagged += 1
      const reason = '服务对象和时间均不同，属两个项目'
      await stage.send(cast.checker, `/v1/proposal/${id}/settle-resemblance`, { life, finding: 'distinct', reason })
    }
  }
  stage.say(
    `系统提示疑似重复申报 ${flagged} 处，经认定不重复`,
    `${flagged} resemblances were flagged; a person found two projects each`,
  )
}

/** Enrolled too late; two persons set that aside, and it will stand in the list. */
const override = async (stage: Stage, { cast, proposals }: Round): Promise<void> => {
  const late = proposals.at(-1) as Entered
  const path = `/v1/proposal/${late.id}`
  await stage.send(cast.checker, `${path}/override-eligibility`, {
    rule: 'enrolled',
    reason: '承接中断的助老服务，经局务会研究予以放宽',
  })
  const [why] = await stage.refused(cast.checker, `${path}/confirm-override`, { rule: 'enrolled' })
  await stage.send(cast.secondChecker, `${path}/confirm-override`, { rule: 'enrolled' })
  stage.say(
    `一份申报书未通过资格审查；另一份入册时间不足，经两人放宽（一人自行确认被拒：${why}）`,
    'one proposal is not eligible; another was enrolled too late, which two persons set aside and one could not',
  )
}
