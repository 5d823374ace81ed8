/** Real proposals before a real panel: who reads them when, and how what the panel finds comes back to who applied. */
import t, { type Test } from 'tap'
import { simulatedClock } from '../../engine/clock.ts'
import { openParked } from '../../engine/parked.ts'
import { settled } from '../../services/passing-time.ts'
import {
  ballotIn,
  closeJudging,
  declareNone,
  draftedRound,
  drawPanel,
  openCall,
  pack,
  pooled,
  reason,
  reveal,
  roundIn,
  SAID,
  seatsIn,
  submitAll,
  toBallot,
  toRound,
  type World,
} from '../support/judged-round.ts'
import { type Scene, scene } from '../support/open-round.ts'
import { decided, version } from '../support/proposal.ts'
import { START, service } from '../support/service.ts'

const TITLES = ['独居老人敲门探访', '楼道飞线整治', '暑期托管', '旧物市集']
const SUMMARIES = [
  version.summary,
  '逐栋登记飞线，商物业统一入槽',
  '暑假每周五天照看社区学童',
  '每月一次旧物交换与修补',
]

const handedIn = async ({ s, chair, organisation }: Scene, { round }: World): Promise<string[]> => {
  const ids: string[] = []
  for (const [n, title] of TITLES.entries()) {
    const about = { field: 'elders-and-orphans', place: '420106012021', title }
    const { id } = await s.given(chair, '/v1/proposal', { round, organisation, ...about })
    const written = { ...version, summary: SUMMARIES[n], attachments: [] }
    await s.given(chair, `/v1/proposal/${id}/write-version`, written)
    await s.given(chair, `/v1/proposal/${id}/submit-version`, { version: 1 })
    ids.push(id)
  }
  await settled(s.runtime)
  return ids
}

/** Of one organisation, they are alike in what they plan; they are different all the same. */
const settleAlike = async ({ s, street }: Scene, id: string): Promise<void> => {
  const { data } = (await s.call(street, 'GET', `/v1/proposal/${id}`)).body
  for (const { life } of data.resemblances as { life: string }[])
    await s.given(street, `/v1/proposal/${id}/settle-resemblance`, { life, finding: 'distinct', reason })
}

type Story = { w: Scene; world: World; ids: string[] }

/** Four proposals of one organisation, and a panel that has its ballots. */
const judged = async (t: Test): Promise<Story> => {
  const clock = simulatedClock(new Date(START))
  const s = await service(t, { clock })
  const w = await scene(s, { ...pack, applicants: { ...pack.applicants, mostPerApplicant: 5 } })
  const world = await draftedRound({ s, clock, bureau: w.bureau, chair: w.panelChair, observer: w.observer }, w.pack)
  await openCall(world)
  const ids = await handedIn(w, world)
  await w.later(27)
  for (const id of ids) {
    await settleAlike(w, id)
    await s.given(w.street, `/v1/proposal/${id}/check-eligibility`, { version: 1, verdicts: decided() })
  }
  await settled(s.runtime)
  for (let n = 0; n < 4; n++) world.judges.push(await pooled(s))
  world.proposals.push(...ids.map(id => ({ id, applicant: w.organisation })))
  await drawPanel(world)
  return { w, world, ids }
}

t.test('a proposal is opened to its judges once they declared, and closed to who recuses', async t => {
  const { world, ids, w } = await judged(t)
  const { s } = world
  const [seat] = await seatsIn(world)
  if (!seat) throw new Error('nobody sits')
  const [first = ''] = ids
  const read = (id: string) => s.call(seat.judge, 'GET', `/v1/proposal/${id}`)
  t.equal((await read(first)).status, 403, 'not before conflicts are declared')
  await declareNone(world)
  for (const id of ids) {
    const { status, text } = await read(id)
    t.equal(status, 200)
    t.notMatch(text, w.organisation, 'the round is blind')
  }
  t.equal((await toBallot(world, seat, 'recuse', { proposal: first, reason })).status, 200)
  await settled(s.runtime)
  t.equal((await read(first)).status, 403)
  const others = world.judges.filter(({ id }) => id !== seat.judge.id)
  const statuses = await Promise.all(others.map(each => s.call(each, 'GET', `/v1/proposal/${first}`)))
  t.equal(statuses.filter(({ status }) => status === 200).length, 2, 'the rest of the panel reads on')
  t.strictSame(await openParked(s.runtime.pool), [])
})

t.test('a judge’s desk calls the round and its proposals by their names, once they may see them', async t => {
  const { world } = await judged(t)
  const { s } = world
  const [seat] = await seatsIn(world)
  if (!seat) throw new Error('nobody sits')
  const desk = async () => {
    const head = encodeURIComponent(await s.runtime.store.head())
    const [row] = (await s.call(seat.judge, 'GET', `/v1/views/judge-desk?after=${head}`)).body.rows
    return row?.text as { round?: string; toScore?: string } | undefined
  }
  t.ok((await desk())?.round?.includes('公益创投'))
  await declareNone(world)
  t.strictSame((await desk())?.toScore?.split('；').sort(), TITLES.toSorted())
})

t.test('who ties themselves to an applicant is shown none of its proposals', async t => {
  const { world, ids, w } = await judged(t)
  const [seat] = await seatsIn(world)
  if (!seat) throw new Error('nobody sits')
  await toBallot(world, seat, 'declare-conflicts', { organisations: [w.organisation], none: false })
  await settled(world.s.runtime)
  t.strictSame((await ballotIn(world, seat.ballot)).sheets, [])
  for (const id of ids) t.equal((await world.s.call(seat.judge, 'GET', `/v1/proposal/${id}`)).status, 403)
})

t.test('from the sheets to the applicant: ranks, scores, comments as the pack releases them, and offers', async t => {
  const { world, ids, w } = await judged(t)
  const { s, chair, bureau } = world
  await declareNone(world)
  await submitAll(world)
  await closeJudging(world)
  await reveal(world)
  await toRound(world, chair, 'settle-ranking')
  await toRound(world, bureau, 'open-publicity', { where: '区民政局网站' })
  await settled(s.runtime)
  const told = await s.call(w.chair, 'GET', `/v1/proposal/${ids[0]}`)
  t.match(told.text, SAID, 'its comments')
  t.match(told.text, '"rank":1')
  for (const { id } of world.judges) t.notOk(told.text.includes(id), 'by nobody named')
  await w.later(12)
  await settled(s.runtime)
  if ((await roundIn(world)).standing === 'publicity') await toRound(world, bureau, 'close-publicity')
  await settled(s.runtime)
  const { awards, standing } = await roundIn(world)
  t.equal(standing, 'awarded')
  t.match(
    awards.find(({ proposal }) => proposal === ids[0]),
    { outcome: 'award' },
  )
  t.strictSame(await openParked(s.runtime.pool), [])
})
