/** Objections over HTTP, while the list of a round is public: one at a time of one person, and who learns of it. */
import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { settled } from '../../services/passing-time.ts'
import {
  closeJudging,
  declareNone,
  judgedRound,
  reason,
  reveal,
  roundIn,
  submitAll,
  toRound,
  type World,
} from '../support/judged-round.ts'
import type { Person } from '../support/service.ts'

const COMMUNITY = '420106012021'

const publicRound = async (t: Test): Promise<World> => {
  const world = await judgedRound(t)
  await declareNone(world)
  await submitAll(world)
  await closeJudging(world)
  await reveal(world)
  await toRound(world, world.chair, 'settle-ranking')
  await toRound(world, world.bureau, 'open-publicity', { where: '区民政局网站' })
  await settled(world.s.runtime)
  return world
}

t.test('objections to a list', async t => {
  const world = await publicRound(t)
  const { s, round, proposals } = world
  const { pack } = await roundIn(world)
  const filing = (n: number, more: object = {}) => ({
    ...{ round, pack, publication: 1, proposal: proposals[n]?.id, protected: true },
    ...{ statement: '公示的预算与申报书不一致', evidence: [], ...more },
  })
  const file = (by: Person, body: object) => s.call(by, 'POST', '/v1/objection', body)
  const second = await s.somebody({ role: 'bureau', place: '420106' })

  t.test('12 at once of one person: one is filed, and they are told which is open', async t => {
    const filer = await s.register()
    const answers = await Promise.all(Array.from({ length: 12 }, () => file(filer, filing(0))))
    const [filed, ...more] = answers.filter(({ status }) => status === 201)
    t.strictSame([filed?.status, more.length], [201, 0])
    const id = filed?.body.id
    for (const { body } of answers.filter(each => each !== filed))
      t.match(body, { status: 409, code: 'taken', kind: 'open-objection', holder: { workflow: 'objection', id } })
    const dry = await s.call(filer, 'POST', '/v1/objection?dryRun=true', filing(0))
    t.match(dry.body, { code: 'taken', holder: { id } })
    t.equal((await file(filer, filing(1))).status, 201, 'another proposal is another matter')
    t.equal((await file(await s.register(), filing(0))).status, 201, 'and so is what somebody else objects')
  })

  t.test('once it has ended another one can be filed, however it ended', async t => {
    const filer = await s.register()
    const minutes = await s.upload(second, '纪要.txt', `纪要 ${randomUUID()}`)
    const ends: [string, ...[Person, string, object][]][] = [
      ['withdrawn', [filer, 'withdraw-objection', { reason }]],
      ['rejected as to form', [second, 'reject-form', { reason }]],
      [
        'answered',
        [second, 'accept-form', {}],
        [second, 'begin-investigation', {}],
        [second, 'reject-objection', { reason, minutes }],
        [second, 'answer-objection', { answer: '经复核，名单无误' }],
      ],
    ]
    for (const [name, ...steps] of ends) {
      const { id } = await s.given(filer, '/v1/objection', filing(0))
      for (const [by, command, input] of steps) {
        t.match((await file(filer, filing(0))).body, { code: 'taken', holder: { id } }, `${name}: before ${command}`)
        await s.given(by, `/v1/objection/${id}/${command}`, input)
      }
    }
    t.equal((await file(filer, filing(0))).status, 201)
  })

  t.test('a counter does not learn by trying who has objected', async t => {
    const [filer, counter, other] = await Promise.all([
      s.register(),
      s.somebody({ role: 'community', place: COMMUNITY }),
      s.somebody({ role: 'community', place: COMMUNITY }),
    ])
    const { id } = await s.given(filer, '/v1/objection', filing(0))
    const document = await s.upload(counter, '书面异议.txt', `书面异议 ${randomUUID()}`)
    const onBehalf = { person: filer.id, channel: 'paper', document, on: (await roundIn(world)).publications[0]?.from }
    const taking = filing(0, { place: COMMUNITY, onBehalf })
    const dry = (by: Person) => s.call(by, 'POST', '/v1/objection?dryRun=true', taking)
    const tried = await dry(counter)
    t.equal(tried.status, 200, tried.text)
    const taken = await s.given(counter, '/v1/objection', taking)
    const again = await file(counter, taking)
    t.match(again.body, { code: 'taken' }, 'of what it took in itself it may know')
    t.notOk(again.text.includes(id))
    t.notOk(again.text.includes(taken.id), 'that is protected: not even that is named')
    t.equal((await dry(other)).status, 200, 'another counter is told nothing')
  })

  t.test('who belongs to a rival is kept apart, in the explanation and when they try', async t => {
    const { id } = await s.given(await s.register(), '/v1/objection', filing(0))
    const rival = await s.somebody(
      { role: 'bureau', place: '420106' },
      { role: 'member', organisation: proposals[1]?.applicant as string },
    )
    const { body } = await s.call(rival, 'GET', `/v1/objection/${id}`)
    t.match(
      body.commands.find(({ command }) => command === 'accept-form'),
      { status: 'refused', because: { code: 'kept-apart' } },
    )
    const accept = `/v1/objection/${id}/accept-form`
    for (const path of [`${accept}?dryRun=true`, accept])
      t.match((await s.call(rival, 'POST', path, {})).body, { code: 'kept-apart' }, path)
    t.equal((await s.call(second, 'POST', accept, {})).status, 200)
  })
})
