/** What is wrong with the streams of a log, read from the server's beginning: the last word about each counts. */
import { openEventStoreClient } from './client.ts'
import { connectionOf } from './connection-string.ts'
import { type Damage, damageIn, METADATA_OF } from './damage.ts'

export const damagesOf = async ({ url, log }: { url: string; log: string }): Promise<Damage[]> => {
  const client = openEventStoreClient(connectionOf(url))
  const enough = new AbortController()
  const last = new Map<string, Damage>()
  const prefixes = [`${METADATA_OF}${log}.`, `${log}.`]
  try {
    for await (const { events, caughtUp } of client.subscribe({ after: 'start', prefixes, signal: enough.signal })) {
      for (const damage of events.map(damageIn)) if (damage) last.set(damage.stream, damage)
      if (caughtUp) break
    }
  } finally {
    enough.abort()
    await client.close()
  }
  return [...last.values()].filter(({ state }) => state !== undefined)
}
