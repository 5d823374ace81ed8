/** What docs/adding-a-lifecycle.md promises: a lifecycle is its file and a line in a list, and nothing else changes. */
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { creativeGrant } from '../docs/examples/creative-grant.ts'
import { type Person, type Service, service } from './support/service.ts'

const STREET = '420106012'
const DONGTING = '420106012021'
const DISTRICT = '420106'

const call = {
  title: '水果湖街道2026年邻里创意征集',
  place: '武昌区水果湖街道',
  atMost: 3_000_000,
  passMark: '60.00',
  applyBy: '2026-04-30',
}
const application = {
  idea: '把楼道转角做成共享书架，由楼栋轮流照看。',
  milestones: [
    { result: '三个楼道建成书架', amount: 1_000_000 },
    { result: '十个楼道建成书架', amount: 1_500_000 },
  ],
}

type Cast = Record<'street' | 'bureau' | 'finance' | 'secondFinance' | 'chair' | 'neighbour', Person> & {
  organisation: string
}

const castOf = async ({ given, founder, somebody }: Service): Promise<Cast> => {
  const enrolled = { name: '东亭共享书架社', tier: 'filed', filingNumber: 'WCSGH-2026-018' }
  const { id } = await given(founder, '/v1/organisation', {
    ...enrolled,
    field: 'culture-and-education',
    place: DONGTING,
  })
  return {
    organisation: id,
    street: await somebody({ role: 'street', place: STREET }),
    bureau: await somebody({ role: 'bureau', place: DISTRICT }),
    finance: await somebody({ role: 'finance', place: DISTRICT }),
    secondFinance: await somebody({ role: 'finance', place: STREET }),
    chair: await somebody({ role: 'chair', organisation: id }),
    neighbour: await somebody({ role: 'street', place: '420106003' }),
  }
}

t.test('the example is served from call to closeout, with no change to the engine or the services', async t => {
  const served = await service(t, { workflows: [creativeGrant] })
  const cast = await castOf(served)
  const proof = await served.upload(cast.chair)
  const { id } = await served.given(cast.street, '/v1/creative-grant', call)
  const send = (by: Person, command: string, body: object = {}) =>
    served.call(by, 'POST', `/v1/creative-grant/${id}/${command}`, body)
  const tell = async (by: Person, command: string, body: object = {}) => {
    const { status, body: answer, text } = await send(by, command, body)
    if (status !== 200) throw new Error(`${command}: ${text}`)
    return answer
  }
  const apply = () => tell(cast.chair, 'apply', { organisation: cast.organisation, ...application })
  const onBehalf = { person: cast.chair.id, channel: 'phone', on: '2026-03-05' }

  await t.test('an application that misses the pass mark leaves the call open', async t => {
    const tooMuch = { ...application, milestones: [{ result: '全区推广', amount: 9_000_000 }] }
    const refused = await send(cast.chair, 'apply', { organisation: cast.organisation, ...tooMuch })
    t.match(refused, { status: 422, body: { code: 'refused', reasons: [{ rule: 'withinTheGrant' }] } })
    await tell(cast.street, 'apply', { organisation: cast.organisation, ...application, onBehalf })
    await tell(cast.street, 'pass-eligibility')
    const answer = await tell(cast.bureau, 'enter-review', { score: '59.99', minutes: proof })
    t.match(answer, { state: { value: 'open' }, events: [{ type: 'ReviewFailed' }] })
  })

  await t.test('reviewed, awarded by another person, signed', async t => {
    await apply()
    await tell(cast.street, 'pass-eligibility')
    await tell(cast.bureau, 'enter-review', { score: '81.50', minutes: proof })
    t.match(await send(cast.bureau, 'award'), { status: 403, body: { code: 'kept-apart' } })
    await tell(cast.street, 'award')
    t.match(await tell(cast.chair, 'sign-agreement', { document: proof }), { state: { value: 'delivering' } })
  })

  await t.test('paid milestone by milestone, reported, closed', async t => {
    for (const milestone of [1, 2]) {
      await tell(cast.chair, 'show-milestone', { milestone, proofs: [proof] })
      t.match(await send(cast.chair, 'submit-report', { proofs: [proof] }), { status: 422 })
      await tell(cast.street, 'approve-milestone', { milestone })
      await tell(cast.finance, 'pay-milestone', { milestone, bankReference: `2026030500012${milestone}` })
    }
    const theCorrection = { correction: 1, milestone: 1 }
    await tell(cast.finance, 'correct-payment', { milestone: 1, bankReference: '20260305000131', reason: '抄错一位' })
    t.match(await send(cast.finance, 'approve-payment-correction', theCorrection), { status: 403 })
    await tell(cast.secondFinance, 'approve-payment-correction', theCorrection)
    await tell(cast.chair, 'submit-report', { proofs: [proof] })
    t.match(await tell(cast.street, 'close-out'), { state: { value: 'closed' } })
  })

  await t.test('it is explained, told as a history in both languages, and looked back upon', async t => {
    const path = `/v1/creative-grant/${id}`
    const { body } = await served.call(cast.street, 'GET', path, undefined, { 'accept-language': 'en' })
    t.match(body, { title: call.title, state: { titles: [{ path: 'closed', title: 'closed out' }] } })
    t.ok(body.commands.every(({ status }) => status === 'refused'))
    const history = await served.call(cast.street, 'GET', `${path}/history`)
    t.match(history.body.events.at(-1), { event: 'GrantClosed', title: '已结项' })
    const told = history.body.events as unknown as { event: string; revision: number; corrects?: number }[]
    const paid = told.find(({ event }) => event === 'MilestonePaid')
    t.match(
      told.find(({ event }) => event === 'PaymentCorrected'),
      { corrects: paid?.revision, title: '兑付流水已更正' },
    )
    const [first] = history.body.events as unknown as { position: string }[]
    const then = await served.call(cast.street, 'GET', `${path}?asOf=${first?.position}`)
    t.match(then.body, { revision: 0, state: { value: 'open' } })
    t.match(await served.call(cast.neighbour, 'GET', path), { status: 403, body: { code: 'not-visible' } })
  })

  await t.test('it stands in the lists and in the OpenAPI document', async t => {
    const another = await served.given(cast.street, '/v1/creative-grant', { ...call, title: '夏季征集' })
    const listed = await served.call(
      cast.street,
      'GET',
      `/v1/creative-grant?state=open&next=chair&after=${another.position}`,
    )
    t.strictSame(
      listed.body.items.map(item => item.id),
      [another.id],
    )
    const hidden = await served.call(cast.neighbour, 'GET', '/v1/creative-grant')
    t.strictSame(hidden.body.items, [])
    const document = await served.call(undefined, 'GET', '/openapi.json')
    const { paths } = document.body as unknown as { paths: Record<string, object> }
    for (const command of Object.keys(creativeGrant.commands).slice(1))
      t.ok(paths[`/v1/creative-grant/{id}/${command}`], command)
    t.ok(paths['/v1/creative-grant'])
  })
})

t.test('every excerpt of the guide stands in the example', async t => {
  const read = (name: string) => readFile(new URL(`../docs/${name}`, import.meta.url), 'utf8')
  const [guide, example] = [await read('adding-a-lifecycle.md'), await read('examples/creative-grant.ts')]
  const excerpts = [...guide.matchAll(/```ts\n(.*?)```/gs)].map(([, excerpt]) => excerpt as string)
  t.ok(excerpts.length > 5)
  for (const excerpt of excerpts) t.ok(example.includes(excerpt), excerpt.trim())
})
