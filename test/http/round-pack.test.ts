/** A rule pack over HTTP: from its draft, which the offices read, to what everybody reads and nobody changes. */
import t, { type Test } from 'tap'
import { digestOf } from '../../workflows/judging/list.ts'
import { district } from '../support/round-packs.ts'
import { type Service, service } from '../support/service.ts'

const DISTRICT = '420106'

const world = async (t: Test) => {
  const s = await service(t)
  const [one, another] = [
    await s.somebody({ role: 'bureau', place: DISTRICT }),
    await s.somebody({ role: 'bureau', place: DISTRICT }),
  ]
  return { s, one, another, resident: await s.register('路仁') }
}

const drafted = async (s: Service, by: Awaited<ReturnType<typeof world>>['one']): Promise<string> =>
  `/v1/round-pack/${(await s.given(by, '/v1/round-pack', { place: DISTRICT, pack: district })).id}`

t.test('a draft is for the offices; once published it is for everybody, whole', async t => {
  const { s, one, another, resident } = await world(t)
  const path = await drafted(s, one)
  const data = async (query = '') => (await s.call(resident, 'GET', path + query)).body.data
  t.strictSame(await data(), { place: DISTRICT, standing: 'drafted' })
  t.match((await s.call(another, 'GET', path)).body.data, { pack: { quorum: 3 }, digest: digestOf(district) })
  const asDrafted = (await s.call(resident, 'GET', `${path}/history`)).text
  t.notMatch(asDrafted, /rubric|资格|matching/, 'nor does its history tell it')

  await s.given(another, `${path}/check-pack`, { digest: digestOf(district) })
  const { position } = await s.given(one, `${path}/publish-pack`, { basis: '区民政局局务会' })
  t.strictSame((await data()).pack, district)
  t.match(await data(`?asOf=${position}`), { standing: 'published', digest: digestOf(district) })
  t.match((await s.call(one, 'POST', `${path}/revise-pack`, { pack: { ...district, quorum: 4 } })).status, 409)
})

t.test('what does not go together in a pack is said in both languages, each at its field', async t => {
  const { s, one } = await world(t)
  const pack = { ...district, quorum: 9, tranches: [60, 30] }
  const send = (language: string) =>
    s.call(one, 'POST', '/v1/round-pack', { place: DISTRICT, pack }, { 'accept-language': language })
  const zh = await send('zh')
  t.match(zh, { status: 400, body: { code: 'invalid-input' } })
  t.match(zh.text, /有效评分最低份数不能超过评委人数/)
  t.match(zh.text, /各期拨付比例合计应为100%/)
  t.match((await send('en')).text, /the tranches add up to 100 %/)
})
