/** One run: lives that clients drive, trouble meanwhile, then rest, and the checks. */
import { evidenceOf, type Finding, findingsIn } from './checks/all.ts'
import type { Evidence } from './checks/evidence.ts'
import { type History, recordHistories } from './linear/history.ts'
import { driveLives } from './lives/drive.ts'
import { bringToRest, openScene, type Scene } from './scene.ts'
import { torment } from './troubles/all.ts'

export type Asked = {
  lifecycles: number
  seed: number
  /** They come evenly over the lives; trouble of other kinds comes with them. */
  kills: number
  /** Ends it earlier, with fewer kills and lives that are left on their way. */
  withinMs?: number
  clients?: number
  processes?: number
  told?(ended: number): void
}

export type Lived = Scene & Pick<Evidence, 'histories' | 'restedAt'>

/** So many kills may be late: then no further life begins. */
const LATE = 1

export const live = async (asked: Asked): Promise<Lived> => {
  const scene = await openScene(asked)
  try {
    const histories = await liveIn(scene, asked)
    return { ...scene, histories, restedAt: await bringToRest(scene) }
  } catch (error) {
    await scene.world.close({ keep: true })
    throw error
  }
}

const liveIn = async (scene: Scene, asked: Asked): Promise<readonly History[]> => {
  const { lifecycles, kills, clients = 16, withinMs = Number.POSITIVE_INFINITY } = asked
  const until = performance.now() + withinMs
  const { journal, client, cast } = scene
  const made = () => journal.counts.kills ?? 0
  let [begun, over] = [0, false]
  const lives = driveLives({
    ...{ ...scene, lifecycles, clients },
    mayBegin: count => {
      begun = Math.max(begun, count)
      return made() + LATE >= (kills * count) / lifecycles
    },
    mayEnd: () => made() >= kills,
    isTimeUp: () => performance.now() > until,
    ended: count => asked.told?.(count),
  }).finally(() => {
    over = true
  })
  const recording = recordHistories({ ...cast, client, bureau: cast.founder }, () => over)
  const plan = { due: () => (kills * begun) / lifecycles, over: () => over }
  const [histories] = await Promise.all([recording, lives, torment(scene.torment, plan)])
  return histories
}

type Remembered = Pick<Lived, 'world' | 'journal' | 'witness' | 'histories' | 'restedAt'>

/** `at`: the database of the scene, or a copy of it. */
export const evidenceIn = (
  { world, journal, witness, histories, restedAt }: Remembered,
  at: Pick<Evidence, 'url' | 'query'> = { url: world.url(), query: world.query },
): Promise<Evidence> =>
  evidenceOf(
    { url: at.url, query: at.query, folder: world.folder },
    { entries: journal.entries, seen: witness.ids, histories, restedAt },
  )

export const judged = async (remembered: Remembered): Promise<Finding[]> => [
  ...[...remembered.journal.findings, ...remembered.witness.findings].map(what => ({ check: 'meanwhile', what })),
  ...(await findingsIn(await evidenceIn(remembered))),
]
