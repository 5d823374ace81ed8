/**
 * The store of files. One comes in through a file of its own in `incoming/`: written while its hash is taken, looked
 * at, rid of what it tells about its maker, scanned; then its bytes are kept, and then its row. A process that dies on
 * the way leaves nothing that anybody could name.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { KeptFiles } from '../../engine/named-files.ts'
import { oneAtATime } from '../../engine/one-at-a-time.ts'
import type { FilesConfig } from './config.ts'
import { sha256OfStream } from './hash.ts'
import { inGoodTime } from './in-good-time.ts'
import { kindOf } from './kind-of.ts'
import { extensionOf, fits, KINDS, type Kind } from './kinds.ts'
import { openBytes } from './open-bytes.ts'
import { receive } from './receive.ts'
import { FileRefusal, refusalFor, serverSide } from './refusal.ts'
import { aloneOn, enter, entryOf, type FileEntry, hold, missing, storeId, unnamedBytes } from './registry.ts'
import { scan } from './scan.ts'
import { type Swept, sweep } from './sweep.ts'
import { withoutTraces } from './without-traces.ts'

export type Upload = { body: Readable; name: string; person: string }
export type Uploaded = FileEntry & {
  name: string
  /** It was kept already. */
  repeated: boolean
  /** What images tell about place, time and maker was taken out: the hash is not that of the bytes sent. */
  cleaned: boolean
}

export type Files = KeptFiles & {
  /** The most bytes that one may have. */
  limit: number
  /** Throws `FileRefusal`. */
  upload(upload: Upload): Promise<Uploaded>
  entry(sha256: string): Promise<FileEntry | undefined>
  /** Its bytes, once they have been compared with the hash. Throws `file-damaged`. */
  read(sha256: string): Promise<Readable>
  /** `head`: of the log, read before. */
  sweep(head: string): Promise<Swept>
}

export const openFiles = async (config: FilesConfig, pool: Pool, logger: Logger): Promise<Files> => {
  const incoming = join(config.folder, 'incoming')
  await mkdir(incoming, { recursive: true })
  const bytes = await openBytes(config, await storeId(pool))

  const upload = async ({ body, name, person }: Upload): Promise<Uploaded> => {
    if ((await unnamedBytes(pool, person)) > config.unnamedMaxBytes)
      throw new FileRefusal('too-much-unnamed', { limit: config.unnamedMaxBytes })
    const file = join(incoming, randomUUID())
    try {
      const received = await receive(inGoodTime(body), file, config.maxBytes)
      const kind = wanted(await kindOf(file, name), name)
      const bare = await withoutTraces(file, kind, received)
      await scan(config.scanCommand, file)
      const entry = { ...bare, kind }
      const fresh = await keep(entry, file, person)
      return { ...entry, name, repeated: !fresh, cleaned: bare.sha256 !== received.sha256 }
    } finally {
      await rm(file, { force: true })
    }
  }

  const taken = oneAtATime()

  /** The bytes are put again where they are there already: that mends what was damaged. */
  const keep = (entry: FileEntry, file: string, person: string): Promise<boolean> =>
    taken(laneOf(entry), () =>
      aloneOn(pool, entry.sha256, async client => {
        await bytes.put(entry.sha256, file)
        return enter(client, entry, person)
      }),
    )

  const read = async (sha256: string): Promise<Readable> => {
    const compared = await bytes.open(sha256)
    if (compared && (await sha256OfStream(compared)) === sha256) return (await bytes.open(sha256)) as Readable
    throw new FileRefusal('file-damaged', { sha256 })
  }

  return {
    limit: config.maxBytes,
    upload: asked => upload(asked).catch(error => refuse(error, logger)),
    entry: sha256 => entryOf(pool, sha256),
    read: sha256 => read(sha256).catch(error => refuse(error, logger)),
    hold: sha256s => hold(pool, sha256s),
    missing: sha256s => missing(pool, sha256s),
    sweep: head => sweep({ pool, bytes, incoming }, head),
  }
}

/** So many connections to the database wait for bytes at the most: others need some too. */
const LANES = 4
const laneOf = ({ sha256 }: FileEntry): string => String(Number.parseInt(sha256.slice(0, 8), 16) % LANES)

/** A name may leave its extension out; it may not say another kind than the bytes. */
const wanted = (kind: Kind | undefined, name: string): Kind => {
  if (!kind) throw new FileRefusal('file-kind-refused', { kinds: Object.keys(KINDS) })
  if (extensionOf(name) !== '' && !fits(name, kind)) throw new FileRefusal('file-kind-mismatch', { name, kind })
  return kind
}

const refuse = (error: unknown, logger: Logger): never => {
  const refusal = refusalFor(error)
  if (refusal instanceof FileRefusal && serverSide(refusal))
    logger.error({ err: refusal }, 'the store of files needs somebody')
  throw refusal
}
