/** What the server records about our streams beside their facts: metadata that cuts them off, and that they were deleted. */
import type { LogState } from '../log-standing.ts'
import type { Stored } from './client.ts'

export type Damage = { stream: string; state: LogState | undefined; detail: string }

/** The events of a stream's metadata stand in a stream of their own. */
export const METADATA_OF = '$$'

/** Nothing for a fact. No state where the stream is (again) as it should be. */
export const damageIn = (stored: Stored): Damage | undefined => {
  if (stored.type === '$streamDeleted')
    return { stream: stored.stream, state: 'stream-deleted', detail: `${stored.stream} has a tombstone` }
  if (!stored.stream.startsWith(METADATA_OF)) return undefined
  const stream = stored.stream.slice(METADATA_OF.length)
  return { stream, ...judged(stream, metadataIn(stored)) }
}

type Metadata = { $tb?: unknown; $maxAge?: unknown; $maxCount?: unknown }

const metadataIn = (stored: Stored): Metadata => {
  try {
    const metadata: unknown = JSON.parse(stored.data)
    return typeof metadata === 'object' && metadata !== null ? metadata : {}
  } catch {
    return {}
  }
}

/** A stream that is deleted without a tombstone is cut off after the greatest revision there can be. */
const judged = (stream: string, { $tb, $maxAge, $maxCount }: Metadata): Omit<Damage, 'stream'> => {
  const before = Number($tb ?? 0)
  if (before > Number.MAX_SAFE_INTEGER) return { state: 'stream-deleted', detail: `${stream} is deleted` }
  const cut = [
    before > 0 && `$tb ${before}`,
    $maxAge != null && `$maxAge ${$maxAge}`,
    $maxCount != null && `$maxCount ${$maxCount}`,
  ].filter(each => each !== false)
  return cut.length > 0
    ? { state: 'history-truncated', detail: `${stream} is cut off by ${cut.join(', ')}` }
    : { state: undefined, detail: `${stream} is whole` }
}
