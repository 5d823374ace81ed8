/** Publicity runs out, awards are offered and answered, somebody declines, the reserve moves up, and the round is archived. */

import type { Proposal } from '../../workflows/proposal/data.ts'
import type { Stage } from './stage.ts'
import { type Round, seenBy } from './told.ts'

export const awards = async (stage: Stage, round: Round, published: number) => {
  const day = await publicityOver(stage, round, published)
  await stage.until(day)
  const declined = await answered(stage, round, true)
  const movedUp = await answered(stage, round, false)
  stage.say(
    `公示期满，资助由系统确定；${declined} 个组织谢绝，候补递补 ${movedUp} 个`,
    `publicity is over and the awards decided themselves; ${declined} applicant declined, ${movedUp} in reserve moved up`,
  )
  const { position: end } = await stage.send(round.cast.organiser, `${round.at}/archive`)
  await stage.settled()
  stage.say('轮次已归档', 'the round is archived')
  return { day, end }
}

/** The day after the last of publicity, whatever weekends and holidays lie between. */
const publicityOver = async (stage: Stage, round: Round, published: number): Promise<number> => {
  const { data } = await seenBy(stage, round.cast.resident, round)
  const until = data.publications.at(-1)?.until ?? ''
  let day = published
  while (stage.day(day) <= until) day += 1
  return day
}

/** The proposals whose offers wait for an answer. */
const open = async (stage: Stage, round: Round): Promise<string[]> => {
  await stage.settled()
  const { data } = await seenBy(stage, round.cast.organiser, round)
  return data.entries.flatMap(({ proposal, offer }) => (offer && offer.answer === undefined ? [proposal] : []))
}

/** As it stands now: what another declined may have made a partial award a whole one. */
const offered = async (stage: Stage, chair: string, proposal: string): Promise<number> => {
  await stage.settled()
  const { data } = await stage.read<{ data: Proposal }>(chair, `/v1/proposal/${proposal}`)
  return data.offer?.amount ?? 0
}

/** The first declines where somebody is to; all others accept. Gives how many declined, or else how many there were. */
const answered = async (stage: Stage, round: Round, someoneDeclines: boolean): Promise<number> => {
  const offers = await open(stage, round)
  for (const [number, proposal] of offers.entries()) {
    const chair = round.proposals.find(({ id }) => id === proposal)?.applicant.chair ?? ''
    const path = `/v1/proposal/${proposal}`
    if (someoneDeclines && number === 0)
      await stage.send(chair, `${path}/decline-offer`, { reason: '主要成员外出学习，难以按期实施' })
    else await stage.send(chair, `${path}/accept-offer`, { amount: await offered(stage, chair, proposal) })
  }
  await stage.settled()
  return someoneDeclines ? 1 : offers.length
}
