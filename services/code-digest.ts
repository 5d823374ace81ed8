/** What tells one version of the code that folds from another, whatever its definitions call. */
import { createHash } from 'node:crypto'
import { glob, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** The manifest pins every package to one version. */
const FOLDING = ['engine/**/*.ts', 'workflows/**/*.{ts,json}', 'package.json']

/** SHA-256 over the files, each by its path. */
export const codeDigest = async (): Promise<string> => {
  const digest = createHash('sha256')
  const files: string[] = []
  for await (const file of glob(FOLDING, { cwd: ROOT })) files.push(file)
  for (const file of files.sort()) digest.update(`${file}\n`).update(await readFile(`${ROOT}${file}`))
  return digest.digest('hex')
}
