/** Chance: the machine's is never the same twice, a seed's always. */
import t from 'tap'
import { isId } from '../../engine/event-codec.ts'
import { seededRandomness, systemRandomness, uuidFromChance } from '../../engine/randomness.ts'

t.test('a seed gives the same bytes again, another seed others', async t => {
  const [one, again, other] = ['2026', '2026', '2027'].map(seededRandomness)
  const drawn = [1, 16, 5_000, 32].map(count => one?.bytes(count).toString('hex'))
  t.strictSame(
    [1, 16, 5_000, 32].map(count => again?.bytes(count).toString('hex')),
    drawn,
  )
  t.not(other?.bytes(16).toString('hex'), drawn[1])
})

t.test('no byte is given out twice', async t => {
  for (const random of [systemRandomness, seededRandomness('2026')]) {
    const drawn = Array.from({ length: 2_000 }, () => random.bytes(16))
    t.equal(new Set(drawn.map(bytes => bytes.toString('hex'))).size, 2_000, 'what was given stays as it was')
  }
})

t.test('ids of chance are UUIDs as everybody writes them', async t => {
  const ids = Array.from({ length: 100 }, () => uuidFromChance(systemRandomness))
  t.ok(ids.every(id => isId(id) && /^.{14}4.{4}[89ab]/.test(id)))
  t.equal(new Set(ids).size, 100)
})
