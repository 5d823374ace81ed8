/** From the draft of a proposal to the money of its project, over HTTP with every policy at work: result, offer, award, and who may not touch what follows. */
import t, { type Test } from 'tap'
import { addDays, civilDay, dayBegins, type simulatedClock } from '../../engine/clock.ts'
import { openParked } from '../../engine/parked.ts'
import { settled } from '../../services/passing-time.ts'
import type { Changes } from '../../workflows/competition-round/data.ts'
import {
  ballotIn,
  closeJudging,
  declareNone,
  type Judge,
  type Proposal,
  pack,
  reveal,
  SAID,
  type Seat,
  scoresOf,
  seatsIn,
  submitAll,
  toBallot,
  type World,
  written,
} from '../support/judged-round.ts'
import { agreement, commitment, reason } from '../support/micro-project.ts'
import { type Scene, scene } from '../support/open-round.ts'
import { decided, version } from '../support/proposal.ts'
import { type Person, type Service, service } from '../support/service.ts'

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
const scored = async (t: Test, money?: { fund: number }): Promise<Story> => {
  const s = await service(t)
  const w = await scene(s, pack)
  const { street, bureau, organisation } = w
  const [round, project] = [await w.openRound(money), await w.matched()]
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
const published = async (t: Test, submitting = submitAll, money?: { fund: number }): Promise<Story> => {
  const story = await scored(t, money)
  const { w, world } = story
  await declareNone(world)
  await submitting(world)
  await closeJudging(world)
  await reveal(world)
  const path = `/v1/competition-round/${world.round}`
  await w.s.given(w.panelChair, `${path}/settle-ranking`)
  await w.s.given(w.bureau, `${path}/open-publicity`, { where: '区民政局网站' })
  await settled(w.s.runtime)
  return story
}

const sorted = <T extends { proposal: string }>(rows: readonly T[]): T[] =>
  rows.toSorted((one, other) => (one.proposal < other.proposal ? -1 : 1))

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

t.test('what is answered while it is being raised stands as it was answered, and nobody has to look', async t => {
  const story = await published(t, submitAll, { fund: 1_400_000 })
  const { w, world, path } = story
  const { s, chair } = w
  await w.later(14)
  await settled(s.runtime)
  const other = `/v1/proposal/${world.proposals[1]?.id}`
  t.match((await stateOf(story, other)).data.offer, { amount: 600_000, partial: true })
  await Promise.all([
    s.given(chair, `${path}/decline-offer`, { reason }),
    s.given(chair, `${other}/accept-offer`, { amount: 600_000 }),
  ])
  await settled(s.runtime)
  t.strictSame(await openParked(s.runtime.pool), [])
  t.match((await stateOf(story, other)).state.value, { result: 'accepted' })
  const { entries } = (await s.call(w.bureau, 'GET', `/v1/competition-round/${world.round}`)).body.data as {
    entries: { offer?: object }[]
  }
  t.match(entries[1], { offer: { amount: 600_000, answer: 'accepted' } }, 'the raise came too late')
})

t.test('what is withdrawn while awards are being decided holds no offer, and the round goes on to its end', async t => {
  const story = await published(t)
  const { w, world, path } = story
  const { s, chair, bureau } = w
  const round = `/v1/competition-round/${world.round}`
  const clock = s.runtime.clock as ReturnType<typeof simulatedClock>
  clock.set(dayBegins(addDays(civilDay(clock.now()), 14)))
  const other = `/v1/proposal/${world.proposals[1]?.id}`
  const [, withdrawn] = await Promise.all([
    s.call(bureau, 'POST', `${round}/close-publicity`, {}),
    s.call(chair, 'POST', `${other}/withdraw`, { reason }),
  ])
  await settled(s.runtime)
  // Where the offer was there first, it is declined.
  if (withdrawn.status !== 200) await s.given(chair, `${other}/decline-offer`, { reason })
  const { amount } = (await stateOf(story, path)).data.offer as { amount: number }
  await s.given(chair, `${path}/accept-offer`, { amount })
  await settled(s.runtime)
  t.strictSame(await openParked(s.runtime.pool), [])
  t.equal((await s.given(bureau, `${round}/archive`)).state.value, 'archived')
})

// ── what is found when money is paid already ────────────────────────────────────────────────────

/** One of the panel alone puts the project first; without that sheet the other proposal is before it. */
const submitOneForTheProject = async (world: World): Promise<void> => {
  const [project = '', other = ''] = world.proposals.map(({ id }) => id)
  for (const [n, seat] of (await seatsIn(world)).entries()) {
    await toBallot(world, seat, 'submit-sheet', written(project, n === 0 ? 5 : 3))
    await toBallot(world, seat, 'submit-sheet', written(other, n === 0 ? 3 : 3.5))
  }
}

/** The offer is accepted, the agreement signed, and its first tranche is with the organisation. */
const paid = async ({ w, project, path }: Story, award: number, tranche: number): Promise<void> => {
  const { s, chair, street, bureau } = w
  await s.given(chair, `${path}/accept-offer`, { amount: award })
  await settled(s.runtime)
  const finance = await s.somebody({ role: 'finance', place: '420106012' })
  const document = await s.upload(street)
  const rest = { amount: award - tranche, conditions: ['中期评估合格'] }
  const agreed = {
    ...agreement,
    lines: [{ item: '上门探访', amount: award }],
    matchingShare: 0,
    tranches: [{ amount: tranche, conditions: ['协议已签订'] }, rest],
    document,
  }
  const paidOn = civilDay(s.runtime.clock.now())
  const steps: [by: Person, command: string, input: object][] = [
    [street, 'draw-up-agreement', agreed],
    [chair, 'sign-agreement-as-organisation', { document }],
    [street, 'sign-agreement-as-street', { document }],
    [bureau, 'commit-fund', { ...commitment, funder: w.organisation, amount: award }],
    [chair, 'start-delivery', {}],
    [street, 'check-condition', { tranche: 1, condition: 1, evidence: document }],
    [street, 'prepare-payment', { tranche: 1, amount: tranche }],
    [finance, 'approve-payment', { tranche: 1, amount: tranche }],
    [finance, 'instruct-payment', { tranche: 1 }],
    [finance, 'confirm-payment', { tranche: 1, paidOn, bankReference: '20260313000127' }],
  ]
  for (const [by, command, input] of steps) await s.given(by, `/v1/micro-project/${project}/${command}`, input)
}

t.test('a conflict found when money is paid: the sheet is void, and the recount tells what that changes', async t => {
  const story = await published(t, submitOneForTheProject, { fund: 1_000_000 })
  const { w, world, project } = story
  const { s, bureau } = w
  const [first, second] = world.proposals as [Proposal, Proposal]
  await w.later(14)
  await settled(s.runtime)
  await paid(story, 800_000, 300_000)

  const [seat] = (await seatsIn(world)) as [Seat]
  t.equal((await toBallot(world, seat, 'recuse', { proposal: first.id, reason })).status, 200)
  await settled(s.runtime)
  t.match(
    (await ballotIn(world, seat.ballot)).sheets.find(({ proposal }) => proposal === first.id),
    { standing: 'recused', submitted: {}, opened: scoresOf(5) },
    'what was written is kept',
  )
  const { state, data } = await stateOf(
    { ...story, w: { ...w, street: bureau } },
    `/v1/competition-round/${world.round}`,
  )
  t.match(state.value, { tally: 'counted' })
  t.match(data.voids, [{ name: seat.name, proposal: first.id, late: true }])
  const { number, changes } = data.tally as { number: number; changes: Changes }
  t.equal(number, 2)
  t.strictSame(changes, {
    ranks: sorted([
      { proposal: first.id, before: 1, after: 2 },
      { proposal: second.id, before: 2, after: 1 },
    ]),
    awards: sorted([
      { proposal: first.id, before: 800_000, after: 0 },
      { proposal: second.id, before: 0, after: 800_000 },
    ]),
    paid: [{ proposal: first.id, amount: 300_000 }],
  })
  t.match(
    (await stateOf(story, `/v1/micro-project/${project}`)).data,
    { award: 800_000 },
    'the award stands until decided',
  )

  // Settled and published anew, it still stands: it was accepted and paid on, and the fund is promised once.
  const round = `/v1/competition-round/${world.round}`
  await s.given(world.chair, `${round}/settle-ranking`, {})
  await s.given(bureau, `${round}/publish-again`, { where: '区民政局网站' })
  await w.later(14)
  await settled(s.runtime)
  const after = await stateOf({ ...story, w: { ...w, street: bureau } }, round)
  t.match(after.state.value, 'awarded')
  const offers = (after.data.entries as { proposal: string; offer?: { amount: number } }[]).map(({ offer }) => offer)
  t.match(offers[0], { amount: 800_000, answer: 'accepted' })
  t.ok(offers.reduce((sum, offer) => sum + (offer?.amount ?? 0), 0) <= 1_000_000, 'no yuan is promised twice')
  t.strictSame(await openParked(s.runtime.pool), [])
})
