/** One service to a data folder: a lock file names the process that uses it; one left by a dead process gives way. */
import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { seeProcess } from './processes.ts'

export class DataDirInUse extends Error {
  readonly code = 'data-dir-in-use'
  constructor(dataDir: string, pid: number) {
    super(
      `${dataDir} is in use by process ${pid}: stop that one first, or give this one a folder of its own with DATA_DIR`,
    )
  }
}

/** Makes the folder and takes it; throws `DataDirInUse`. What comes back gives it free. */
export const lockDataDir = async (dataDir: string): Promise<() => Promise<void>> => {
  await mkdir(dataDir, { recursive: true })
  const lock = await takeLock(join(dataDir, 'service.lock'))
  if ('holder' in lock) throw new DataDirInUse(dataDir, lock.holder)
  return lock.release
}

type Lock = { release(): Promise<void> } | { holder: number }

/** The lock, or the live process that holds it. */
export const takeLock = async (file: string): Promise<Lock> => {
  const mine = await markOf(process.pid)
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, mine)
  try {
    for (;;) {
      if (await linked(draft, file)) return { release: () => releaseLock(file, mine) }
      const held = await contentOf(file)
      const holder = held === undefined ? undefined : await livingHolder(held)
      if (holder !== undefined) return { holder }
      if (held !== undefined) await moveAway(file, held)
    }
  } finally {
    await rm(draft, { force: true })
  }
}

const markOf = async (pid: number): Promise<string> => `${pid} ${(await seeProcess(pid))?.started ?? ''}`

/** A link appears whole or not at all: nobody reads a lock that is half written. */
const linked = async (from: string, to: string): Promise<boolean> => {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

const contentOf = (file: string): Promise<string | undefined> => readFile(file, 'utf8').catch(() => undefined)

const livingHolder = async (held: string): Promise<number | undefined> => {
  const pid = Number.parseInt(held, 10)
  return pid > 0 && (await markOf(pid)) === held && (await seeProcess(pid)) ? pid : undefined
}

/** Somebody quicker may have taken the lock since it was read: then it is put back. */
const moveAway = async (file: string, stale: string): Promise<void> => {
  const aside = `${file}.stale-${randomUUID()}`
  await rename(file, aside).catch(() => undefined)
  const moved = await contentOf(aside)
  if (moved !== undefined && moved !== stale) await linked(aside, file)
  await rm(aside, { force: true })
}

const releaseLock = async (file: string, mine: string): Promise<void> => {
  if ((await contentOf(file)) === mine) await rm(file, { force: true })
}
