/** Who stands for an applicant on the register, without any post: kept from running the round and from objections to it, over HTTP. */
import t from 'tap'
import { settled } from '../../services/passing-time.ts'
import {
  closeJudging,
  declareNone,
  judgedRound,
  nothingIsParked,
  reason,
  reveal,
  roundIn,
  submitAll,
  toRound,
  type World,
} from '../support/judged-round.ts'
import { provenTo, signing } from '../support/proven.ts'
import type { Person } from '../support/service.ts'

const BARRED = { code: 'refused', reasons: [{ rule: 'belongsToNoApplicant' }] }

const named = async ({ s, proposals }: World, n: number, ...people: Person[]): Promise<void> => {
  const officers = people.map(({ id }) => ({ person: id, duty: 'officer' }))
  await s.given(s.founder, `/v1/organisation/${proposals[n]?.applicant}/name-officers`, { officers })
}

const tried = ({ s, round }: World, by: Person, command: string, input: object = {}) =>
  s.call(by, 'POST', `/v1/competition-round/${round}/${command}`, input)

const notedTimes = async ({ s, round }: World): Promise<number> =>
  (await s.runtime.store.readAll(undefined, 10_000)).filter(
    ({ stream, type }) => stream === `competitionRound-${round}` && type === 'OfficersNoted',
  ).length

/** What a reader is told of a round, by whatever way. */
const everythingOf = async ({ s, round }: World, reader: Person): Promise<string> => {
  const path = `/v1/competition-round/${round}`
  const [now, history] = [await s.call(reader, 'GET', path), await s.call(reader, 'GET', `${path}/history`)]
  const proof = await provenTo(s, reader, path)
  const pack = await s.call(reader, 'GET', `${path}/decision-pack`)
  for (const { status } of [now, history, pack]) if (status !== 200) throw new Error(`answered ${status}`)
  return [now, history, proof, pack].map(({ text }) => text).join()
}

const counted = async (world: World): Promise<void> => {
  await declareNone(world)
  await submitAll(world)
  await closeJudging(world)
  await reveal(world)
}

t.test('a chair of the panel who is an officer of an applicant runs none of the judging', async t => {
  const world = await judgedRound(t, { before: world => named(world, 1, world.chair, world.bureau) })
  const { s, chair } = world
  t.strictSame((await roundIn(world)).officers, [chair.id, world.bureau.id].sort())
  const close = await tried(world, chair, 'close-judging')
  t.match([close.status, close.body], [422, BARRED])
  t.match(close.text, '申报组织的人员不得办理本轮次')
  t.match((await tried(world, chair, 'extend-judging', { until: '2026-06-30', reason })).body, BARRED)
  const { body } = await s.call(chair, 'GET', `/v1/competition-round/${world.round}`)
  const explained = body.commands.find(({ command }) => command === 'close-judging')
  t.match(explained, { status: 'refused' })

  const [deputy, second] = [await s.register(), await s.somebody({ role: 'bureau', place: '420106' })]
  const another = await tried(world, second, 'replace-chair', { chair: world.bureau.id, reason })
  t.match(
    another.body,
    { code: 'refused', reasons: [{ rule: 'newChairIsNoApplicants' }] },
    'nor is one followed by another',
  )
  await toRound(world, second, 'replace-chair', { chair: deputy.id, reason })
  await settled(s.runtime)
  await counted({ ...world, chair: deputy })
  t.equal((await roundIn(world)).standing, 'tally', 'with another chair it goes on')
  await nothingIsParked(t, world)
})

t.test(
  'who became an officer while the panel scored is seen at the reveal, and who came later at publicity',
  async t => {
    const world = await judgedRound(t)
    const { s, chair, bureau, round, proposals } = world
    const second = await s.somebody({ role: 'bureau', place: '420106' })
    await declareNone(world)
    await submitAll(world)
    await closeJudging(world)
    t.equal(await notedTimes(world), 0, 'there was nobody to note')
    await named(world, 0, chair, bureau)
    await reveal(world)
    t.equal(await notedTimes(world), 1)
    const name = (await roundIn(world)).panel[0]?.name
    const voids = { name, proposal: proposals[2]?.id, reason }
    for (const [by, command, input] of [
      [chair, 'settle-ranking', {}],
      [chair, 'void-sheets', voids],
      [bureau, 'void-sheets', voids],
    ] as const)
      t.match((await tried(world, by, command, input)).body, BARRED, command)
    const asked = await s.call(chair, 'GET', `/v1/competition-round/${round}/sensitivity`)
    t.match([asked.status, asked.body.code], [403, 'kept-apart'])
    t.equal((await tried(world, second, 'void-sheets', voids)).status, 200, 'somebody without a part in it may')
    await nothingIsParked(t, world)
  },
)

t.test('a clerk who is an officer of a rival decides on no objection, and nobody reads of whom that is', async t => {
  const world = await judgedRound(t, { heads: signing })
  const { s, round, bureau, chair, proposals, observer, judges } = world
  const clerk = await s.somebody({ role: 'bureau', place: '420106' })
  const second = await s.somebody({ role: 'bureau', place: '420106' })
  await counted(world)
  await toRound(world, chair, 'settle-ranking')
  await named(world, 1, clerk)
  await toRound(world, bureau, 'open-publicity', { where: '区民政局网站' })
  await settled(s.runtime)
  const { pack } = await roundIn(world)
  const filed = { ...{ round, pack, publication: 1, proposal: proposals[0]?.id }, protected: false }
  const { id } = await s.given(await s.register(), '/v1/objection', { ...filed, statement: '预算不实', evidence: [] })
  for (const [command, input] of [
    ['accept-form', {}],
    ['reject-form', { reason }],
  ] as const)
    t.match((await s.call(clerk, 'POST', `/v1/objection/${id}/${command}`, input)).body, { code: 'kept-apart' })
  await s.given(second, `/v1/objection/${id}/accept-form`)
  t.match((await s.call(clerk, 'POST', `/v1/objection/${id}/begin-investigation`, {})).body, { code: 'kept-apart' })
  await s.given(second, `/v1/objection/${id}/begin-investigation`)
  t.equal(await notedTimes(world), 1)
  for (const reader of [bureau, chair, observer, clerk, s.founder, await s.register(), ...judges])
    t.notOk((await everythingOf(world, reader)).includes(clerk.id), 'nobody is told who is an officer')
  await nothingIsParked(t, world)
})
