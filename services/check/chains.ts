/** Each event says what its bytes hash to and follows the one before it in its stream, from the first on. */
import { linksOf } from '../../engine/chain.ts'
import { uuidFrom } from '../../engine/event-codec.ts'
import { eventAt, type Finding, type KeptEvent, type LogCheck } from './check.ts'

type Tip = { revision: number; hash: string }

const BEFORE_THE_FIRST: Tip = { revision: -1, hash: '' }

export const chains: LogCheck = {
  zh: '事件链',
  en: 'chains',
  begin: () => {
    const tips = new Map<string, Tip>()
    return {
      see: event => {
        const before = tips.get(event.stream) ?? BEFORE_THE_FIRST
        const links = linksOf({ ...event, before: before.hash }, event)
        tips.set(event.stream, { revision: event.revision, hash: links?.carried.hash ?? '' })
        if (event.revision !== before.revision + 1) return missingBefore(event, before)
        return links ? wrongIn(event, links) : unlinked(event)
      },
    }
  },
}

const missingBefore = (event: KeptEvent, before: Tip): Finding => ({
  at: eventAt(event),
  zh: `事件流中它前面是第 ${before.revision} 版，中间有缺或顺序被调换`,
  en: `the event before it in its stream is revision ${before.revision}: some are missing, or were swapped`,
})

const unlinked = (event: KeptEvent): Finding => ({
  at: eventAt(event),
  zh: '元数据末尾没有链',
  en: 'its metadata does not end with a link',
})

const wrongIn = (event: KeptEvent, { carried, due }: NonNullable<ReturnType<typeof linksOf>>): Finding | undefined => {
  if (carried.bodyHash !== due.bodyHash)
    return {
      at: eventAt(event),
      zh: `内容与其校验值不符：应为 ${carried.bodyHash}，实为 ${due.bodyHash}`,
      en: `what it says is not what was hashed: ${carried.bodyHash} recorded, ${due.bodyHash} found`,
    }
  if (carried.hash !== due.hash)
    return {
      at: eventAt(event),
      zh: `与前一事件不相接，或其流、版次、类型被改：应为 ${carried.hash}，实为 ${due.hash}`,
      en: `it does not follow the event before it, or stream, revision or type were changed: ${carried.hash} recorded, ${due.hash} found`,
    }
  if (event.id === uuidFrom(carried.hash)) return undefined
  return { at: eventAt(event), zh: '编号不是其校验值的开头', en: 'its id is not the beginning of its hash' }
}
