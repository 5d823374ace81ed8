/**
 * `npx gongchuang keys rotate`: another master key for the same data. Broken off at any point, it is finished by saying
 * it again.
 */
import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { type Config, ConfigError, MASTER_KEY_WANTED, readConfig } from './config.ts'
import { lockDataDir } from './data-dir.ts'
import { openDatabase } from './database.ts'
import { keptFile } from './kept-file.ts'
import { masterKeyOf, newMasterKeyText } from './key-text.ts'
import { loggerAt } from './logger.ts'
import { migrate } from './migrate.ts'
import { poolOf } from './pools.ts'
import { rootKeysFor } from './root-keys.ts'
import { type Rotation, rotateMasterKey } from './rotate-master-key.ts'
import type { SubCommand } from './sub-command.ts'

export const keysCommand: SubCommand = {
  usage: 'keys rotate',
  about: `wraps every key and secret by another master key; stop the service first, start it with the new one
    on a data folder the new key is made there; with DATABASE_URL it goes from MASTER_KEY to NEW_MASTER_KEY`,
  run: async ([what]) => {
    if (what !== 'rotate') throw new ConfigError(`Say what: npx gongchuang ${keysCommand.usage}`)
    const config = readConfig(process.env)
    const count = await (config.databaseUrl ? rotateAt(config) : rotateIn(config))
    process.stdout.write(
      count > 0
        ? `${count} 个密钥已改由新主密钥保护 / ${count} keys are wrapped by the new master key\n`
        : '已是新主密钥，无需更换 / the database has the new master key already\n',
    )
    return 0
  },
}

const rotateAt = async (config: Config): Promise<number> => {
  const to = masterKeyOf(process.env.NEW_MASTER_KEY ?? '')
  if (!to) throw new ConfigError(`NEW_MASTER_KEY must be ${MASTER_KEY_WANTED}`)
  return rotate(config, { from: (await rootKeysFor(config)).master, to })
}

/** The new key is on disk before anything hangs on it, and takes the old one's place when everything does. */
const rotateIn = async (config: Config): Promise<number> => {
  const file = join(config.dataDir, 'master-key')
  if (!existsSync(file)) throw new ConfigError(`There is no ${file}: say where the data folder is with DATA_DIR`)
  const release = await lockDataDir(config.dataDir)
  try {
    const { master: from } = await rootKeysFor(config)
    const to = masterKeyOf(await keptFile(`${file}.next`, newMasterKeyText))
    if (!to) throw new ConfigError(`${file}.next holds no key: remove it, and rotate again`)
    const count = await rotate(config, { from, to })
    await rename(`${file}.next`, file)
    return count
  } finally {
    await release()
  }
}

const rotate = async (config: Config, rotation: Rotation): Promise<number> => {
  const logger = loggerAt(config.logLevel)
  const database = await openDatabase(config, logger)
  const pool = poolOf(database.url, logger)
  try {
    await migrate(database.url)
    return await rotateMasterKey(pool, rotation)
  } finally {
    await pool.end()
    await database.stop()
  }
}
