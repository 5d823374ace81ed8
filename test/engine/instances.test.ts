import t from 'tap'
import { followInstances } from '../../engine/instances.ts'
import { recordedFact } from '../../engine/lift.ts'
import type { Person } from '../../workflows/person/data.ts'
import { person } from '../../workflows/person/index.ts'
import { engineOn, service } from '../support/service.ts'

const REGISTERED = { name: '周桂兰', phone: '027-87654321', place: '420106012' }
const NEW_PHONE = { phone: '027-12345678' }

t.test('an instance that was put out of memory meanwhile does not come back without what it missed', async t => {
  const s = await service(t)
  const { store } = s.runtime
  const other = await engineOn(t, s.url)
  const [first, second] = [await s.register(), await s.register()]
  const instances = await followInstances(store, { bytes: 1 })
  t.teardown(() => instances.stop())

  const held = await instances.get(person, first.id)
  await instances.get(person, second.id)
  t.equal(instances.memory().instances, 1, 'only the second is kept')
  const change = { workflow: 'person', id: first.id, command: 'change-contact', input: NEW_PHONE, person: first.id }
  const { position } = await other.handler.handle({ ...change, key: 'elsewhere' })
  await instances.reached(position, 5_000)
  instances.took(held, (await store.readStream(held.stream, 0, 1)).map(recordedFact))

  const again = await instances.get(person, first.id)
  t.equal(again.revision, 1)
  t.notSame((again.data as Person).phone, (held.data as Person).phone)
})

t.test('an instance just begun is kept, and hears what follows', async t => {
  const s = await service(t)
  const { instances, handler } = s.runtime
  const begun = await handler.handle({
    workflow: 'person',
    command: 'register',
    input: REGISTERED,
    person: s.founder.id,
    key: 'begin',
  })
  const other = await engineOn(t, s.url)
  const change = { workflow: 'person', id: begun.id, command: 'change-contact', input: NEW_PHONE, person: begun.id }
  const { position } = await other.handler.handle({ ...change, key: 'elsewhere' })
  await instances.reached(position, 5_000)
  t.equal((await instances.get(person, begun.id)).revision, 1)
})
