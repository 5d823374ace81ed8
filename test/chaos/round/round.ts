/** One run of a round: the story under trouble, then rest; its decision pack, and what a run without trouble comes to. */
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { SignedHead } from '../../../engine/log-head.ts'
import type { Told } from '../../../services/demo/story.ts'
import { evidenceIn, type Remembered } from '../chaos.ts'
import { checks, type Finding, findingsIn } from '../checks/all.ts'
import { nothingParked, oneBallotASeat, roundOnce } from '../checks/round.ts'
import { byChance } from '../ordeal.ts'
import { bringToRest, type Ground, type Opening, openGround } from '../scene.ts'
import type { Trouble } from '../troubles/trouble.ts'
import { flawIn, type Outcome, outcomeOf } from './outcome.ts'
import { asked, stageIn } from './stage.ts'
import { contestedRound } from './story.ts'
import { undisturbed } from './twin.ts'

export type Asked = Opening & {
  /** They come evenly over the commands of the story. */
  kills: number
  /** All of them, unless some are said. */
  troubles?: readonly Trouble[]
  told?(commands: number): void
}

export type RoundLived = Remembered & { pack: string; flaw: string | undefined; expected: Outcome }

/** About so many commands people send in the story. */
export const COMMANDS = 165

export const liveRound = async (asking: Asked): Promise<RoundLived> => {
  const ground = await openGround(asking)
  try {
    const { told, read } = await tormented(ground, asking)
    const decided = await read(told)
    const restedAt = await bringToRest(ground)
    return { ...ground, ...decided, histories: [], restedAt, expected: await undisturbed(ground.world) }
  } catch (error) {
    await ground.world.close({ keep: true })
    throw error
  }
}

const WAIT_MS = 20

const tormented = async (ground: Ground, { kills, troubles, told: tell }: Asked) => {
  const ordeal = byChance(ground.torment, COMMANDS, kills, troubles)
  let [over, sent] = [false, 0]
  const stage = stageIn(ground, async () => {
    sent += 1
    tell?.(sent)
    const nth = Math.min(sent, COMMANDS)
    while (!over && !ordeal.mayBegin(nth)) await sleep(WAIT_MS)
  })
  const story = contestedRound(stage).finally(() => {
    over = true
  })
  const [told] = await Promise.all([story, ordeal.go(() => over)])
  const read = async ({ round, day }: Told) => {
    await stage.settled()
    const end = await ground.world.log.head()
    // A day later a head is signed over all of it.
    await stage.until(day + 1)
    const reader = round.cast.investigator
    const head = await signedOver(ground, reader, end)
    const pack = await asked(ground, reader, `${round.at}/decision-pack`)
    return { pack, flaw: flawIn(pack, head) }
  }
  return { told, read }
}

const SIGNED_WITHIN_MS = 60_000

const signedOver = async (ground: Ground, reader: string, position: string): Promise<SignedHead> => {
  for (const until = performance.now() + SIGNED_WITHIN_MS; performance.now() < until; await sleep(WAIT_MS)) {
    const head = JSON.parse(await asked(ground, reader, '/v1/log/heads/latest')) as SignedHead
    if (head.upTo >= position) return head
  }
  throw new Error('no head of the log was signed over the whole round')
}

const ofRounds = [...checks, roundOnce, oneBallotASeat, nothingParked]

export const roundJudged = async (lived: RoundLived): Promise<Finding[]> => [
  ...[...lived.journal.findings, ...lived.witness.findings].map(what => ({ check: 'meanwhile', what })),
  ...(await findingsIn(await evidenceIn(lived), ofRounds)),
  ...outcomeFindings(lived),
]

/** That what came of it is what comes of it where nothing happens, and that its pack proves it. */
export const outcomeFindings = ({
  pack,
  flaw,
  expected,
}: Pick<RoundLived, 'pack' | 'flaw' | 'expected'>): Finding[] => {
  const outcome = outcomeOf(pack)
  const parts = Object.keys(expected) as (keyof Outcome)[]
  return [
    ...(flaw === undefined ? [] : [{ check: 'decision pack', what: flaw }]),
    ...parts
      .filter(part => !isDeepStrictEqual(outcome[part], expected[part]))
      .map(part => ({
        check: 'outcome',
        what: `${part} is ${JSON.stringify(outcome[part])}, and without trouble ${JSON.stringify(expected[part])}`,
      })),
  ]
}
