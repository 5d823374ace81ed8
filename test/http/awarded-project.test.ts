/** From the draft of a proposal to the money of its project, over HTTP with every policy at work: result, offer, award, and who may not touch what follows. */
import t, { type Test } from 'tap'
import type { simulatedClock } from '../../engine/clock.ts'
import { openParked } from '../../engine/parked.ts'
import { settled } from '../../services/passing-time.ts'
import {
  closeJudging,
  declareNone,
  type Judge,
  pack,
  reveal,
  SAID,
  submitAll,
  type World,
} from '../support/judged-round.ts'
import { reason } from '../support/micro-project.ts'
import { type Scene, scene } from '../support/open-round.ts'
import { decided, version } from '../support/proposal.ts'
import { type Service, service } from '../support/service.ts'

type Story = { w: Scene; world: World; project: string; path: string }

const pooled = async (s: Service): Promise<Judge> => {
  const person = await s.register()
  const enrolled = { person: person.id, place: '420106', outside: true, fields: ['elders-and-orphans'] }
  return { ...person, life: (await s.given(s.founder, '/v1/judge', enrolled)).id }
}

const handedIn = async ({ s, chair }: Scene, draft: object): Promise<string> => {
  const { id } = await s.given(chair, '/v1/proposal', draft)
  await s.given(chair, `/v1/proposal/${id}/write-version`, { ...version, attachments: [] })
  await s.given(chair, `/v1/proposal/${id}/submit-version`, { version: 1 })
  return id
}

/** Two proposals of one organisation, one of them for a project, up to where the panel scores. */
const scored = async (t: Test): Promise<Story> => {
  const s = await service(t)
  const w = await scene(s, pack)
  const { street, bureau, organisation } = w
  const [round, project] = [await w.openRound(), await w.matched()]
  await s.given(street, `/v1/micro-project/${project}/join-round`, { competition: round })
  const about = { field: 'dance', place: '420106012021', title: '旧物市集' }
  const proposals = [
    {
      id: await handedIn(w, { round, organisation, project, title: '独居老人敲门探访' }),
      applicant: organisation,
      project,
    },
    { id: await handedIn(w, { round, organisation, ...about }), applicant: organisation },
  ]
  await w.later(27)
  await settled(s.runtime)
  await checkEach(w, proposals)
  const judges = [await pooled(s), await pooled(s), await pooled(s), await pooled(s)]
  for (const judge of judges) {
    await s.given(bureau, `/v1/competition-round/${round}/invite-judge`, { judge: judge.life })
    await s.given(judge, `/v1/competition-round/${round}/answer-invitation`, { accepts: true })
  }
  await settled(s.runtime)
  await s.given(bureau, `/v1/competition-round/${round}/finish-screening`)
  await settled(s.runtime)
  await w.revealSeeds(round)
  await s.given(bureau, `/v1/competition-round/${round}/draw-panel`)
  await s.given(w.panelChair, `/v1/competition-round/${round}/open-judging`)
  await settled(s.runtime)
  const clock = s.runtime.clock as ReturnType<typeof simulatedClock>
  const world: World = { s, clock, bureau, chair: w.panelChair, observer: w.observer, round, proposals, judges }
  return { w, world, project, path: `/v1/proposal/${proposals[0]?.id}` }
}

/** What resembles another is looked at first. */
const checkEach = async ({ s, street }: Scene, proposals: readonly { id: string }[]): Promise<void> => {
  for (const { id } of proposals) {
    const { data } = (await s.call(street, 'GET', `/v1/proposal/${id}`)).body
    for (const { life } of data.resemblances as { life: string }[])
      await s.given(street, `/v1/proposal/${id}/settle-resemblance`, { life, finding: 'distinct', reason })
    await s.given(street, `/v1/proposal/${id}/check-eligibility`, { version: 1, verdicts: decided() })
  }
}

/** The sheets are known, the list is public; the first is scored better than the second. */
const published = async (t: Test): Promise<Story> => {
  const story = await scored(t)
  const { w, world } = story
  await declareNone(world)
  await submitAll(world)
  await closeJudging(world)
  await reveal(world)
  const path = `/v1/competition-round/${world.round}`
  await w.s.given(w.panelChair, `${path}/settle-ranking`)
  await w.s.given(w.bureau, `${path}/open-publicity`, { where: '区民政局网站' })
  await settled(w.s.runtime)
  return story
}

const stateOf = async ({ w: { s, street } }: Story, path: string) => (await s.call(street, 'GET', path)).body

t.test('from its publicity to the money of its project nothing is entered twice', async t => {
  const story = await published(t)
  const { w, world, project, path } = story
  const { s, chair } = w
  const told = await s.call(chair, 'GET', path)
  t.match(told.body, {
    state: { value: { result: 'judged' } },
    data: { result: { rank: 1, of: 2, band: 50 }, feedback: { howToObject: {} } },
  })
  t.match(told.text, SAID, 'with what the judges wrote')
  for (const { id } of world.judges) t.notMatch(told.text, id, 'and not who they are')

  await w.later(14)
  await settled(s.runtime)
  const offered = await stateOf(story, path)
  t.match(offered.state.value, { result: 'offered' })
  const { amount } = offered.data.offer as { amount: number }
  await s.given(chair, `${path}/accept-offer`, { amount })
  await settled(s.runtime)
  t.match(await stateOf(story, `/v1/micro-project/${project}`), {
    state: { value: { running: { stage: { funding: 'agreement' } } } },
    data: { award: amount, following: { step: 'accepted' } },
  })
  const { entries } = (await s.call(w.bureau, 'GET', `/v1/competition-round/${world.round}`)).body.data as {
    entries: { offer?: object }[]
  }
  t.match(entries[0], { offer: { amount, answer: 'accepted' } })
  t.strictSame(await openParked(s.runtime.pool), [])

  // Whoever judged, or decided, does not touch the money: by whatever post, under whatever id.
  const panel = (await s.runtime.instances.get(s.runtime.handler.workflow('micro-project'), project)).data as {
    judges: string[]
    deciders: string[]
  }
  t.equal(panel.judges.length, pack.panel.size)
  const judge = world.judges.find(({ id }) => panel.judges.includes(id)) as Judge
  const paying = { tranche: 1, amount: 1 }
  const pays = (by: typeof chair, command: string) =>
    s.call(by, 'POST', `/v1/micro-project/${project}/${command}`, paying)
  for (const role of ['street', 'finance'])
    await s.given(s.founder, `/v1/person/${judge.id}/appoint`, { role, place: '420106012', from: '2026-01-01' })
  t.match((await pays(judge, 'prepare-payment')).body, { code: 'kept-apart', detail: /评委/ })
  t.match((await pays(judge, 'approve-payment')).body, { code: 'kept-apart' })
  const again = await s.somebody({ role: 'finance', place: '420106012' })
  t.notMatch((await pays(again, 'approve-payment')).body, { code: 'kept-apart' })
  for (const post of ['1', '2'])
    await s.given(s.founder, `/v1/person/${judge.id}/end-post`, { post, on: '2026-03-01', reason })
  await s.given(s.founder, `/v1/person/${again.id}/recognise-double`, { double: judge.id, reason })
  t.match((await pays(again, 'approve-payment')).body, { code: 'kept-apart' }, 'the same person under another id')
  const { text } = await s.call(chair, 'GET', `/v1/micro-project/${project}`)
  for (const { id } of world.judges) t.notMatch(text, id, 'nor does the project tell the applicant who judged')
})

t.test('an offer that nobody answers lapses, and its project is not funded', async t => {
  const story = await published(t)
  const { w, project, path } = story
  await w.later(14)
  await w.later(10)
  await settled(w.s.runtime)
  t.match((await stateOf(story, path)).state.value, { result: 'refused' })
  t.match((await stateOf(story, `/v1/micro-project/${project}`)).state.value, 'declined')
})
