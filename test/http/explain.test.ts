/** What an instance says of its commands is what happens when they are sent. */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import type { Body, Person, Service } from '../support/service.ts'
import { service } from '../support/service.ts'

const TODAY = '2026-03-05'
const STREET = '420106012'
const COMMUNITY = '420106012021'

type Explained = Body['commands'][number]

const scene = async (t: Test) => {
  const s = await service(t)
  const street = await s.somebody({ role: 'street', place: STREET })
  const enrolling = { name: '东亭邻里互助队', tier: 'community-managed', field: 'dance', place: COMMUNITY }
  const organisation = (await s.given(street, '/v1/organisation', enrolling)).id
  const people = {
    founder: s.founder,
    street,
    colleague: await s.somebody({ role: 'street', place: STREET }),
    elsewhere: await s.somebody({ role: 'street', place: '420106001' }),
    former: await s.somebody({ role: 'street', place: STREET, to: '2026-03-04' }),
    chair: await s.somebody({ role: 'chair', organisation }),
    judge: await s.somebody({ role: 'judge', place: STREET }),
    judgeAndMember: await s.somebody({ role: 'judge', place: STREET }, { role: 'member', organisation }),
  }
  const opening = { place: COMMUNITY, organisation, limit: 100, on: TODAY, title: '活动经费' }
  const open = async () => `/v1/purse/${(await s.given(street, '/v1/purse', opening)).id}`
  return { s, people, organisation, opening, open }
}

const explained = async (s: Service, by: Person, path: string, language?: string): Promise<Map<string, Explained>> => {
  const { status, body, text } = await s.call(by, 'GET', path, undefined, { 'accept-language': language })
  if (status !== 200) throw new Error(`${path}: ${text}`)
  return new Map(body.commands.map(each => [each.command, each]))
}

t.test('every command is allowed, refused or depends, with what it depends on and who could help', async t => {
  const { s, people, open } = await scene(t)
  const { founder, street, chair, judge, judgeAndMember, colleague } = people
  const purse = await open()
  const rulesOf = (each: Explained | undefined) => each?.reasons?.map(({ rule }) => rule)

  const forStreet = await explained(s, street, purse)
  t.match(forStreet.get('put'), { status: 'depends', dependsOn: [{ field: 'amount', title: '金额' }] })
  t.match(forStreet.get('spend'), { status: 'depends', dependsOn: [{ field: 'amount' }, { field: 'on' }] })
  t.match(forStreet.get('note'), { status: 'allowed', title: '备注' })
  t.match(forStreet.get('lock'), { status: 'allowed' })
  t.match(forStreet.get('close'), { status: 'refused', because: { code: 'not-permitted', detail: /民政局/ } })
  t.match(forStreet.get('unlock'), { status: 'refused', possibleIn: [{ path: 'usable.locked', title: '可用 · 已锁' }] })
  t.match(forStreet.get('open'), { status: 'refused', possibleIn: [{ path: 'none' }] })

  const forFounder = await explained(s, founder, purse, 'en')
  t.match(forFounder.get('empty'), {
    status: 'refused',
    title: 'Empty',
    reasons: [{ rule: 'holdsSome', text: 'It is empty.', who: [{ role: 'street' }, { role: 'chair' }] }],
  })
  t.match((await explained(s, street, purse)).get('empty'), { status: 'refused', because: { code: 'not-permitted' } })
  t.strictSame(
    rulesOf((await explained(s, street, purse)).get('empty')),
    ['holdsSome'],
    'the rule is told also to who may not',
  )

  t.match((await explained(s, chair, purse)).get('put'), { status: 'depends' })
  t.match((await explained(s, judge, purse)).get('inspect'), { status: 'allowed' })
  t.match((await explained(s, judgeAndMember, purse)).get('inspect'), {
    status: 'refused',
    because: { code: 'kept-apart', detail: /本组织人员/ },
  })

  await s.given(street, `${purse}/put`, { amount: 10 })
  await s.given(colleague, `${purse}/lock`, { reason: '核对' })
  t.match((await explained(s, colleague, purse)).get('unlock'), { status: 'refused', because: { code: 'kept-apart' } })
  t.match((await explained(s, street, purse)).get('unlock'), { status: 'allowed' })
  t.match((await explained(s, founder, purse)).get('empty'), {
    status: 'refused',
    possibleIn: [{ path: 'usable.unlocked' }],
  })
})

t.test('a pair that compares a field makes a command depend on it', async t => {
  const { s, people, open } = await scene(t)
  const { street, colleague } = people
  const purse = await open()
  await s.given(street, `${purse}/prepare`, { number: '1' })
  await s.given(colleague, `${purse}/prepare`, { number: '2' })
  t.match((await explained(s, street, purse)).get('approve'), { status: 'depends', dependsOn: [{ field: 'number' }] })
  const approve = async (by: Person, number: string) =>
    (await s.call(by, 'POST', `${purse}/approve?dryRun=true`, { number })).body.code
  t.strictSame(
    [await approve(street, '1'), await approve(street, '2'), await approve(street, '3')],
    ['kept-apart', undefined, 'refused'],
  )
})

t.test('a refused command answers with the reasons that the instance gave', async t => {
  const { s, people, open } = await scene(t)
  const purse = await open()
  const told = (await explained(s, people.founder, purse)).get('empty')?.reasons
  const { status, body } = await s.call(people.founder, 'POST', `${purse}/empty`, {})
  t.equal(status, 422)
  t.strictSame(body.reasons, told)
})

const days = fc.constantFrom('2026-01-01', TODAY, '2026-12-31')
const reason = fc.record({ reason: fc.constant('核对') })
const number = fc.record({ number: fc.constantFrom('1', '2') })
const inputs: Record<string, fc.Arbitrary<object>> = {
  put: fc.record({ amount: fc.constantFrom(1, 60, 101) }),
  spend: fc.record({ amount: fc.constantFrom(1, 60), on: days }),
  empty: fc.constant({}),
  prepare: number,
  approve: number,
  lock: reason,
  unlock: reason,
  inspect: reason,
  note: reason,
  close: reason,
  'name-officers': fc.constant({ officers: [{ person: randomUUID(), duty: 'chair' }] }),
  'offer-service': fc.constant({ category: 'charity', title: '探访', detail: '每周', places: [COMMUNITY] }),
  'change-tier': fc.record({
    tier: fc.constantFrom('filed', 'community-managed'),
    filingNumber: fc.constant('WC-1'),
    reason: fc.constant('核对'),
  }),
  suspend: reason,
  reinstate: reason,
  dissolve: reason,
  'change-contact': fc.constantFrom({}, { name: '王芳' }),
  appoint: fc.record({
    role: fc.constantFrom('street', 'judge', 'chair'),
    place: fc.constantFrom(STREET, COMMUNITY),
    from: days,
  }),
  'decline-post': fc.record({ post: fc.constantFrom('1', '2'), reason: fc.constant('未同意') }),
  'end-post': fc.record({ post: fc.constantFrom('1', '2'), on: days, reason: fc.constant('核对') }),
  'revise-resource': fc
    .constantFrom(COMMUNITY, '420106001')
    .map(place => ({ holder: '中心', kind: 'venue', title: '厅', detail: '大', place })),
  'withdraw-resource': reason,
}

/** What an explanation promises about an answer; a sentence where it is not kept. */
const broken = (each: Explained, { status, body }: { status: number; body: Body }): string | undefined => {
  const said = `${each.command}: said ${JSON.stringify(each)}, answered ${status} ${JSON.stringify(body)}`
  if (each.status === 'allowed') return status === 200 ? undefined : said
  if (each.status === 'depends') return [200, 403, 422].includes(status) ? undefined : said
  if (status === 200 || status === 400) return said
  if (each.because) return body.code === each.because.code ? undefined : said
  if (each.possibleIn)
    return ['not-in-this-state', 'not-permitted', 'outside-your-place', 'post-ended', 'kept-apart'].includes(body.code)
      ? undefined
      : said
  const told = new Set(body.reasons?.map(({ rule }) => rule))
  return each.reasons?.every(({ rule }) => told.has(rule)) ? undefined : said
}

t.test('whoever asks, whatever happened: what is said is what happens', async t => {
  const { s, people, organisation, open } = await scene(t)
  const everybody = Object.values(people)
  const somebody = fc.constantFrom(...(Object.keys(people) as (keyof typeof people)[]))
  const step = fc
    .constantFrom(...Object.keys(inputs))
    .chain(command => fc.tuple(fc.constant(command), inputs[command] as fc.Arbitrary<object>, somebody))
  const resource = { holder: '中心', kind: 'venue', title: '厅', detail: '大', place: COMMUNITY }

  const lives = async () => [
    await open(),
    `/v1/organisation/${organisation}`,
    `/v1/resource/${(await s.given(people.street, '/v1/resource', resource)).id}`,
    `/v1/person/${(await s.somebody({ role: 'judge', place: STREET })).id}`,
  ]
  const seen = { allowed: 0, refused: 0, depends: 0 }
  /** Sends each of these commands that the life knows; where what was said is not kept, a sentence. */
  const wrong = async (path: string, by: Person, asked: [command: string, input: object][], dry = '') => {
    const { status, body } = await s.call(by, 'GET', path)
    const said = new Map(status === 200 ? body.commands.map(each => [each.command, each]) : [])
    const answers = asked.map(async ([command, input]) => {
      const each = said.get(command)
      if (!each) return []
      seen[each.status]++
      return broken(each, await s.call(by, 'POST', `${path}/${command}${dry}`, input)) ?? []
    })
    return (await Promise.all(answers)).flat()
  }

  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 20 }), fc.gen(), async (steps, gen) => {
      const paths = await lives()
      const found: string[] = []
      for (const [command, input, by] of steps)
        for (const path of paths) found.push(...(await wrong(path, people[by], [[command, input]])))
      const every = Object.entries(inputs).map(([command, input]) => [command, gen(() => input)] as [string, object])
      for (const path of paths)
        for (const by of everybody) found.push(...(await wrong(path, by, every, '?dryRun=true')))
      if (found.length > 0) throw new Error(found.join('\n'))
    }),
    { numRuns: 10, endOnFailure: true, includeErrorInReport: true },
  )
  t.ok(Math.min(...Object.values(seen)) > 20, JSON.stringify(seen))
})
