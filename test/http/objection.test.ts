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
import { provenTo, signing } from '../support/proven.ts'
import type { Person } from '../support/service.ts'

const COMMUNITY = '420106012021'

const publicRound = async (t: Test): Promise<World> => {
  const world = await judgedRound(t, { heads: signing })
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
    const again = await file(filer, filing(0))
    t.match(again.body.detail, /已属于“异议”（见 holder）/)
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

  t.test('who objects under protection is read by nobody who ran the round or belongs to an applicant', async t => {
    const statement = `某户反映的情况 ${randomUUID()}`
    const objecting = await s.given(s.founder, '/v1/organisation', {
      ...{ name: `反映情况的队 ${randomUUID()}`, tier: 'community-managed', field: 'dance', place: COMMUNITY },
    })
    const filer = await s.somebody({ role: 'member', organisation: objecting.id })
    const evidence = [{ name: '照片.txt', sha256: (await s.upload(filer, '照片.txt', statement)).sha256 }]
    const { id } = await s.given(filer, '/v1/objection', filing(2, { statement, evidence, organisation: objecting.id }))
    const path = `/v1/objection/${id}`
    const secrets = [filer.id, objecting.id, statement, evidence[0]?.sha256 ?? '']
    const told = async (by: Person): Promise<string[]> => {
      const after = `after=${encodeURIComponent(await s.runtime.store.head())}`
      const routes = [
        path,
        `${path}?asOf=${encodeURIComponent(new Date(world.clock.now()).toISOString())}`,
        `${path}/history`,
        `/v1/objection?${after}`,
        `/v1/views/lives?${after}&workflow=objection`,
      ]
      const answers = await Promise.all(routes.map(async route => [route, (await s.call(by, 'GET', route)).text]))
      const csv = await s.call(by, 'GET', `/v1/views/lives?${after}&workflow=objection`, undefined, {
        accept: 'text/csv',
      })
      const proof = (await provenTo(s, by, path)).text
      const file = await s.call(by, 'GET', `${path}/files/${evidence[0]?.sha256}`)
      return [
        ...[...answers, ['csv', csv.text], ['proof', proof]].flatMap(([route, text = '']) =>
          secrets.some(secret => text.includes(secret)) ? [String(route?.split('?')[0])] : [],
        ),
        ...(file.status === 200 ? ['file'] : []),
      ]
    }
    const rival = await s.somebody(
      { role: 'bureau', place: '420106' },
      { role: 'member', organisation: proposals[1]?.applicant as string },
    )
    const member = await s.somebody({ role: 'bureau', place: '420106' }, { role: 'member', organisation: objecting.id })
    t.strictSame(await told(world.bureau), [], 'who published the list')
    t.strictSame(await told(s.founder), [], 'who drafted the round')
    t.strictSame(await told(rival), [], 'who belongs to an applicant')
    t.match((await s.call(member, 'GET', path)).body.data, { protected: true, filer: undefined })
    const open = [path, path, `${path}/history`, 'proof', 'file']
    t.strictSame(await told(second), open, 'without a part in it: the life itself, and no list')
    await s.given(second, `${path}/accept-form`)
    await s.given(second, `${path}/begin-investigation`)
    t.ok((await told(second)).includes('/v1/objection'), 'who investigates finds it in the list, too')
    await s.given(filer, `${path}/withdraw-objection`, { reason: '本人已了解情况' })
    t.strictSame(await told(world.bureau), [], 'nor does who withdraws it show there')
  })
})
