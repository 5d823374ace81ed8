/** Secrets of this service, each random, made on first start and kept in the database wrapped by the master key. */
import { createSecretKey, type KeyObject } from 'node:crypto'
import type { Pool } from 'pg'
import type { Randomness } from '../engine/randomness.ts'
import { markOf, unwrap, WrongMasterKey, wrap } from '../engine/wrapping.ts'

export type Secrets = {
  /** Under which the bodies of commands are known again. */
  bodyHmac: KeyObject
  /** From which the streams of claims are named. */
  claimHmac: KeyObject
  /** By which snapshots are known to be this service's own. */
  snapshots: KeyObject
  /** Which signs short-lived links to files. */
  fileLinks: KeyObject
  /** Which signs receipts of when a request arrived. */
  arrivals: KeyObject
}

const SECRET_BYTES = 32

/** Throws `WrongMasterKey` where they were made under another. */
export const openSecrets = async (pool: Pool, master: KeyObject, random: Randomness): Promise<Secrets> => {
  await holdMark(pool, master)
  const secretNamed = (name: string) => secretFrom(pool, master, name, random)
  return {
    bodyHmac: await secretNamed('body-hmac'),
    claimHmac: await secretNamed('claim-hmac'),
    snapshots: await secretNamed('snapshots'),
    fileLinks: await secretNamed('file-links'),
    arrivals: await secretNamed('arrivals'),
  }
}

/** The first master key leaves its mark; any other is refused before it makes anything. */
const holdMark = async (pool: Pool, master: KeyObject): Promise<void> => {
  const mark = markOf(master)
  await pool.query('INSERT INTO keys.master (mark) VALUES ($1) ON CONFLICT DO NOTHING', [mark])
  const { rows } = await pool.query<{ mark: string }>('SELECT mark FROM keys.master')
  if (rows[0]?.mark !== mark) throw new WrongMasterKey('keys.master')
}

/** Of two processes that start at once one makes it, and both read that one. */
const secretFrom = async (pool: Pool, master: KeyObject, name: string, random: Randomness): Promise<KeyObject> => {
  await pool.query('INSERT INTO keys.secrets (name, wrapped) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    name,
    wrap(master, name, random.bytes(SECRET_BYTES), random),
  ])
  const { rows } = await pool.query<{ wrapped: Buffer }>('SELECT wrapped FROM keys.secrets WHERE name = $1', [name])
  return createSecretKey(unwrap(master, name, rows[0]?.wrapped as Buffer))
}
