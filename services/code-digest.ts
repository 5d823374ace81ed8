/** What tells one version of the code that folds from another, whatever its definitions call. */
import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** The manifest pins every package to one version. */
const FOLDING = ['engine/**/*.ts', 'workflows/**/*.{ts,json}', 'package.json']

let worked: string | undefined

/** SHA-256 over the files as they were when a process first asked, each by its path. */
export const codeDigest = (): string => {
  worked ??= digestOf(globSync(FOLDING, { cwd: ROOT }).sort())
  return worked
}

const digestOf = (files: readonly string[]): string => {
  const digest = createHash('sha256')
  for (const file of files) digest.update(`${file}\n`).update(readFileSync(`${ROOT}${file}`))
  return digest.digest('hex')
}
