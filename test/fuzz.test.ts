/** Requests that chance makes for every route of the OpenAPI document; the long form is `npm run fuzz`. */
import t from 'tap'
import { fuzz } from './fuzz/fuzz.ts'
import { planted } from './fuzz/markers.ts'
import type { Request } from './fuzz/request.ts'
import { type Exchange, faultsOf } from './fuzz/verdict.ts'
import { worldOf } from './fuzz/world.ts'

const REQUESTS = 1_500
const SEED = 20260305

t.test('whatever is asked, nothing breaks, nothing hangs and nothing slips out', async t => {
  const world = await worldOf(t)
  const { faults, statuses, accepted } = await fuzz(world, { requests: REQUESTS, seed: SEED })
  t.strictSame(faults, [])
  t.ok((statuses[503] ?? 0) < REQUESTS / 100, `${statuses[503]} times too busy`)
  for (const status of [200, 201, 400, 401, 403, 404, 409, 415, 422]) t.ok(statuses[status], `${status} is met`)
  t.ok(accepted.size > 30, `${accepted.size} operations accepted something`)
})

t.test('a fault is seen', async t => {
  const operation = { id: 'purse.put', method: 'POST', path: '/v1/purse/{id}/put', parameters: [], answers: new Map() }
  const request: Request = { operation, by: 'chair', method: 'POST', path: '/v1/purse/1/put', headers: {} }
  const problem = (status: number, code: string, title: string) => ({
    status,
    type: 'application/problem+json',
    text: JSON.stringify({ code, title }),
    tookMs: 1,
  })
  const fine = problem(409, 'conflict', 'Conflict')
  const faults = (change: Partial<Exchange>) =>
    faultsOf({ request, answer: fine, recorded: 0, hidden: [], ...change }).map(fault => fault.split(':')[0])
  const english = { ...request, headers: { 'accept-language': 'en' } }

  t.same(faults({}), [])
  t.same(faults({ answer: problem(500, 'internal', '') }), ['breaksNothing'])
  t.same(faults({ answer: { ...fine, tookMs: 6_000 } }), ['answersInTime'])
  t.same(faults({ answer: { ...fine, type: 'text/html' } }), ['isOneProblem'])
  t.same(faults({ answer: problem(409, 'refused', '') }), ['isOneProblem'])
  t.same(faults({ request: english }), [])
  t.same(faults({ request: english, answer: problem(409, 'conflict', '冲突') }), ['speaksTheLanguageAsked'])
  t.same(faults({ recorded: 1 }), ['recordsWhatItSays'])
  t.same(faults({ hidden: ['onfli'] }), ['showsNothingHidden'])
  t.same(faults({ answer: { ...fine, status: 200, type: 'application/json' } }), ['fitsTheDocument'])
})

t.test('what is planted in a person fits, and is of nobody else', async t => {
  const [one, other] = [planted(), planted()]
  t.ok(one.markers.length >= 2)
  t.notOk(one.markers.some(marker => other.markers.includes(marker)))
})
