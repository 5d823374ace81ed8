/** One run: lives that clients drive, trouble meanwhile, then rest, and the checks. */
import { type AsRead, evidenceOf, type Finding, findingsIn } from './checks/all.ts'
import type { At, Evidence } from './checks/evidence.ts'
import { recordHistories } from './linear/history.ts'
import { driveLives } from './lives/drive.ts'
import { byChance, inTurn } from './ordeal.ts'
import { bringToRest, type Opening, openScene, type Scene } from './scene.ts'
import type { Trial } from './trials.ts'

export type Asked = Opening & {
  lifecycles: number
  /** They come evenly over the lives; trouble of other kinds comes with them. Or one process after the other, each way. */
  kills: number | 'in turn'
  /** Ends it earlier, with fewer kills and lives that are left on their way. */
  withinMs?: number
  clients?: number
  told?(ended: number): void
}

export type Lived = Scene & Pick<Evidence, 'histories' | 'restedAt'> & { trials: readonly Trial[] }

export const live = async (asked: Asked): Promise<Lived> => {
  const scene = await openScene(asked)
  try {
    const lived = await liveIn(scene, asked)
    return { ...scene, ...lived, restedAt: await bringToRest(scene) }
  } catch (error) {
    await scene.world.close({ keep: true })
    throw error
  }
}

const liveIn = async (scene: Scene, asked: Asked): Promise<Pick<Lived, 'histories' | 'trials'>> => {
  const { lifecycles, kills, clients = 16, withinMs = Number.POSITIVE_INFINITY } = asked
  const until = performance.now() + withinMs
  const { client, cast } = scene
  const ordeal = kills === 'in turn' ? inTurn(scene.torment) : byChance(scene.torment, lifecycles, kills)
  let over = false
  const lives = driveLives({
    ...{ ...scene, lifecycles, clients },
    mayBegin: ordeal.mayBegin,
    mayEnd: ordeal.mayEnd,
    isTimeUp: () => performance.now() > until,
    ended: count => asked.told?.(count),
  }).finally(() => {
    over = true
  })
  const recording = recordHistories({ ...cast, client, bureau: cast.founder }, () => over)
  const [histories, trials] = await Promise.all([recording, ordeal.go(() => over), lives])
  return { histories, trials }
}

export type Remembered = Pick<Lived, 'world' | 'journal' | 'witness' | 'histories' | 'restedAt'>

/** `at`: the stores of the scene, or a copy of them. `asRead`: what a fault does to what is read. */
export const evidenceIn = (
  { world, journal, witness, histories, restedAt }: Remembered,
  at: At = { query: world.query, log: world.log, ...world.place() },
  asRead?: AsRead,
): Promise<Evidence> =>
  evidenceOf(
    { ...at, folder: world.folder },
    { entries: journal.entries, seen: witness.seen, histories, restedAt },
    asRead,
  )

export const judged = async (remembered: Remembered, asRead?: AsRead): Promise<Finding[]> => [
  ...[...remembered.journal.findings, ...remembered.witness.findings].map(what => ({ check: 'meanwhile', what })),
  ...(await findingsIn(await evidenceIn(remembered, undefined, asRead))),
]
