/** The chair of a round is replaced over HTTP: the new one goes on, the old one is shown out, whatever was opened, handed in or filed meanwhile. */
import t, { type Test } from 'tap'
import { simulatedClock } from '../../engine/clock.ts'
import { settled } from '../../services/passing-time.ts'
import {
  ballotIn,
  closeJudging,
  declareNone,
  draftedRound,
  judgedRound,
  nothingIsParked,
  openCall,
  reason,
  reveal,
  roundIn,
  type Seat,
  seatsIn,
  submitAll,
  toRound,
  type World,
} from '../support/judged-round.ts'
import { scene } from '../support/open-round.ts'
import { version } from '../support/proposal.ts'
import { type Person, type Service, START, service } from '../support/service.ts'

const replaceChair = async (world: World, by: Person = world.bureau): Promise<Person> => {
  const chair = await world.s.register()
  await toRound(world, by, 'replace-chair', { chair: chair.id, reason })
  return chair
}

/** What somebody is answered who asks for a life, and for its history. */
const seen = async (s: Service, by: Person, path: string): Promise<number[]> =>
  Promise.all([path, `${path}/history`].map(async each => (await s.call(by, 'GET', each)).status))
const SEEN = [200, 200]
const UNSEEN = [403, 403]

t.test('in the middle of judging: the new chair goes on, the old one neither acts nor sees', async t => {
  const world = await judgedRound(t, { judges: 5 })
  const { s, round, chair: old } = world
  const [leaving] = (await seatsIn(world)) as [Seat]
  await toRound(world, old, 'replace-judge', { name: leaving.name, reason })
  await settled(s.runtime)
  await declareNone(world)
  const chair = await replaceChair(world)
  await settled(s.runtime)
  const now = { ...world, chair }
  const [one] = (await seatsIn(now)) as [Seat]
  const ballots = [leaving, ...(await seatsIn(now))].map(({ ballot }) => `/v1/ballot/${ballot}`)
  for (const ballot of ballots) {
    t.strictSame(await seen(s, chair, ballot), SEEN)
    t.strictSame(await seen(s, old, ballot), UNSEEN, 'the ballot of who left, too')
  }
  // Of the first proposal a panel of three may have no more sheets than its quorum.
  const missing = (await ballotIn(now, one.ballot)).sheets.find(({ proposal }) => proposal !== world.proposals[0]?.id)
  await submitAll(now, (seat, proposal) => seat.name === one.name && proposal === missing?.proposal)

  const path = `/v1/competition-round/${round}`
  for (const command of ['close-judging', 'reveal-sheets'])
    t.equal((await s.call(old, 'POST', `${path}/${command}`, {})).status, 403)
  await closeJudging(now)
  const shown = await s.call(chair, 'GET', path)
  t.match(shown.body.data.missing, [{ name: one.name, proposal: missing?.proposal }])
  t.equal((shown.body.data.seals as unknown[]).length, 3)
  const shownOld = (await s.call(old, 'GET', path)).body.data
  for (const field of ['missing', 'seals', 'chair', 'formerChairs']) t.notOk(field in shownOld, field)
  const { data } = (await s.call(world.bureau, 'GET', path)).body
  t.strictSame([data.chair, data.formerChairs], [chair.id, [old.id]])
  await toRound(now, chair, 'void-missing', { name: one.name, proposal: missing?.proposal, reason })
  await settled(s.runtime)
  await reveal(now)
  t.equal((await s.call(old, 'GET', `${path}/sensitivity`)).status, 403)
  t.equal((await s.call(chair, 'GET', `${path}/sensitivity`)).status, 200)
  await toRound(now, chair, 'settle-ranking')

  const again = (await s.call(old, 'GET', `${path}/history`)).body.events.filter(
    ({ event }) => event === 'ChairReplaced',
  )
  t.ok(again.every(event => !JSON.stringify(event).includes(reason) && !JSON.stringify(event).includes(chair.id)))
  await nothingIsParked(t, { s })
})

/** The same district in a process that sends no commands of its own, and then in one that does all that was left. */
const whilePoliciesRest = async (t: Test, world: World, work: (world: World) => Promise<unknown>): Promise<World> => {
  const { s, clock } = world
  await settled(s.runtime)
  await s.close()
  const idle = await service(t, { beside: s, clock, role: 'api' })
  await work({ ...world, s: idle })
  await idle.close()
  const awake = await service(t, { beside: s, clock })
  await settled(awake.runtime)
  return { ...world, s: awake }
}

/** All that policies ever heard is told to them once more. */
const toldAgain = async (t: Test, world: World): Promise<World> => {
  const { s, clock } = world
  await s.runtime.pool.query("UPDATE engine.checkpoints SET position = $1 WHERE name = 'policies'", [
    await s.runtime.store.origin(),
  ])
  await s.close()
  const again = await service(t, { beside: s, clock })
  await settled(again.runtime)
  return { ...world, s: again }
}

const chairsOf = async (world: World): Promise<string[]> => {
  const { panel } = await roundIn(world)
  return Promise.all(panel.map(async ({ ballot = '' }) => (await ballotIn(world, ballot)).chair))
}

t.test('a ballot that is opened while the chair is replaced ends up before who chairs at last', async t => {
  let world = await judgedRound(t, { judges: 4 })
  const [leaving] = (await seatsIn(world)) as [Seat]
  const named: Person[] = []
  world = await whilePoliciesRest(t, world, async at => {
    named.push(await replaceChair(at))
    await toRound(at, at.bureau, 'replace-judge', { name: leaving.name, reason })
    named.push(await replaceChair(at))
    named.push(await replaceChair(at))
  })
  const [, , last] = named
  t.strictSame([(await roundIn(world)).chair, new Set(await chairsOf(world))], [last?.id, new Set([last?.id])])
  await nothingIsParked(t, world)
  const head = await world.s.runtime.store.head()
  world = await toldAgain(t, world)
  t.equal(await world.s.runtime.store.head(), head, 'told once more, nothing is done twice')
  t.strictSame(new Set(await chairsOf(world)), new Set([last?.id]))
  await nothingIsParked(t, world)
})

t.test('two offices at once: both are recorded, and who stands last in the log chairs everywhere', async t => {
  const world = await judgedRound(t, { judges: 4 })
  const { s } = world
  const second = await s.somebody({ role: 'bureau', place: '420106' })
  await Promise.all([world.bureau, second, s.founder, world.bureau].map(by => replaceChair(world, by)))
  await settled(s.runtime)
  const { chair, formerChairs = [] } = await roundIn(world)
  t.equal(new Set([chair, ...formerChairs]).size, 5)
  t.strictSame(new Set(await chairsOf(world)), new Set([chair]))
  const taken = await s.register()
  const body = { chair: taken.id, reason }
  const path = `/v1/competition-round/${world.round}/replace-chair`
  const same = await Promise.all([world.bureau, second].map(by => s.call(by, 'POST', path, body)))
  t.strictSame(same.map(({ status }) => status).sort(), [200, 422], 'the same person is named once')
  await settled(s.runtime)
  t.strictSame(new Set(await chairsOf(world)), new Set([taken.id]))
  await nothingIsParked(t, { s })
})

t.test('a proposal is before who chairs now, once it is on the list; a draft is before nobody', async t => {
  const clock = simulatedClock(new Date(START))
  const s = await service(t, { clock })
  const w = await scene(s)
  const world = await draftedRound({ s, clock, bureau: w.bureau, chair: w.panelChair, observer: w.observer }, w.pack)
  await openCall(world)
  const drafted = async (title: string): Promise<string> => {
    const about = { field: 'elders-and-orphans', place: '420106012021', title }
    const { id } = await s.given(w.chair, '/v1/proposal', {
      round: world.round,
      organisation: w.organisation,
      ...about,
    })
    await s.given(w.chair, `/v1/proposal/${id}/write-version`, { ...version, attachments: [] })
    return `/v1/proposal/${id}`
  }
  const submitted = async (path: string): Promise<string> => {
    await s.given(w.chair, `${path}/submit-version`, { version: 1 })
    await settled(s.runtime)
    return path
  }
  const [early, late] = [await submitted(await drafted('独居老人敲门探访')), await drafted('楼道飞线整治')]
  t.strictSame(await seen(s, w.panelChair, early), SEEN)
  t.strictSame(await seen(s, w.panelChair, late), UNSEEN)
  const chair = await replaceChair(world)
  await settled(s.runtime)
  for (const path of [early, await submitted(late)]) {
    t.strictSame(await seen(s, chair, path), SEEN, path)
    t.strictSame(await seen(s, w.panelChair, path), UNSEEN, path)
  }
  await s.given(w.chair, `${late}/withdraw`, { reason })
  await settled(s.runtime)
  const third = await replaceChair(world)
  await settled(s.runtime)
  for (const path of [early, late])
    t.strictSame(
      [await seen(s, third, path), await seen(s, chair, path)],
      [SEEN, UNSEEN],
      'one that was withdrawn, too',
    )
  await nothingIsParked(t, { s })
})

t.test('an objection is before who chairs now, a protected one before no chair', async t => {
  let world = await judgedRound(t)
  const old = world.chair
  await declareNone(world)
  await submitAll(world)
  await closeJudging(world)
  await reveal(world)
  await toRound(world, old, 'settle-ranking')
  await toRound(world, world.bureau, 'open-publicity', { where: '区民政局网站' })
  const { pack } = await roundIn(world)
  const filer = await world.s.register()
  const file = async (at: World, n: number, isProtected: boolean): Promise<string> => {
    const filed = { round: at.round, pack, publication: 1, proposal: at.proposals[n]?.id, protected: isProtected }
    const { id } = await at.s.given(filer, '/v1/objection', { ...filed, statement: '预算不实', evidence: [] })
    return `/v1/objection/${id}`
  }
  const [named, secret] = [await file(world, 0, false), await file(world, 1, true)]
  await world.s.given(filer, `${named}/withdraw-objection`, { reason })
  const paths: string[] = [named]
  const chairs: Person[] = []
  world = await whilePoliciesRest(t, world, async at => {
    paths.push(await file(at, 0, false))
    chairs.push(await replaceChair(at))
    paths.push(await file(at, 2, false))
  })
  const { s } = world
  const [chair] = chairs as [Person]
  for (const path of paths) t.strictSame([await seen(s, chair, path), await seen(s, old, path)], [SEEN, UNSEEN], path)
  for (const who of [chair, old]) t.strictSame(await seen(s, who, secret), UNSEEN)
  await nothingIsParked(t, { s })
})
