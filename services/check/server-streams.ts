/** In an EventStoreDB no stream is deleted, and none has metadata that cuts it off: facts would go with the next scavenge. */
import { damagesOf } from '../../engine/eventstore/damages.ts'
import type { Check } from './check.ts'

export const serverStreams: Check = {
  zh: '服务器上的事件流',
  en: 'streams on the server',
  run: async function* ({ eventStore }) {
    if (!eventStore) return
    for (const { stream, state, detail } of await damagesOf(eventStore))
      yield {
        at: stream,
        zh: state === 'stream-deleted' ? '已被删除' : `元数据将其截断（${detail}）`,
        en: detail,
      }
  },
}
