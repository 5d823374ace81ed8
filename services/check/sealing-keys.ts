/** Every key under which something in the log is sealed is kept, or is known to be destroyed. */
import type { Pool } from 'pg'
import { isSealed } from '../../engine/sealed.ts'
import { eventAt, type Finding, type KeptEvent, type LogCheck } from './check.ts'

export const sealingKeys: LogCheck = {
  zh: '封存所用的密钥',
  en: 'keys under which something is sealed',
  begin: ({ client, now }) => {
    /** Each key, with the first event that is sealed under it. */
    const named = new Map<string, string>()
    return {
      see: event => {
        for (const key of keysNamedBy(event)) if (!named.has(key)) named.set(key, eventAt(event))
        return undefined
      },
      // A key is kept before an event is sealed under it, and the newest events are newer than the snapshot.
      end: async () =>
        (await unknown(now, await unknown(client, [...named.keys()]))).map(key => missing(key, named.get(key) ?? '')),
    }
  },
}

const missing = (key: string, at: string): Finding => ({
  at,
  zh: `封存所用的密钥 ${key} 不在数据库中：数据库的备份早于日志`,
  en: `the key ${key} under which it is sealed is not in the database, which was restored from before it`,
})

const unknown = async (on: Pick<Pool, 'query'>, keys: readonly string[]): Promise<string[]> => {
  const { rows } = await on.query<{ name: string }>('SELECT name FROM keys.keys WHERE name = ANY($1)', [keys])
  const known = new Set(rows.map(({ name }) => name))
  return keys.filter(key => !known.has(key))
}

/** Few events hold any: the others are not parsed. */
const keysNamedBy = ({ data }: KeptEvent): string[] => {
  const keys: string[] = []
  if (!data.includes('"ciphertext"')) return keys
  try {
    JSON.parse(data, (_, value: unknown) => {
      if (isSealed(value)) keys.push(value.key)
      return value
    })
  } catch {
    // What cannot be read is another check's finding.
  }
  return keys
}
