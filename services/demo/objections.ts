/** Two objections while the list is public: one is rejected, one is upheld, and the list is published again. */

import type { Stage } from './stage.ts'
import { type Round, seenBy, tellList } from './told.ts'

/** The day on which the list was published last. */
export const objections = async (stage: Stage, round: Round, published: number): Promise<number> => {
  await stage.until(published + 1)
  const { data } = await seenBy(stage, round.cast.resident, round)
  const [first, second] = data.publications.at(-1)?.list ?? []
  const named = await filed(stage, round, round.cast.resident, {
    proposal: first?.proposal,
    protected: false,
    statement: '该项目所列场地系社区免费提供，预算却列支租金',
  })
  const secret = await filed(stage, round, round.cast.neighbour, {
    proposal: second?.proposal,
    organisation: round.cast.neighbours,
    protected: true,
    statement: '认为该项目得分偏高',
  })
  await stage.until(published + 2)
  await rejected(stage, round, secret)
  await upheld(stage, round, named)
  return published + 3
}

const filed = async (stage: Stage, round: Round, by: string, said: object): Promise<string> => {
  const { pack } = (await seenBy(stage, by, round)).data
  const answer = await stage.send(by, '/v1/objection', {
    round: round.id,
    pack,
    publication: 1,
    evidence: [],
    ...said,
  })
  await stage.settled()
  return `/v1/objection/${answer.id}`
}

const taken = async (stage: Stage, { cast }: Round, path: string): Promise<void> => {
  const [why] = await stage.refused(cast.organiser, `${path}/accept-form`)
  await stage.send(cast.investigator, `${path}/accept-form`)
  await stage.send(cast.investigator, `${path}/begin-investigation`)
  stage.say(
    `异议受理并由未参与本轮的人员调查（经办人受理被拒：${why}）`,
    'an objection is accepted and investigated by somebody without a part in the round; who published the list could not',
  )
}

const rejected = async (stage: Stage, round: Round, path: string): Promise<void> => {
  const { cast, minutes } = round
  await taken(stage, round, path)
  await stage.send(cast.investigator, `${path}/reject-objection`, { reason: '复算各评分表，得分无误', minutes })
  await stage.send(cast.investigator, `${path}/answer-objection`, { answer: '经复算，该申报书得分无误，异议不成立。' })
  await stage.settled()
  stage.say('保密异议不成立，已答复', 'the protected objection is rejected, with reasons, and answered')
}

const upheld = async (stage: Stage, round: Round, path: string): Promise<void> => {
  const { at, cast, minutes } = round
  await taken(stage, round, path)
  const reason = '场地由社区无偿提供，预算不实，情况属实'
  await stage.send(cast.investigator, `${path}/uphold-objection`, { effect: 'exclude', reason, minutes })
  await stage.settled()
  await stage.send(cast.panelChair, `${at}/settle-ranking`)
  await stage.send(cast.organiser, `${at}/publish-again`, { where: '区民政局网站和各社区公示栏' })
  await stage.settled()
  await stage.send(cast.investigator, `${path}/answer-objection`, {
    answer: '异议成立，该申报书已取消资格，名单已重新公示。',
  })
  stage.say(
    '另一异议成立：取消资格，重新计票并重新公示',
    'the other objection is upheld: excluded, counted again and published again',
  )
  await tellList(stage, round)
}
