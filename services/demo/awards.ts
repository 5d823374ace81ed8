/** Publicity runs out, awards are offered and answered, somebody declines, the reserve moves up, and the round is archived. */
import type { Stage } from './stage.ts'
import { type Round, seenBy } from './told.ts'

export const awards = async (stage: Stage, round: Round, published: number) => {
  const day = await publicityOver(stage, round, published)
  await stage.until(day)
  const before = await open(stage, round)
  await declined(stage, round, before[0] as Offered)
  // What is freed goes down the ranks: a partial award becomes larger, somebody in reserve moves up.
  const offers = await open(stage, round)
  const changed = offers.filter(({ proposal, amount }) => amountIn(before, proposal) !== amount)
  for (const { proposal, amount } of offers)
    await stage.send(chairOf(round, proposal), `/v1/proposal/${proposal}/accept-offer`, { amount })
  await stage.settled()
  stage.say(
    `公示期满，资助由系统确定；1 个组织谢绝，因此 ${changed.length} 个申报书递补或补足`,
    `publicity is over and the awards decided themselves; one applicant declined, so ${changed.length} got an award, or a larger one`,
  )
  await stage.send(round.cast.organiser, `${round.at}/archive`)
  await stage.settled()
  stage.say('轮次已归档', 'the round is archived')
  await takenBack(stage, round, before[0] as Offered)
  return day
}

/** A reason that named somebody is taken back; the round can be recomputed all the same, and the file says what it lacks. */
const takenBack = async (stage: Stage, { cast }: Round, { proposal }: Offered): Promise<void> => {
  const path = `/v1/proposal/${proposal}`
  const history = await stage.read<{ events: { revision: number; event?: string }[] }>(cast.checker, `${path}/history`)
  const { revision } = history.events.findLast(({ event }) => event === 'OfferDeclined') ?? {}
  const reason = '谢绝理由写明了住户身份'
  await stage.send(cast.checker, `${path}/redact-text`, { revision, field: 'reason', reason })
  await stage.settled()
  stage.say('谢绝资助的理由已遮盖', 'the reason for which one declined is taken back')
}

/** The day after the last of publicity, whatever weekends and holidays lie between. */
export const publicityOver = async (stage: Stage, round: Round, published: number): Promise<number> => {
  const { data } = await seenBy(stage, round.cast.resident, round)
  const until = data.publications.at(-1)?.until ?? ''
  let day = published
  while (stage.day(day) <= until) day += 1
  return day
}

export type Offered = { proposal: string; amount: number }

/** What is offered and not answered yet, as it is now. */
export const open = async (stage: Stage, round: Round): Promise<Offered[]> => {
  await stage.settled()
  const { data } = await seenBy(stage, round.cast.organiser, round)
  return data.entries.flatMap(({ proposal, offer }) =>
    offer && offer.answer === undefined ? [{ proposal, amount: offer.amount }] : [],
  )
}

const amountIn = (offers: readonly Offered[], proposal: string): number | undefined =>
  offers.find(each => each.proposal === proposal)?.amount

export const chairOf = ({ proposals }: Round, proposal: string): string =>
  proposals.find(({ id }) => id === proposal)?.applicant.chair ?? ''

export const declined = (stage: Stage, round: Round, { proposal }: Offered) =>
  stage.send(chairOf(round, proposal), `/v1/proposal/${proposal}/decline-offer`, {
    reason: '主要成员外出学习，难以按期实施',
  })
