/** A link to a file that a life's events name. */
import { REDACTED } from '../../engine/definition.ts'
import type { Fact } from '../../engine/event-codec.ts'
import { filesNamedBy } from '../../engine/named-files.ts'
import { EdgeError } from './problem.ts'
import type { Services } from './services.ts'

/** `facts`: those that the viewer may see. It is saved under the name that the last of them gives it. */
export const linkTo = ({ fileLinks }: Pick<Services, 'fileLinks'>, facts: readonly Fact[], sha256: string) => {
  const named = facts.flatMap(filesNamedBy).findLast(file => file.sha256 === sha256)
  if (!named) throw new EdgeError('file-not-named', { sha256 })
  // A name that was taken back is not told by a download either.
  const { name, expires, signature } = fileLinks.sign({ sha256, name: named.name === REDACTED ? sha256 : named.name })
  const query = new URLSearchParams({ name, expires: String(expires), signature })
  return { url: `/v1/files/${sha256}?${query}`, expiresAt: new Date(expires * 1_000).toISOString() }
}
