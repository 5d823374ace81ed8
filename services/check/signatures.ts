/** Each head of the log was signed by the key that its stream published before. */
import { isSigned, signedHead } from '../../engine/log-head.ts'
import { logKey } from '../../workflows/log-key.ts'
import { jsonOrNothing } from '../json.ts'
import { eventAt, type KeptEvent, type LogCheck } from './check.ts'

export const signatures: LogCheck = {
  zh: '日志头的签名',
  en: 'signatures of heads',
  begin: () => {
    const published = new Map<string, unknown>()
    return {
      see: event => {
        if (isOfKey(event, 'KeyPublished'))
          published.set(event.stream, (jsonOrNothing(event.data) as { publicKey?: unknown } | undefined)?.publicKey)
        if (!isOfKey(event, 'HeadSigned') || isGenuine(event, published.get(event.stream))) return undefined
        return { at: eventAt(event), zh: '不是由此密钥签署', en: 'was not signed by this key' }
      },
    }
  },
}

const isOfKey = ({ stream, type }: KeptEvent, wanted: string): boolean =>
  type === wanted && stream.startsWith(`${logKey.category}-`)

const isGenuine = ({ data }: KeptEvent, publicKey: unknown): boolean => {
  const head = signedHead.safeParse(jsonOrNothing(data))
  return head.success && head.data.publicKey === publicKey && isSigned(head.data)
}
