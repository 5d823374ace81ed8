/** Over HTTP: a correction beside what it corrects, and a paper beside what it says, for whoever reads the history. */
import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { type Person, service } from '../support/service.ts'

const STREET = '420106012'
const COMMUNITY = '420106012021'
const DISTRICT = '420106'
const reason = '录入时多按了一个零'

type Event = {
  revision: number
  event: string
  corrects?: number
  correctedBy?: number[]
  by: { person: string }
  onBehalfOf?: { person: string; post: { role: string }; channel: object; paper: object }
}

/** One need, taken in, and the people around it. */
const scene = async (t: Test) => {
  const s = await service(t)
  const street = await s.somebody({ role: 'street', place: STREET })
  const enrolling = { name: '东亭邻里互助队', tier: 'community-managed', field: 'dance', place: COMMUNITY }
  const organisation = (await s.given(street, '/v1/organisation', enrolling)).id
  const people = {
    street,
    community: await s.somebody({ role: 'community', place: COMMUNITY }),
    neighbour: await s.somebody({ role: 'community', place: COMMUNITY }),
    bureau: await s.somebody({ role: 'bureau', place: DISTRICT }),
    secondBureau: await s.somebody({ role: 'bureau', place: DISTRICT }),
    chair: await s.somebody({ role: 'chair', organisation }),
  }
  const drafted = await s.given(people.community, '/v1/micro-project', {
    title: '独居老人敲门探访',
    category: 'charity',
    field: 'elders-and-orphans',
    place: COMMUNITY,
    beneficiaries: 86,
    detail: '每周两次上门探访独居老人',
  })
  const path = `/v1/micro-project/${drafted.id}`
  const tell = (by: Person, command: string, body: object = {}) => s.given(by, `${path}/${command}`, body)
  await tell(people.community, 'post-need')
  await tell(street, 'accept-need')
  const history = async (by: Person) => (await s.call(by, 'GET', `${path}/history`)).body.events as unknown as Event[]
  return { s, people, organisation, path, tell, history, proof: await s.upload(street) }
}

t.test('a paper taken in says who brought it in, for whom, and on which day it was signed', async t => {
  const { s, people, organisation, path, history, proof } = await scene(t)
  const { community, chair, neighbour, street } = people
  const offer = { organisation, reasons: [{ list: 'supply', text: '驻地在本社区' }] }
  const paper = { person: chair.id, channel: 'paper', on: '2026-03-05', document: proof }
  const send = (onBehalf: unknown, key: string = randomUUID()) =>
    s.call(community, 'POST', `${path}/offer-to-serve`, { ...offer, onBehalf }, { 'idempotency-key': key })

  const { document: _, ...bare } = paper
  const refused: [unknown, object][] = [
    [bare, { status: 400, body: { issues: [{ path: '/onBehalf/document' }] } }],
    [
      { ...paper, document: { name: '申请.pdf', sha256: 'a'.repeat(64) } },
      { status: 422, body: { code: 'unknown-file', files: [{ path: '/onBehalf/document' }] } },
    ],
    ['the chair', { status: 400, body: { issues: [{ path: '/onBehalf' }] } }],
    [
      { ...paper, person: randomUUID() },
      { status: 422, body: { code: 'unknown-represented' } },
    ],
    [
      { ...paper, on: '2026-03-06' },
      { status: 422, body: { code: 'no-such-day' } },
    ],
    [
      { ...paper, person: street.id },
      { status: 403, body: { code: 'not-permitted' } },
    ],
    [
      { ...paper, document: { ...proof, name: '申请13807154321.pdf' }, reason: '请打 138 0715 4321' },
      {
        status: 422,
        body: {
          code: 'personal-data-in-text',
          found: [{ path: '/onBehalf/document/name' }, { path: '/onBehalf/reason' }],
        },
      },
    ],
  ]
  t.ok(
    await s.unchangedBy(async () => {
      for (const [onBehalf, expected] of refused) t.match(await send(onBehalf), expected)
      const dry = await s.call(community, 'POST', `${path}/offer-to-serve?dryRun=true`, { ...offer, onBehalf: paper })
      t.match(dry, { status: 200, body: { events: [{ type: 'ServiceOffered' }] } })
    }),
  )
  t.match(await send(paper, 'taken-in'), { status: 200 })
  t.match(await send(paper, 'taken-in'), { status: 200, body: { repeated: true } })
  t.match(await send({ ...paper, channel: 'phone' }, 'taken-in'), { status: 422, body: { code: 'key-reused' } })

  const accepting = { match: 1 }
  const accept = `${path}/accept-match-as-need-side`
  t.match(await s.call(community, 'POST', accept, accepting, { 'accept-language': 'en' }), {
    status: 403,
    body: { code: 'kept-apart', detail: /[^.]; another entitled person must do it\.$/ },
  })
  t.match(await s.call(neighbour, 'POST', accept, accepting), { status: 200 })
  const offered = (await history(street)).find(({ event }) => event === 'ServiceOffered')
  t.match(offered, {
    occurredOn: '2026-03-05',
    by: { person: community.id, post: { role: 'community' } },
    onBehalfOf: { person: chair.id, post: { role: 'chair' }, channel: { name: 'paper' }, paper: proof },
  })
  t.match(await s.call(street, 'GET', `${path}/files/${proof.sha256}`), { status: 200 }, 'the paper can be looked at')

  const redaction = { revision: offered?.revision, field: 'onBehalf', reason: '文件名写了姓名' }
  t.match(await s.call(street, 'POST', `${path}/redact-text`, redaction), { status: 200 })
  const told = (await history(street)).find(({ event }) => event === 'ServiceOffered')
  t.match(told, { onBehalfOf: { person: chair.id, paper: { name: '已遮盖', sha256: proof.sha256 } } })
  t.match(await s.call(street, 'POST', `${path}/redact-text`, redaction), { body: { code: 'refused' } }, 'once')
  const link = await s.call(street, 'GET', `${path}/files/${proof.sha256}`)
  t.notMatch(link.text, encodeURIComponent(proof.name), 'nor does a link say it')
})

t.test(
  'an award typed with a nought too many is corrected by two, and the history shows both beside each other',
  async t => {
    const { s, people, organisation, path, tell, history, proof } = await scene(t)
    const { street, bureau, secondBureau, community, chair } = people
    await tell(chair, 'offer-to-serve', { organisation, reasons: [{ list: 'supply', text: '驻地在本社区' }] })
    await tell(community, 'accept-match-as-need-side', { match: 1 })
    const commissioned = await tell(street, 'commission', { amount: 1_200_000, reason, minutes: proof })
    const proposed = await tell(street, 'correct-award', { amount: 120_000, reason })

    const waiting = `next=bureau&state=running.corrections.proposed&after=${proposed.position}`
    const queue = await s.call(bureau, 'GET', `/v1/micro-project?${waiting}`)
    t.match(queue.body.items, [{ id: proposed.id }], 'it is among what the bureau is to do')
    const own = await s.call(street, 'POST', `${path}/approve-award-correction`, { correction: 1 })
    t.match(own, { status: 403, body: { code: 'not-permitted' } })
    const { position } = await tell(secondBureau, 'approve-award-correction', { correction: 1 })

    const events = await history(street)
    const [entry, correction] = ['Commissioned', 'AwardCorrected'].map(name =>
      events.find(({ event }) => event === name),
    )
    t.equal(correction?.corrects, commissioned.revision)
    t.strictSame(entry?.correctedBy, [correction?.revision])
    t.notOk(events.some(({ event, corrects }) => event === 'AwardCorrectionProposed' && corrects !== undefined))

    t.match(await s.call(street, 'GET', path), { body: { data: { award: 120_000 } } })
    t.match(await s.call(street, 'GET', `${path}?asOf=${commissioned.position}`), {
      body: { data: { award: 1_200_000 } },
    })
    const board = await s.call(street, 'GET', `/v1/views/street-board?after=${position}`)
    t.match(board.body.rows, [{ corrected: true }])
  },
)
