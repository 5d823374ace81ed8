/** What the store of files refuses, each with a stable code; the edge maps codes to HTTP and to sentences. */
import type { Title } from '../../engine/definition.ts'

export type FileRefusalDetail = {
  'file-too-large': { limit: number }
  /** Of what this person has sent, so much is named by no event. */
  'too-much-unnamed': { limit: number }
  /** Not one of the kinds that are kept. */
  'file-kind-refused': { kinds: readonly string[] }
  /** Its name speaks of another kind than its bytes. */
  'file-kind-mismatch': { name: string; kind: string }
  /** It says what it is, and is not whole. */
  'file-broken': { why: Title }
  'upload-cut-short': Record<never, never>
  'upload-too-slow': { bytesPerSecond: number }
  'file-refused-by-scan': Record<never, never>
  'scan-unavailable': Record<never, never>
  'storage-full': Record<never, never>
  'storage-unavailable': Record<never, never>
  /** What is kept under a hash no longer has it. */
  'file-damaged': { sha256: string }
}
export type FileRefusalCode = keyof FileRefusalDetail

export class FileRefusal<C extends FileRefusalCode = FileRefusalCode> extends Error {
  readonly code: C
  readonly detail: FileRefusalDetail[C]
  constructor(code: C, detail: FileRefusalDetail[C], options?: ErrorOptions) {
    super(`${code} ${JSON.stringify(detail)}`, options)
    this.code = code
    this.detail = detail
  }
}

export const broken = (zh: string, en: string): FileRefusal<'file-broken'> =>
  new FileRefusal('file-broken', { why: { zh, en } })

/** What no sender can mend. */
export const serverSide = ({ code }: FileRefusal): boolean =>
  ['scan-unavailable', 'storage-full', 'storage-unavailable', 'file-damaged'].includes(code)

/** What the file system says of a full disk, as a refusal; everything else as it is. */
export const refusalFor = (error: unknown): unknown =>
  FULL.includes((error as NodeJS.ErrnoException).code ?? '')
    ? new FileRefusal('storage-full', {}, { cause: error })
    : error

const FULL = ['ENOSPC', 'EDQUOT']
