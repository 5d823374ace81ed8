/** What the search for leaks takes for a leak, and what it does not. */
import t from 'tap'
import type { Answer } from '../support/service.ts'
import { likeness } from './likeness.ts'

const answer = (text: string, headers: Record<string, string> = {}): Answer => ({
  status: 200,
  headers: new Headers(headers),
  body: {} as Answer['body'],
  text,
})
const id = (n: number) => `00000000-0000-8000-8000-${String(n).padStart(12, '0')}`
const differs = (one: string, other: string) =>
  likeness(['a', 'b']).difference(answer(one), answer(other)) !== undefined

t.test('a value, an order, a length, a header', async t => {
  t.ok(differs('{"rank":1}', '{"rank":2}'))
  t.ok(differs('{"mean":"80.00"}', '{"mean":"79.50"}'))
  t.ok(differs('one, other', 'other, one'))
  t.ok(differs(`"${'A'.repeat(88)}"`, `"${'A'.repeat(92)}"`), 'ciphertext that is longer')
  const { difference } = likeness(['a', 'b'])
  t.ok(difference(answer('', { etag: '"3"' }), answer('', { etag: '"4"' })))
  t.ok(difference(answer('', { 'content-length': '10' }), answer('', { 'content-length': '11' })))
})

t.test('not a digest, a signature or ciphertext of one length, nor when it was sent', async t => {
  t.notOk(differs('', ''))
  t.notOk(differs(`"${'a'.repeat(64)}"`, `"${'b'.repeat(64)}"`))
  t.notOk(differs(`"${'A'.repeat(88)}"`, `"${'B'.repeat(88)}"`))
  t.notOk(
    differs(`1,${'A'.repeat(88)},2`, `1,'+${'B'.repeat(87)},2`),
    'one that a list marks, as it begins like a formula',
  )
  const { difference } = likeness(['a', 'b'])
  t.notOk(difference(answer('', { date: 'Thu' }), answer('', { date: 'Fri' })))
})

t.test('ids stand for one another, the same everywhere: an order of them tells something', async t => {
  const { difference } = likeness(['a', 'b'])
  t.notOk(difference(answer(`${id(1)} ${id(2)}`), answer(`${id(3)} ${id(4)}`)))
  t.notOk(difference(answer(id(2)), answer(id(4))))
  t.ok(difference(answer(`${id(2)} ${id(1)}`), answer(`${id(3)} ${id(4)}`)))
})
