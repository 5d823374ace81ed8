/**
 * Until the reveal nobody but its judge learns anything of a sheet. One round is told twice, on two services with one seed
 * and one clock, and only what the sheets say differs, in value and in length. After each step everybody asks everything:
 * all answers are the same, until the sheets are revealed; then they are not, which shows that a leak would be seen.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import pino from 'pino'
import t, { type Test } from 'tap'
import { simulatedClock } from '../engine/clock.ts'
import { treeStanding } from '../engine/log-tree-growth.ts'
import { openNotary } from '../services/notary.ts'
import { settled } from '../services/passing-time.ts'
import { likeness } from './leaks/likeness.ts'
import { livesIn, type Question, questionsOf } from './leaks/questions.ts'
import {
  ballotIn,
  closeJudging,
  declareNone,
  pack,
  reason,
  reveal,
  roundJudgedIn,
  type Seat,
  seatsIn,
  toBallot,
  toRound,
  type World,
} from './support/judged-round.ts'
import { rootKeys } from './support/root-keys.ts'
import { type Answer, type Person, START, service } from './support/service.ts'

/** What sheets say in one telling and in the other: how many fifths of the points, and in how many words. */
type Saying = { fifths(n: number): number; words: string }
const SAYINGS: readonly [Saying, Saying] = [
  { fifths: n => 5 - n, words: '好' },
  { fifths: n => 2 + n, words: '需求摸底扎实，志愿者安排偏紧，预算还要再核一遍。'.repeat(4) },
]

type Telling = { world: World; saying: Saying; readers: Record<string, Person | undefined> }

const tellingOf = async (t: Test, saying: Saying): Promise<Telling> => {
  const clock = simulatedClock(new Date(START))
  const s = await service(t, { clock, seed: 'twins' })
  const [street, community, finance] = [
    await s.somebody({ role: 'street', place: '420106012' }),
    await s.somebody({ role: 'community', place: '420106012021' }),
    await s.somebody({ role: 'finance', place: '420106' }),
  ]
  const resident = await s.register()
  const world = await roundJudgedIn(s, clock, { judges: 4, proposals: 3 })
  const [one, other] = world.proposals.map(({ applicant }) => applicant) as [string, string]
  const applicant = await s.somebody({ role: 'chair', organisation: one })
  const funder = await s.somebody({ role: 'funder', organisation: other })
  const judges = Object.fromEntries(world.judges.map((judge, n) => [`judge ${n + 1}`, judge]))
  const { bureau, chair, observer } = world
  const offices = { city: s.founder, bureau, street, community, finance, funder }
  return {
    world,
    saying,
    readers: { ...offices, 'panel chair': chair, observer, applicant, resident, ...judges, nobody: undefined },
  }
}

// ── what happens ────────────────────────────────────────────────────────────────────────────────

const sheet = ({ fifths, words }: Saying, proposal: string, n: number) => ({
  proposal,
  scores: Object.fromEntries(pack.rubric.criteria.map(({ id, weight }) => [id, String((weight * fifths(n)) / 5)])),
  comments: Object.fromEntries([...pack.rubric.criteria.map(({ id }) => id), 'overall'].map(id => [id, words])),
})

const send = async (world: World, seat: Seat, command: string, input: object): Promise<void> => {
  const { status, text } = await toBallot(world, seat, command, input)
  if (status !== 200) throw new Error(`${command}: ${text}`)
}

const sheetsOf = async (world: World, { ballot }: Seat): Promise<string[]> =>
  (await ballotIn(world, ballot)).sheets.map(({ proposal }) => proposal).sort()

/** The first judge's sheets, or everybody's. */
const writing =
  (command: 'save-draft' | 'submit-sheet', whose: 'first' | 'all') =>
  async ({ world, saying }: Telling): Promise<void> => {
    const seats = await seatsIn(world)
    for (const seat of whose === 'first' ? seats.slice(0, 1) : seats)
      for (const [n, proposal] of (await sheetsOf(world, seat)).entries())
        await send(world, seat, command, sheet(saying, proposal, n))
  }

const recusing = async ({ world }: Telling): Promise<void> => {
  const [seat] = (await seatsIn(world)).slice(-1) as [Seat]
  const [proposal] = await sheetsOf(world, seat)
  await send(world, seat, 'recuse', { proposal, reason: '与负责人系亲属' })
}

const submittingAnew = (telling: Telling): Promise<void> => {
  const { saying } = telling
  return writing('submit-sheet', 'first')({ ...telling, saying: { ...saying, fifths: n => saying.fifths(n + 1) } })
}

const STEPS: Record<string, (telling: Telling) => Promise<unknown>> = {
  'a draft is saved': async telling => {
    await declareNone(telling.world)
    await writing('save-draft', 'first')(telling)
  },
  'sheets are submitted': writing('submit-sheet', 'all'),
  'some are submitted anew, and a judge recuses': async telling => {
    await submittingAnew(telling)
    await recusing(telling)
  },
  'judging is closed': ({ world }) => closeJudging(world),
  'judging is extended, and closed again': async ({ world }) => {
    await toRound(world, world.chair, 'extend-judging', { until: '2026-05-20', reason })
    await settled(world.s.runtime)
    await closeJudging(world)
  },
}

// ── what is asked ───────────────────────────────────────────────────────────────────────────────

const asked = async ({ world: { s } }: Telling, by: Person | undefined, question: Question): Promise<Answer> =>
  s.call(by, question.method, question.path, question.body, question.accept ? { accept: question.accept } : {})

/** What a judge reads of their own ballot is what they wrote. */
const isOwn = (seats: readonly Seat[], by: Person | undefined, { method, path }: Question): boolean =>
  method === 'GET' && seats.some(({ judge, ballot }) => judge.id === by?.id && path.startsWith(`/v1/ballot/${ballot}`))

/** A head over all there is, so that every proof is asked for; signed here, for by itself it comes at any time. */
const headSigned = async ({ world: { s, clock } }: Telling): Promise<void> => {
  const { pool, store } = s.runtime
  const standing = await reached(
    () => treeStanding(pool, store),
    async ({ position }) => position === (await store.head()),
  )
  const options = {
    events: 1,
    minutes: 1,
    to: undefined,
    key: rootKeys.signing,
    clock,
    logger: pino({ level: 'silent' }),
  }
  const notary = openNotary({ ...s.runtime, ...options })
  await notary.look()(standing, [], true)
  await notary.stop()
  await settled(s.runtime)
  const head = await s.runtime.store.head()
  for (const model of s.runtime.readModels)
    await reached(
      () => s.runtime.standing(model),
      async now => now !== undefined && now.position >= head,
    )
}

/** Asks until it is as wanted. */
const reached = async <T>(ask: () => Promise<T>, isSo: (now: T) => Promise<boolean>): Promise<T> => {
  for (;;) {
    const now = await ask()
    if (await isSo(now)) return now
    await sleep(20)
  }
}

type Twins = readonly [Telling, Telling]

/** Whether the two stand for the same lives, so that what is asked of one can be asked of the other. */
const questionsFor = async (twins: Twins, earlier: readonly [string, string]): Promise<[Question, Question][]> => {
  const both = await Promise.all(
    twins.map(async ({ world: { s } }, n) => questionsOf(s, await livesIn(s), earlier[n] as string)),
  )
  const [one = [], other = []] = both
  if (one.length !== other.length) throw new Error(`${one.length} questions to one, ${other.length} to the other`)
  return one.map((question, n) => [question, other[n] as Question])
}

const logOf = async ({ world: { s } }: Telling): Promise<string> => (await s.runtime.store.origin()).slice(0, -16)

/** What a backup holds: every event with its metadata, to the byte. */
const copyOf = async ({ world: { s } }: Telling): Promise<string> =>
  (await s.runtime.store.readAll(undefined, 10_000))
    .map(({ stream, type, data, metadata }) => [stream, type, data, metadata].join('\n'))
    .join('\n')

/** What anybody is told by one of the two and not by the other, or who holds a copy of its log; as they are found. */
async function* differences(twins: Twins, earlier: readonly [string, string]): AsyncGenerator<string> {
  const { difference, inTexts } = likeness([await logOf(twins[0]), await logOf(twins[1])])
  const seats = await seatsIn(twins[0].world)
  const copied = inTexts(await copyOf(twins[0]), await copyOf(twins[1]))
  if (copied !== undefined) yield `a copy of the log\n${copied}`
  for (const [question, sameQuestion] of await questionsFor(twins, earlier))
    for (const [reader, by] of Object.entries(twins[0].readers)) {
      if (isOwn(seats, by, question)) continue
      const answers = await Promise.all([
        asked(twins[0], by, question),
        asked(twins[1], twins[1].readers[reader], sameQuestion),
      ])
      const told = difference(...answers)
      if (told !== undefined) yield `${reader}: ${question.method} ${question.path}\n${told}`
    }
}

const upTo = async <T>(count: number, all: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = []
  for await (const each of all) if (found.push(each) === count) break
  return found
}

/** Some ten thousand questions a step. */
const PATIENCE_MS = 600_000

t.setTimeout(PATIENCE_MS)

t.test(
  'what sheets say is told to nobody before the reveal, by no answer at all',
  { timeout: PATIENCE_MS },
  async t => {
    const twins = [await tellingOf(t, SAYINGS[0]), await tellingOf(t, SAYINGS[1])] as const
    const headOf = ({ world: { s } }: Telling) => s.runtime.store.head()
    const both = async (step: (telling: Telling) => Promise<unknown>) => {
      for (const telling of twins) {
        await step(telling)
        await settled(telling.world.s.runtime)
        await headSigned(telling)
      }
    }
    const begun = [await headOf(twins[0]), await headOf(twins[1])] as const
    for (const [name, step] of Object.entries(STEPS)) {
      await both(step)
      t.strictSame(await upTo(5, differences(twins, begun)), [], name)
    }
    await both(({ world }) => reveal(world))
    t.ok((await upTo(2, differences(twins, begun))).length > 1, 'and once they are revealed it is')
  },
)
