/** What the parts of the demonstration know of their round. */
import type { CompetitionRound } from '../../workflows/competition-round/data.ts'
import type { RoundPack } from '../../workflows/round-pack/pack.ts'
import type { Applicant, Cast } from './cast.ts'
import type { Stage } from './stage.ts'

/** A proposal, by its place in the order of arrival. */
export type Entered = { id: string; applicant: Applicant; requested: number }

export type Round = {
  id: string
  at: string
  rules: RoundPack
  cast: Cast
  /** In the order of arrival. */
  proposals: readonly Entered[]
  minutes: { name: string; sha256: string }
}

/** Which of them is which, in the order of arrival: the story needs some of them for something. */
export const part = {
  together: 3,
  byVote: [4, 5],
  byNeed: [6, 7],
  missing: 12,
  recused: 13,
  barred: 10,
} as const

type Seen = { state: { value: unknown }; data: CompetitionRound }
export const seenBy = (stage: Stage, by: string, { at }: Pick<Round, 'at'>): Promise<Seen> => stage.read<Seen>(by, at)

export const tellList = async (stage: Stage, round: Round): Promise<void> => {
  const { data } = await seenBy(stage, round.cast.resident, round)
  const shown = data.publications.at(-1)
  const funded = shown?.list.filter(({ amount }) => amount > 0) ?? []
  stage.say(
    `第 ${shown?.number} 次公示：拟资助 ${funded.length} 个，公示至 ${shown?.until}，名单校验值 ${shown?.digest.slice(0, 12)}…`,
    `list ${shown?.number} is public until ${shown?.until}: ${funded.length} awards, digest ${shown?.digest.slice(0, 12)}…`,
  )
  for (const { rank, proposal, total, outcome, amount } of shown?.list.slice(0, 5) ?? [])
    stage.say(`  ${rank}  ${total}  ${proposal.slice(0, 8)}  ${(amount / 100).toFixed(0)} 元`, `${outcome}`)
}
