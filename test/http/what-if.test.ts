/** What a chair and a bureau may ask of a round once its sheets are open, and nobody before that. */
import t, { type Test } from 'tap'
import {
  closeJudging,
  declareNone,
  judgedRound,
  reveal,
  roundIn,
  submitAll,
  toRound,
  type World,
} from '../support/judged-round.ts'
import type { Person } from '../support/service.ts'

const QUESTIONS: [method: 'GET' | 'POST', question: string][] = [
  ['POST', 'what-if'],
  ['GET', 'sensitivity'],
  ['GET', 'judge-statistics'],
]

const ask = ({ s, round }: World, by: Person, question: string, body?: object, language = 'zh') =>
  s.call(by, body ? 'POST' : 'GET', `/v1/competition-round/${round}/${question}`, body, { 'accept-language': language })

/** Each question from this person, by its status and code. */
const answersTo = async (world: World, by: Person) => {
  const said: unknown[] = []
  for (const [method, question] of QUESTIONS) {
    const { status, body } = await ask(world, by, question, method === 'POST' ? {} : undefined)
    said.push([status, (body as { code?: string }).code])
  }
  return said
}

const scored = async (t: Test): Promise<World> => {
  const world = await judgedRound(t)
  await declareNone(world)
  await submitAll(world)
  return world
}

const revealed = async (t: Test): Promise<World> => {
  const world = await scored(t)
  await closeJudging(world)
  await reveal(world)
  return world
}

t.test('before the reveal it is answered to nobody, and to whoever may not see sheets never', async t => {
  const world = await scored(t)
  const early = [409, 'not-revealed']
  const never = [403, 'not-visible']
  const { s, bureau, chair, observer, judges } = world
  const street = await s.somebody({ role: 'street', place: '420106012' })
  const otherBureau = await s.somebody({ role: 'bureau', place: '420102' })
  const outsiders = [observer, judges[0] as Person, street, otherBureau, await s.register()]
  t.strictSame(await answersTo(world, chair), [early, early, early])
  t.strictSame(await answersTo(world, bureau), [early, early, early])
  await closeJudging(world)
  t.strictSame(await answersTo(world, chair), [early, early, early], 'sealed is not open')
  await reveal(world)
  for (const by of outsiders) t.strictSame(await answersTo(world, by), [never, never, never])
  t.match(await answersTo(world, chair), [[200], [200], [200]])
  t.match(await answersTo(world, bureau), [[200], [200], [200]])
})

t.test('what if nothing were other: the ranking is the one that was recorded', async t => {
  const world = await revealed(t)
  const { tally } = await roundIn(world)
  const { body } = await ask(world, world.chair, 'what-if', {})
  t.match(body, { moved: 0, awardsChanged: 0, openTies: [] })
  const proposals = (
    body as unknown as { proposals: { proposal: string; supposed: { rank: number; total: string } }[] }
  ).proposals
  t.strictSame(
    proposals.map(({ proposal, supposed: { rank, total } }) => [proposal, rank, total]),
    tally?.results.map(({ proposal, rank, total }) => [proposal, rank, total]),
  )
})

t.test(
  'with another sum other awards are beside the real ones, said in the language asked for; nothing is written',
  async t => {
    const world = await revealed(t)
    const { s, chair } = world
    const head = await s.runtime.store.head()
    const third = (language: string) => ask(world, chair, 'what-if', { fund: 3_500_000 }, language)
    const zh = await third('zh')
    t.match(zh.body, { moved: 0, awardsChanged: 1, left: { real: 0, supposed: 500_000 } })
    t.match(zh.text, /资助由0元变为10,000元/)
    t.match((await third('en')).text, /The award goes from ¥0 to ¥10,000/)
    await ask(world, chair, 'sensitivity')
    await ask(world, chair, 'judge-statistics')
    t.equal(await s.runtime.store.head(), head)
  },
)

t.test('what cannot be asked is told at its field', async t => {
  const world = await revealed(t)
  const { status, body } = await ask(world, world.chair, 'what-if', {
    weights: { need: 30 },
    without: ['C99'],
    dropFrom: 9,
  })
  t.equal(status, 400)
  t.match(body, {
    code: 'invalid-input',
    issues: [
      { path: '/without', message: '没有代号为“C99”的评委的评分' },
      { path: '/weights', message: '各评分项分值合计应为100分' },
      { path: '/dropFrom' },
    ],
  })
  t.match(await ask(world, world.chair, 'what-if', { colour: 'red' }), { status: 400, body: { code: 'invalid-input' } })
  t.match(await ask(world, world.chair, 'sensitivity?points=21'), { status: 400, body: { code: 'invalid-query' } })
  const none = await world.s.call(world.chair, 'GET', `/v1/competition-round/${world.proposals[0]?.id}/sensitivity`)
  t.match(none, { status: 404, body: { code: 'unknown-instance' } })
})

t.test('an applicant’s people are told nothing of it, whatever post they hold beside', async t => {
  const world = await revealed(t)
  const { s, bureau, proposals } = world
  const organisation = proposals[1]?.applicant
  await s.given(s.founder, `/v1/person/${bureau.id}/appoint`, { role: 'member', organisation, from: '2026-01-01' })
  t.strictSame(
    await answersTo(world, bureau),
    QUESTIONS.map(() => [403, 'kept-apart']),
  )
})

t.test('sensitivity has a line for each award, statistics one for each judge', async t => {
  const world = await revealed(t)
  const { body } = await ask(world, world.bureau, 'sensitivity?points=2')
  t.match(body, {
    most: 2,
    weights: null,
    lines: [{ rank: 1, outcome: 'award' }, { rank: 2 }, { rank: 3, outcome: 'reserve' }],
  })
  const { judges } = (await ask(world, world.bureau, 'judge-statistics')).body as unknown as { judges: object[] }
  const { panel } = await roundIn(world)
  t.match(
    judges,
    panel.map(({ name }) => ({ judge: name, beside: '+0.00' })).sort((a, b) => (a.judge < b.judge ? -1 : 1)),
  )
})

t.test('a judge whose sheets are void is asked about no more', async t => {
  const world = await revealed(t)
  const [{ name } = { name: '' }] = (await roundIn(world)).panel
  await toRound(world, world.bureau, 'void-sheets', { name, reason: '发现其与申报组织有利害关系' })
  const { status, body } = await ask(world, world.chair, 'what-if', { without: [name] })
  t.match([status, body], [400, { issues: [{ path: '/without' }] }])
})
