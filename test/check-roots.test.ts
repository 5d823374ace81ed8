/** A superuser who knows the chain and works it out anew: found by the tree, by the heads in the log, or by a head kept outside. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import t, { type Test } from 'tap'
import { link } from '../engine/chain.ts'
import { uuidFrom } from '../engine/event-codec.ts'
import type { SignedHead } from '../engine/log-head.ts'
import { checked, tamper } from './support/check.ts'
import { POSTGRES_ONLY } from './support/log.ts'
import { copyOf } from './support/postgres.ts'
import { service } from './support/service.ts'

const OFFER = { holder: '社区', kind: 'venue', title: '多功能厅', detail: '可容纳六十人', place: '420106012021' }
const OFFERS = 4

/** A log whose every event lies under a signed head, the last of which is kept outside. */
const aLog = async (t: Test) => {
  const { url, somebody, given, close, call, founder } = await service(t, {
    heads: { events: 1, minutes: 10, to: undefined },
  })
  const street = await somebody({ role: 'street', place: '420106012' })
  const { id } = await given(street, '/v1/resource', OFFER)
  for (let n = 1; n < OFFERS; n++) {
    const revised = { ...OFFER, title: `第${n}次` }
    await given(street, `/v1/resource/${id}/revise-resource`, revised)
  }
  const inclusion = `/v1/log/proof/inclusion?position=${(await given(street, '/v1/resource', OFFER)).position}`
  for (let tries = 0; (await call(founder, 'GET', inclusion)).status !== 200; tries++) await patience(tries)
  const head = JSON.parse((await call(founder, 'GET', '/v1/log/heads/latest')).text) as SignedHead
  await close()
  return { url, stream: `resource-${id}`, head }
}

const patience = async (tries: number): Promise<void> => {
  if (tries > 200) throw new Error('waited in vain')
  await sleep(50)
}

/** Changes an event and links everything after it in its stream anew, as the handler would have. */
const relink = async (url: string, stream: string, from: number, change: (data: string) => string): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('SET session_replication_role = replica')
    const { rows } = await client.query('SELECT * FROM log.events WHERE stream = $1 ORDER BY revision', [stream])
    let before = ''
    for (const { revision, type, data, metadata } of rows) {
      const { bodyHash: _, hash: __, ...decision } = JSON.parse(metadata)
      const given = revision === from ? change(data) : data
      const linked = link({ stream, revision, before }, { type, data: given, metadata: JSON.stringify(decision) })
      await client.query(
        'UPDATE log.events SET id = $3, data = $4, metadata = $5 WHERE stream = $1 AND revision = $2',
        [stream, revision, uuidFrom(linked.hash), linked.data, linked.metadata],
      )
      before = linked.hash
    }
  } finally {
    await client.end()
  }
}

/** Lets a service build the tree anew over what the log says now. */
const regrow = async (t: Test, url: string, founder: { id: string; token: string }): Promise<void> => {
  await tamper(url, 'TRUNCATE log_tree.tiles, log_tree.standing')
  const { runtime, close } = await service(t, { beside: { url, founder } })
  const grown = async () => (await runtime.tree.size()) === (await runtime.store.readAll(undefined, 1_000)).length
  for (let tries = 0; !(await grown()); tries++) await patience(tries)
  await close()
}

const nobody = { id: '', token: '' }
const renamed = (data: string) => data.replace('第1次', '另一个')

t.test('a log that nobody changed agrees with all its heads, and with one kept outside', async t => {
  const { url, head } = await aLog(t)
  t.match(await checked(url, { outside: [head] }), '无差异 / No difference.')
})

t.test('a chain worked out anew is found by the tree, which names the event', { skip: POSTGRES_ONLY }, async t => {
  const { url, stream } = await aLog(t)
  const copy = await copyOf(t, url)
  await relink(copy, stream, 1, renamed)
  const said = await checked(copy)
  t.match(said, '✓ 事件链')
  t.match(
    said,
    /First difference: tree and roots of heads: event \d+ of the log: .*not the one that the tree was built over/,
  )
})

t.test('with the tree built anew as well, it is found by the heads in the log', { skip: POSTGRES_ONLY }, async t => {
  const { url, stream, head } = await aLog(t)
  const copy = await copyOf(t, url)
  await relink(copy, stream, 1, renamed)
  await regrow(t, copy, nobody)
  const said = await checked(copy)
  t.match(said, /First difference: tree and roots of heads: logKey-.*the root of the first \d+ events was signed as/)

  t.test('and a head made to fit is not signed', async t => {
    const root = /and is ([0-9a-f]{64})/.exec(said)?.[1] ?? ''
    const at = /logKey-[0-9a-f-]+@(\d+)/.exec(said) ?? ['', '']
    const keyStream = (at[0] ?? '').split('@')[0] ?? ''
    await relink(copy, keyStream, Number(at[1]), data => data.replace(/"root":"[0-9a-f]+"/, `"root":"${root}"`))
    t.match(await checked(copy), /First difference: signatures of heads: logKey-.*was not signed by this key/)
  })

  t.test('and with no head left in the log, by the head kept outside', async t => {
    const bare = await copyOf(t, url)
    await relink(bare, stream, 1, renamed)
    await withoutHeads(bare)
    await regrow(t, bare, nobody)
    t.match(await checked(bare), '无差异')
    t.match(
      await checked(bare, { outside: [head] }),
      /First difference: tree and roots of heads: head of \d+ kept outside/,
    )
  })
})

/** Takes every event of the signing key out, with what follows from them, and closes the gaps. */
const withoutHeads = async (url: string): Promise<void> => {
  await tamper(
    url,
    `DELETE FROM log.events WHERE stream LIKE 'logKey-%'`,
    `DELETE FROM lives_v1.lives WHERE workflow = 'log-key'`,
    'DELETE FROM log_heads_v1.heads',
    `UPDATE log.events e SET position = -n.place
     FROM (SELECT position, row_number() OVER (ORDER BY position) AS place FROM log.events) n WHERE n.position = e.position`,
    'UPDATE log.events SET position = -position',
    'UPDATE log.head SET position = (SELECT count(*) FROM log.events)',
    // Whatever follows the log has come to its end, which is nearer now.
    `UPDATE engine.checkpoints
     SET position = left(position, -16) || lpad(to_hex((SELECT position FROM log.head)), 16, '0')`,
  )
}

t.test('an end that was cut off is found by the tree, or by a head kept outside', { skip: POSTGRES_ONLY }, async t => {
  const { url, head } = await aLog(t)
  const cut = await copyOf(t, url)
  await tamper(
    cut,
    'DELETE FROM log.events WHERE position > 4',
    'UPDATE log.head SET position = 4',
    'DELETE FROM log_heads_v1.heads',
  )
  t.match(await checked(cut), /First difference: tree and roots of heads: event 5 of the log: .*its end was cut off/)
  await regrow(t, cut, nobody)
  t.match(await checked(cut, { outside: [head] }), /head of \d+ kept outside: .*its end was cut off/)
})

t.test('a head from elsewhere is no head of this log', async t => {
  const { url, head } = await aLog(t)
  t.match(
    await checked(url, { outside: [{ ...head, root: '0'.repeat(64) }] }),
    /kept outside: .*signature is not valid/,
  )
})
