/** Keys and sealed values over a real database: what is written, what each part alone opens, what an end does. */
import { createSecretKey, randomBytes } from 'node:crypto'
import t, { type Test } from 'tap'
import { openKeys } from '../../engine/keys.ts'
import { systemRandomness } from '../../engine/randomness.ts'
import { open, openAll, seal } from '../../engine/seal.ts'
import { appointFirst } from '../../services/appoint-first.ts'
import { openSecrets } from '../../services/secrets.ts'
import type { Person } from '../../workflows/person/data.ts'
import { eventsIn } from '../support/log.ts'
import { database } from '../support/postgres.ts'
import { rootKeys } from '../support/root-keys.ts'
import { engineOn } from '../support/service.ts'

const COMMUNITY = '420106012021'
const ZHOU = { name: '周桂兰', phone: '13812341234', place: COMMUNITY, idNumber: '110101199003072017' }

t.test('a value opens under its own key and name only, and says what it is', async t => {
  const key = createSecretKey(randomBytes(32))
  const value = seal(key, 'person:1', { kind: 'phone', text: '138\n1234' }, systemRandomness)
  t.same(open(key, value), { kind: 'phone', text: '138\n1234' }, systemRandomness)
  t.throws(() => open(createSecretKey(randomBytes(32)), value), 'another key')
  t.throws(() => open(key, { ...value, key: 'person:2' }), 'another name')
  const other = seal(key, 'person:1', { kind: 'phone', text: '138\n1234' }, systemRandomness)
  t.not(value.ciphertext, other.ciphertext, 'the same text is not seen to be the same')
})

t.test('a key is made once, and never again under the name of a destroyed one', async t => {
  const { pool } = await database(t)
  await openSecrets(pool, rootKeys.master, systemRandomness)
  const [one, other] = [
    openKeys(pool, rootKeys.master, systemRandomness),
    openKeys(pool, rootKeys.master, systemRandomness),
  ]
  const made = await Promise.all([one, other, one].map(each => each.toSeal(['person:1', 'person:2'])))
  const bytes = made.map(keys => keys.get('person:1')?.export().toString('hex'))
  t.equal(new Set(bytes).size, 1)
  const value = seal(made[0]?.get('person:1') as never, 'person:1', { kind: 'name', text: '周' }, systemRandomness)
  await Promise.all([one.destroy(['person:1']), other.destroy(['person:1', 'person:3'])])
  await t.rejects(other.toSeal(['person:1']), { message: /'person:1' was destroyed/ })
  await t.rejects(one.toSeal(['person:3']), { message: /'person:3' was destroyed/ }, 'also where there was none yet')
  t.equal((await openAll(other, [value])).get(value), 'erased')
  t.equal((await openAll(one, [{ ...value, key: 'person:9' }])).values().next().value, 'lost')
})

const world = async (t: Test) => {
  const { url, pool } = await database(t)
  const engine = await engineOn(t, url)
  const founder = await appointFirst(engine, { name: '张敏', phone: '13800000000', role: 'bureau', place: '4201' })
  const register = (key: string, input: object = ZHOU) =>
    engine.handler.handle({ workflow: 'person', command: 'register', input, person: founder, key })
  return { url, pool, engine, founder, register }
}

t.test('what a person is known by reaches neither the log nor the fold in clear', async t => {
  const { url, engine, register } = await world(t)
  const { id } = await register('one')
  const all = (await eventsIn(url)).map(({ data, metadata }) => data + metadata).join('')
  for (const clear of [ZHOU.name, ZHOU.phone, ZHOU.idNumber]) t.notMatch(all, clear)
  t.match(all, COMMUNITY)
  const { data } = await engine.instances.get(engine.handler.workflow('person'), id)
  const { name, phone } = data as Person
  const opened = await openAll(engine.keys, [name, phone] as never)
  t.same(
    [...opened.values()],
    [
      { kind: 'name', text: ZHOU.name },
      { kind: 'phone', text: ZHOU.phone },
    ],
  )
})

t.test('a dry run and a refused command make no key', async t => {
  const { pool, engine, founder, register } = await world(t)
  const keys = async () => (await pool.query('SELECT name FROM keys.keys')).rowCount
  const before = await keys()
  const dry = { workflow: 'person', command: 'register', input: ZHOU, person: founder, key: 'dry' }
  t.match((await engine.handler.dryRun(dry)).events, [{ data: ZHOU }], 'the sender sees what they sent')
  await t.rejects(register('bad', { ...ZHOU, place: '4201999' }))
  await t.rejects(engine.handler.handle({ ...dry, person: '00000000-0000-4000-8000-000000000000' }))
  t.equal(await keys(), before)
  await register('two')
  t.equal(await keys(), (before as number) + 1)
})
