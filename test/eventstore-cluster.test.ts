/** The log in a cluster of EventStoreDB whose leader fails under writers: against real servers. */
import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import t from 'tap'
import { aLogName, eventStoreCluster, eventStoreLog } from './support/eventstore.ts'
import { writeLives } from './support/writing-lives.ts'

const run = promisify(execFile)
const WRITERS = 16

t.setTimeout(300_000)

t.test('a cluster', async t => {
  const cluster = eventStoreCluster(t)
  if (!cluster) return

  for (const how of ['KILL', 'STOP'])
    t.test(`whose leader gets SIG${how} under writers loses nothing and keeps nothing twice`, async t => {
      const log = aLogName()
      const store = eventStoreLog(t, cluster.url, log)
      const after = await store.head()
      const seen: string[] = []
      const over = new AbortController()
      const following = (async () => {
        for await (const { events } of store.tail({ after, signal: over.signal }))
          for (const event of events) seen.push(event.id)
      })()
      const writing = new AbortController()
      const lives = Array.from({ length: WRITERS }, () => writeLives(store, writing.signal))
      await sleep(1_000)
      await run(cluster.failLeader, [how])
      await sleep(2_000)
      writing.abort()
      const written = (await Promise.all(lives)).flat()
      const beside = eventStoreLog(t, cluster.url, log)
      for (const { stream, ids } of written)
        t.strictSame(
          (await beside.readStream(stream, 0, 100_000)).map(({ id }) => id),
          ids,
        )
      const all = written.flatMap(({ ids }) => ids)
      for (let n = 0; n < 300 && seen.length < all.length; n++) await sleep(100)
      over.abort()
      await following
      t.ok(all.length > 0)
      t.strictSame(seen.toSorted(), all.toSorted(), 'the tail was told each, once')
      t.comment(`${all.length} events`)
    })
})
