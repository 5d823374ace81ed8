/** Every file that an event names is kept. */
import { filesNamedIn } from '../../engine/named-files.ts'
import { missing } from '../files/registry.ts'
import { eventAt, type KeptEvent, type LogCheck } from './check.ts'

export const namedFiles: LogCheck = {
  zh: '事件引用的文件',
  en: 'files that events name',
  begin: ({ client, now }) => {
    /** Each hash, with the first event that names it. */
    const named = new Map<string, string>()
    return {
      see: event => {
        for (const sha256 of namedBy(event)) if (!named.has(sha256)) named.set(sha256, eventAt(event))
        return undefined
      },
      // A file is kept before an event names it, and the newest events are newer than the snapshot.
      end: async () =>
        (await missing(now, await missing(client, [...named.keys()]))).map(sha256 => ({
          at: named.get(sha256) ?? '',
          zh: `引用的文件 ${sha256} 未保存`,
          en: `the file ${sha256} that it names is not kept`,
        })),
    }
  },
}

/** Few events name any: the others are not parsed. */
const namedBy = ({ data, metadata }: KeptEvent): string[] =>
  [data, metadata]
    .filter(text => text.includes('"sha256"'))
    .flatMap(text => filesNamedIn(parsed(text)).map(({ sha256 }) => sha256))

/** What cannot be read is another check's finding. */
const parsed = (data: string): unknown => {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}
