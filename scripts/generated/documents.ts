/** Every document that is derived from the definitions, by its path below `docs/`; how they are written and compared. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Workflow } from '../../engine/definition.ts'
import type { Policy } from '../../engine/policy.ts'
import type { ReadModel } from '../../engine/projection.ts'
import { openApiDocument } from '../../services/api/openapi.ts'
import { commandsPage } from './commands.ts'
import { diagramPage } from './diagram.ts'
import { metricsPage } from './metrics.ts'
import { permissionsPage } from './permissions.ts'
import { policiesPage } from './policies.ts'

type Documents = ReadonlyMap<string, string>

/** Holds nothing but generated files: what no workflow makes any more is taken away. */
const DIAGRAMS = 'diagrams'

export const documentsOf = (
  workflows: readonly Workflow[],
  readModels: readonly ReadModel[],
  policies: readonly Policy[] = [],
): Documents =>
  new Map([
    ['openapi.json', `${JSON.stringify(openApiDocument(workflows, readModels), null, 2)}\n`],
    ...workflows.map((workflow): [string, string] => [`${DIAGRAMS}/${workflow.name}.md`, diagramPage(workflow)]),
    ['permissions.md', permissionsPage(workflows)],
    ['commands.md', commandsPage(workflows)],
    ['policies.md', policiesPage(policies, workflows)],
    ['metrics.md', metricsPage()],
  ])

export const write = async (folder: string, documents: Documents): Promise<void> => {
  for (const path of await leftOver(folder, documents)) await rm(join(folder, path))
  for (const [path, text] of documents) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

/** The paths that are missing, different, or there without a definition. */
export const differing = async (folder: string, documents: Documents): Promise<string[]> => {
  const compared = await Promise.all(
    [...documents].map(async ([path, text]) => ((await textAt(join(folder, path))) === text ? [] : [path])),
  )
  return [...compared.flat(), ...(await leftOver(folder, documents))]
}

const textAt = (path: string): Promise<string | undefined> => whereThere(readFile(path, 'utf8'))

const leftOver = async (folder: string, documents: Documents): Promise<string[]> => {
  const files = (await whereThere(readdir(join(folder, DIAGRAMS)))) ?? []
  return files.map(file => `${DIAGRAMS}/${file}`).filter(path => !documents.has(path))
}

const whereThere = <T>(reading: Promise<T>): Promise<T | undefined> =>
  reading.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
