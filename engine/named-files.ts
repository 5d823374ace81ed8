/** The files that commands and events name. What is kept where is somebody else's: the handler only asks. */

/** `path` is a JSON pointer to where it is named. */
export type NamedFile = { path: string; sha256: string; name: string }

export type KeptFiles = {
  /** Of these hashes, those that are not kept. What is kept stays for a day at least: time to record the event that names it. */
  hold(sha256s: readonly string[]): Promise<readonly string[]>
  /** Of these hashes, those that are not kept. */
  missing(sha256s: readonly string[]): Promise<readonly string[]>
}

/** Nearly nothing names a file, and every event is asked. */
const mayName = (something: unknown): something is object => {
  if (something === null || typeof something !== 'object') return false
  if ('sha256' in something) return true
  for (const key in something) if (mayName((something as Record<string, unknown>)[key])) return true
  return false
}

const SHA256 = /^[0-9a-f]{64}$/

export const isSha256 = (text: unknown): text is string => typeof text === 'string' && SHA256.test(text)

/** The files that an event names: in its data, and in its metadata the paper on which somebody acted for another. */
export const filesNamedBy = ({ data, metadata }: { data: unknown; metadata: unknown }): NamedFile[] => [
  ...filesNamedIn(data),
  ...filesNamedIn(metadata),
]

/** Every file that something names, however deep: a record with a member `sha256`. */
export const filesNamedIn = (something: unknown, path = ''): NamedFile[] => {
  if (!mayName(something)) return []
  const { sha256, name } = something as { sha256?: unknown; name?: unknown }
  const own = isSha256(sha256) ? [{ path, sha256, name: String(name ?? '') }] : []
  return [...own, ...Object.entries(something).flatMap(([key, inner]) => filesNamedIn(inner, `${path}/${key}`))]
}
