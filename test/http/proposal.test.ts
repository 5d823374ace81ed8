/** A proposal over HTTP: its way into a round and through the check, told in its project's history, and what a judge of a blind round learns of it. */
import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { openParked } from '../../engine/parked.ts'
import { flawIn } from '../../engine/proven-history.ts'
import { following } from '../../workflows/micro-project/following.ts'
import { proposal } from '../../workflows/proposal/index.ts'
import { tellProposals } from '../support/golden-proposal.ts'
import { reason } from '../support/micro-project.ts'
import { enrolled, type Scene, scene } from '../support/open-round.ts'
import { decided, version } from '../support/proposal.ts'
import { provenTo, signing } from '../support/proven.ts'
import { district } from '../support/round-packs.ts'
import { type Person, type Service, service } from '../support/service.ts'

/** Where the project is, up to the street. */
const STREET = '420106012'

const fileIn = async (s: Service, by: Person) => [{ file: await s.upload(by), forJudges: true }]

type Story = Scene & { round: string; project: string; id: string; path: string }

/** A project sent to an open round, and its proposal with one version written. */
const written = async (t: Test, pack = district, days?: number): Promise<Story> => {
  const s = await service(t, { heads: signing })
  const w = await scene(s, pack, days)
  const [round, project] = [await w.openRound(), await w.matched()]
  await s.given(w.street, `/v1/micro-project/${project}/join-round`, { competition: round })
  const draft = { round, organisation: w.organisation, project, title: '独居老人敲门探访' }
  const { id } = await s.given(w.chair, '/v1/proposal', draft)
  const path = `/v1/proposal/${id}`
  await s.given(w.chair, `${path}/write-version`, { ...version, attachments: await fileIn(s, w.chair) })
  return { ...w, round, project, id, path }
}

const shown = async ({ s }: Scene, by: Person, path: string) => {
  await s.runtime.policies.idle()
  return (await s.call(by, 'GET', path)).body
}

/** The steps that the project's own history tells. */
const steps = async (story: Story): Promise<unknown[]> => {
  const { s, street, project } = story
  await s.runtime.policies.idle()
  const { events } = (await s.call(street, 'GET', `/v1/micro-project/${project}/history`)).body
  return (events as unknown as { event: string; fields?: { name: string; value: unknown }[] }[]).flatMap(
    ({ event, fields = [] }) => (event === 'RoundFollowed' ? [fields.find(({ name }) => name === 'step')?.value] : []),
  )
}

const nothingParked = async (t: Test, { s }: Scene) => t.strictSame(await openParked(s.runtime.pool), [])

t.test('what is handed in goes on the list of its round, and its project tells each step', async t => {
  const story = await written(t)
  const { s, chair, street, round, path, project, later } = story
  await s.given(chair, `${path}/submit-version`, { version: 1 })
  t.match(await shown(story, chair, path), {
    state: { value: { screening: 'entered' } },
    data: { entered: { version: 1, requested: 800_000, ownShare: 400_000, budget: 1_200_000 } },
  })
  const early = await s.call(street, 'POST', `${path}/check-eligibility`, { version: 1, verdicts: decided() })
  t.match(early.body, { code: 'refused', reasons: [{ rule: 'callIsOver' }] })

  await later(27)
  t.match(await shown(story, street, `/v1/competition-round/${round}`), { state: { value: 'screening' } })
  const missed = await s.call(street, 'POST', `${path}/check-eligibility`, { version: 1, verdicts: [] })
  t.match(missed.body.reasons, [{ rule: 'decidesWhatIsOpen' }])
  await s.given(street, `${path}/check-eligibility`, { version: 1, verdicts: decided() })
  t.match(await shown(story, chair, path), { state: { value: { screening: 'eligible' } } })
  t.strictSame(await steps(story), ['drafted', 'submitted', 'entered', 'eligible'])
  t.match(await shown(story, street, `/v1/micro-project/${project}`), {
    state: { value: { running: { stage: { competition: 'inRound' } } } },
  })
  await nothingParked(t, story)
})

t.test('whoever is named as co-applicant finds the proposal, and stands in the list once they agree', async t => {
  const story = await written(t)
  const { s, chair, bureau, round, id, path } = story
  const beside = await enrolled(s)
  const [partner, helper] = [
    await s.somebody({ role: 'chair', organisation: beside }),
    await s.somebody({ role: 'member', organisation: beside }),
  ]
  t.equal((await s.call(partner, 'GET', path)).status, 403, 'not named yet')
  const named = { ...version, coApplicants: [beside], attachments: [] }
  const { position } = await s.given(chair, `${path}/write-version`, named)
  const alone = await s.call(chair, 'POST', `${path}/submit-version`, { version: 2 })
  t.match(alone.body, {
    code: 'refused',
    reasons: [{ rule: 'coApplicantsAgree', text: /同意联合申报.*不含该组织的新版本/ }],
  })
  t.match(
    (await s.call(partner, 'GET', `/v1/proposal?after=${position}`)).body.items,
    [{ id }],
    'it stands in their list',
  )
  t.match((await s.call(helper, 'GET', path)).body.data, { versions: [{}, { coApplicants: [beside] }] })
  const { commands } = (await s.call(partner, 'GET', path)).body
  t.strictSame(
    commands.flatMap(({ command, status }) => (status === 'refused' ? [] : [command])),
    ['agree-to-apply'],
  )
  await s.given(partner, `${path}/agree-to-apply`)
  await s.given(chair, `${path}/submit-version`, { version: 2 })
  t.match((await shown(story, bureau, `/v1/competition-round/${round}`)).data, {
    entries: [{ proposal: id, coApplicants: [beside] }],
  })
  await nothingParked(t, story)
})

t.test('while a proposal is checked again or appealed, its round has no verdict on it', async t => {
  const story = await written(t)
  const { s, chair, street, bureau, path, round, later } = story
  await s.given(chair, `${path}/submit-version`, { version: 1 })
  await later(27)
  await s.runtime.policies.idle()
  const verdict = async () => {
    const { data } = await shown(story, bureau, `/v1/competition-round/${round}`)
    return (data.entries as { eligible?: boolean }[])[0]?.eligible
  }
  const check = (met: boolean) => s.given(street, `${path}/check-eligibility`, { version: 1, verdicts: decided(met) })
  await check(true)
  t.equal(await verdict(), true)
  await s.given(bureau, `${path}/recheck-eligibility`, { reason })
  t.equal(await verdict(), undefined)
  const finished = await s.call(bureau, 'POST', `/v1/competition-round/${round}/finish-screening`)
  t.match(finished.body.reasons?.[0], { rule: 'everyEntryIsChecked' })
  await check(false)
  t.equal(await verdict(), false)
  await s.given(chair, `${path}/appeal-eligibility`, { reason })
  t.equal(await verdict(), undefined)
  await check(true)
  t.equal(await verdict(), true)
  await nothingParked(t, story)
})

t.test('what comes too late is told so, with its way back', async t => {
  const story = await written(t)
  const { s, chair, path, later } = story
  await later(26)
  const late = await s.call(chair, 'POST', `${path}/submit-version`, { version: 1 })
  t.match(late.body, { code: 'refused', reasons: [{ rule: 'arrivedInTime', who: [{ role: 'chair' }] }] })
  t.match(late.body.reasons[0]?.text, /改报其他开放的轮次/)
})

t.test('a proposal without a project is taken from a round that is over to one that is open', async t => {
  const s = await service(t)
  const w = await scene(s)
  const round = await w.openRound()
  const about = { field: 'elders-and-orphans', place: '420106012021' }
  const input = { round, organisation: w.organisation, title: '楼道飞线整治', ...about }
  const { id } = await s.given(w.chair, '/v1/proposal', input)
  const path = `/v1/proposal/${id}`
  await s.given(w.chair, `${path}/write-version`, { ...version, attachments: [] })
  await w.later(27)
  const next = await w.openRound()
  await s.given(w.chair, `${path}/take-to-another-round`, { round: next })
  await s.given(w.chair, `${path}/submit-version`, { version: 1 })
  t.match(await shown(w, w.chair, path), {
    state: { value: { screening: 'entered' } },
    data: { round: next, versions: [{ version: 1 }] },
  })
})

t.test('what is missing is completed in time, and the list has the new version', async t => {
  const story = await written(t)
  const { s, chair, street, bureau, path, round, id, later } = story
  await s.given(chair, `${path}/submit-version`, { version: 1 })
  await later(27)
  const until = (days: number) =>
    new Date(s.runtime.clock.now().getTime() + days * 86_400_000).toISOString().slice(0, 10)
  const returned = { missing: ['志愿者安全预案'] }
  const tooLong = await s.call(street, 'POST', `${path}/return-for-completion`, { ...returned, until: until(30) })
  t.match(tooLong.body.reasons, [{ rule: 'leavesTimeToComplete' }])
  await s.given(street, `${path}/return-for-completion`, { ...returned, until: until(3) })
  const more = { ...version, requested: 900_000, lines: [{ ...version.lines[1], amount: 1_300_000 }], attachments: [] }
  await s.given(chair, `${path}/write-version`, more)
  const greedy = await s.call(chair, 'POST', `${path}/complete-version`, { version: 2 })
  t.match(greedy.body.reasons, [{ rule: 'completionAsksNoMore' }])
  await s.given(chair, `${path}/write-version`, { ...version, summary: '附安全预案', attachments: [] })
  await s.given(chair, `${path}/complete-version`, { version: 3 })
  const { data } = await shown(story, chair, path)
  t.match(data, { entered: { version: 3 } })
  const [, , third] = data.versions as { differs?: { field: string }[] }[]
  t.strictSame(
    third?.differs?.map(({ field }) => field),
    ['summary', 'lines', 'requested'],
  )
  t.match((await shown(story, bureau, `/v1/competition-round/${round}`)).data, {
    entries: [{ proposal: id, version: 3 }],
  })
  t.strictSame(await steps(story), ['drafted', 'submitted', 'entered', 'returned', 'completed', 'entered'])
})

t.test('what was not completed in time is looked at as it is', async t => {
  const story = await written(t)
  const { s, chair, street, path, later } = story
  await s.given(chair, `${path}/submit-version`, { version: 1 })
  await later(27)
  const until = new Date(s.runtime.clock.now().getTime() + 2 * 86_400_000).toISOString().slice(0, 10)
  await s.given(street, `${path}/return-for-completion`, { missing: ['安全预案'], until })
  await later(4)
  t.match(await shown(story, chair, path), {
    state: { value: { screening: 'entered' } },
    data: { entered: { version: 1 } },
  })
})

t.test('a rule is set aside by two persons, and the round has it for its list', async t => {
  const story = await written(t, district, 10)
  const { s, chair, street, bureau, secondBureau, path, round, id, later } = story
  await s.given(chair, `${path}/submit-version`, { version: 1 })
  await later(27)
  await s.given(street, `${path}/check-eligibility`, { version: 1, verdicts: decided() })
  const checked = await shown(story, chair, path)
  t.match(checked.state.value, { screening: 'ineligible' })
  t.match(
    (checked.data.check as { verdicts: { rule: string; met: boolean; zh: string }[] }).verdicts.filter(
      ({ met }) => !met,
    ),
    [{ rule: 'enrolled', by: 'data', zh: /入册/ }],
  )
  const wrong = await s.call(bureau, 'POST', `${path}/override-eligibility`, { rule: 'tier', reason })
  t.match(wrong.body.reasons, [{ rule: 'overridesTheUnmet' }])
  await s.given(bureau, `${path}/override-eligibility`, { rule: 'enrolled', reason })
  const alone = await s.call(bureau, 'POST', `${path}/confirm-override`, { rule: 'enrolled' })
  t.match(alone.body, { code: 'kept-apart' })
  await s.given(secondBureau, `${path}/confirm-override`, { rule: 'enrolled' })
  t.match(await shown(story, chair, path), { state: { value: { screening: 'eligible' } } })
  t.match((await shown(story, bureau, `/v1/competition-round/${round}`)).data, {
    entries: [{ proposal: id, eligible: true, overridden: [{ rule: 'enrolled', reason }] }],
  })
})

t.test('who withdraws is off the list, and the need is matched anew', async t => {
  const story = await written(t)
  const { s, chair, bureau, street, path, round, project } = story
  await s.given(chair, `${path}/submit-version`, { version: 1 })
  await s.runtime.policies.idle()
  await s.given(chair, `${path}/withdraw`, { reason })
  t.match((await shown(story, bureau, `/v1/competition-round/${round}`)).data, { entries: [{ out: 'withdrawn' }] })
  t.match(await shown(story, street, `/v1/micro-project/${project}`), {
    state: { value: { running: { stage: { matchmaking: 'open' } } } },
  })
})

t.test('one project of one applicant stands once in a round', async t => {
  const story = await written(t)
  const { s, chair, round, organisation, project, path } = story
  const draft = { round, organisation, project, title: '独居老人敲门探访（二）' }
  const { id } = await s.given(chair, '/v1/proposal', draft)
  await s.given(chair, `/v1/proposal/${id}/write-version`, { ...version, attachments: [] })
  await s.given(chair, `${path}/submit-version`, { version: 1 })
  const again = await s.call(chair, 'POST', `/v1/proposal/${id}/submit-version`, { version: 1 })
  t.match([again.status, again.body.code], [409, 'taken'])
})

t.test('everything that can happen to a proposal, and to a project that follows one, happens once', async t => {
  const s = await service(t, { policies: [] })
  await tellProposals(s)
  const told = new Set<string>()
  for (const { type } of await s.runtime.store.readAll(undefined, 10_000)) told.add(type)
  const expected = [...Object.keys(proposal.events), 'RoundJoined', ...Object.keys(following.events)]
  t.strictSame(
    expected.filter(type => !told.has(type)),
    [],
  )
})

t.test('what an organisation asks for a second time is flagged with what is alike, and a person decides', async t => {
  const s = await service(t)
  const w = await scene(s)
  const { chair, street, organisation, bureau } = w
  const paid = await w.matched()
  const minutes = await s.upload(bureau)
  await s.given(bureau, `/v1/micro-project/${paid}/commission`, { amount: 1_000_000, reason, minutes })
  const about = { field: 'elders-and-orphans', place: '420106012021' }
  const [one, other] = [await w.openRound(), await w.openRound()]
  const handIn = async (round: string, title: string) => {
    const { id } = await s.given(chair, '/v1/proposal', { round, organisation, title, ...about })
    await s.given(chair, `/v1/proposal/${id}/write-version`, { ...version, attachments: [] })
    await s.given(chair, `/v1/proposal/${id}/submit-version`, { version: 1 })
    return id
  }
  const first = await handIn(one, '独居老人敲门探访')
  const second = await handIn(other, '独居老人敲门探访（二期）')
  await w.later(27)
  const resemblances = async (id: string) =>
    (await shown(w, street, `/v1/proposal/${id}`)).data.resemblances as { life: string; aspects: object[] }[]
  const [ofFirst, ofSecond] = [await resemblances(first), await resemblances(second)]
  t.match(
    ofFirst.find(({ life }) => life === paid),
    { workflow: 'micro-project', aspects: [{ aspect: 'title', alike: 100 }, {}, {}, {}] },
    'what it is paid for already',
  )
  const across = [...ofFirst, ...ofSecond].filter(({ life }) => life === first || life === second)
  t.equal(across.length, 1, 'of two in two rounds the one whose list is settled later')
  const blocked = await s.call(street, 'POST', `/v1/proposal/${first}/check-eligibility`, {
    version: 1,
    verdicts: decided(),
  })
  t.match(blocked.body.reasons[0], { rule: 'resemblancesAreSettled' })
  t.match((await s.call(chair, 'GET', `/v1/proposal/${first}/history`)).body.events.at(-1), {
    event: 'ResemblanceFlagged',
  })
  const register = await s.call(w.panelChair, 'GET', `/v1/organisation/${organisation}`)
  t.notOk('applications' in register.body.data, 'the register tells it to the offices alone')
  await nothingParked(t, w)
})

// ── a blind round ───────────────────────────────────────────────────────────────────────────────

t.test('a judge of a blind round reads what is to be judged, and nothing that says whose it is', async t => {
  const story = await written(t, { ...district, blind: true })
  const { s, chair, street, organisation, project, id, path, later } = story
  await s.given(chair, `${path}/submit-version`, { version: 1 })
  await later(27)
  await s.given(street, `${path}/check-eligibility`, { version: 1, verdicts: decided() })
  // Of an office elsewhere: why they may not act here is told without saying where this is.
  const judge = await s.somebody({ role: 'street', place: '420106013' })
  const open = { workflow: 'proposal', id, command: 'open-to-judge', input: { judge: judge.id }, key: randomUUID() }
  await s.runtime.handler.handle({ ...open, person: 'system:open-proposal-to-its-judge' })

  const seen = await s.call(judge, 'GET', path)
  t.match(seen.body.data, { title: '独居老人敲门探访', version: { summary: version.summary, requested: 800_000 } })
  const history = await s.call(judge, 'GET', `${path}/history`)
  const proof = await provenTo(s, judge, path)
  t.equal(flawIn(JSON.parse(proof.text)), undefined)
  t.ok(proof.events.every(event => 'hash' in event))
  const list = await s.call(judge, 'GET', '/v1/proposal')
  const acting = await s.call(judge, 'POST', `${path}/check-eligibility`, { version: 1, verdicts: decided() })
  t.equal(acting.body.code, 'outside-your-place')
  const facts = await s.runtime.store.readStream(`proposal-${id}`, 0, 100)
  const past = await Promise.all(
    facts.map(({ position }) => s.call(judge, 'GET', `${path}?asOf=${encodeURIComponent(position)}`)),
  )
  for (const { status } of [seen, history, list, ...past]) t.equal(status, 200)
  for (const { text } of [seen, history, proof, list, acting, ...past])
    for (const told of [organisation, project, chair.id, '驻区单位赞助', version.team, STREET, '东亭'])
      t.notOk(text.includes(told), `${told} is not told`)
  t.ok((await provenTo(s, chair, path)).events.some(event => 'data' in event && event.data.includes(organisation)))
  t.match(history.body.events.at(-1), { event: 'MaterialsOpened' })
  const file = (history.body.events.at(-1) as unknown as { fields: { name: string; value: { sha256: string }[] }[] })
    .fields
  const sha256 = file.find(({ name }) => name === 'files')?.value[0]?.sha256
  t.equal((await s.call(judge, 'GET', `${path}/files/${sha256}`)).status, 200, 'the file for the judges')
  t.equal((await s.call(judge, 'GET', `/v1/micro-project/${project}`)).status, 403, 'nor is the project')

  const applicant = await s.call(chair, 'GET', path)
  t.notOk(applicant.text.includes(judge.id), 'the applicant does not learn who judges')
  t.notOk((await s.call(chair, 'GET', `${path}/history`)).text.includes(judge.id))
  const close = { ...open, command: 'close-to-judge', key: randomUUID(), person: 'system:close-proposal-to-judge' }
  await s.runtime.handler.handle(close)
  t.equal((await s.call(judge, 'GET', path)).status, 403)
})

t.test('a text of a version that is taken back is read by nobody any more', async t => {
  const story = await written(t)
  const { s, chair, street, bureau, path } = story
  const marker = '骨干住三栋二单元'
  await s.given(chair, `${path}/write-version`, { ...version, attachments: [], team: marker })
  t.match(await shown(story, chair, path), { data: { versions: [{}, { team: marker, revision: 2 }] } })
  // What judges are to read is not for the office of one street to take away.
  for (const by of [chair, street]) {
    const refused = await s.call(by, 'POST', `${path}/redact-text`, { revision: 2, field: 'team', reason })
    t.equal(refused.body.code, 'not-permitted')
  }
  await s.given(bureau, `${path}/redact-text`, { revision: 2, field: 'team', reason })
  t.match(await shown(story, chair, path), {
    data: { versions: [{}, { team: '已遮盖', requested: version.requested }] },
  })
  for (const at of [path, `${path}?asOf=${new Date().toISOString()}`, `${path}/history`, '/v1/proposal'])
    t.notMatch((await s.call(chair, 'GET', at)).text, new RegExp(marker), at)
  const again = await s.call(bureau, 'POST', `${path}/redact-text`, { revision: 2, field: 'team', reason })
  t.match(again.body, { code: 'refused', reasons: [{ rule: 'textStands' }] })
})
