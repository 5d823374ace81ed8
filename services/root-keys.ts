/**
 * The keys that never stand in the database: the master key, which wraps every other, and the key that signs heads of
 * the log. From the environment; on the embedded default each is made once, as a file in the data folder.
 */
import type { KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { type Config, ConfigError, MASTER_KEY_WANTED, SIGNING_KEY_WANTED } from './config.ts'
import { keptFile } from './kept-file.ts'
import { masterKeyOf, newMasterKeyText, newSigningKeyText, signingKeyOf } from './key-text.ts'

export type RootKeys = { master: KeyObject; signing: KeyObject }

/**
 * Throws `ConfigError` where a file holds something else. A database of its own must not hang on a file of one machine:
 * others may use it too, or restore it elsewhere.
 */
export const rootKeysFor = async ({ databaseUrl, dataDir, masterKey, logSigningKey }: Config): Promise<RootKeys> => {
  if (databaseUrl && !masterKey) throw missing('MASTER_KEY', MASTER_KEY_WANTED)
  if (databaseUrl && !logSigningKey) throw missing('LOG_SIGNING_KEY', SIGNING_KEY_WANTED)
  return {
    master: masterKey ?? (await keyIn(join(dataDir, 'master-key'), newMasterKeyText, masterKeyOf)),
    signing: logSigningKey ?? (await keyIn(join(dataDir, 'log-signing-key.pem'), newSigningKeyText, signingKeyOf)),
  }
}

const missing = (name: string, wanted: string): ConfigError =>
  new ConfigError(`DATABASE_URL needs a ${name} beside it, kept apart from the database: ${wanted}`)

const keyIn = async (
  file: string,
  make: () => string,
  read: (text: string) => KeyObject | undefined,
): Promise<KeyObject> => {
  const key = read(await keptFile(file, make))
  if (!key) throw new ConfigError(`${file} holds no key: put back the file that belongs to this data folder`)
  return key
}
