/** `npm run generate` writes the documents derived from the definitions; `--check` says which differ and exits 1. */
import { fileURLToPath } from 'node:url'
import { readModels } from '../projections/index.ts'
import { workflows } from '../workflows/index.ts'
import { policies } from '../workflows/policies/index.ts'
import { differing, documentsOf, write } from './generated/documents.ts'

const folder = fileURLToPath(new URL('../docs', import.meta.url))
const documents = documentsOf(workflows, readModels, policies)

if (process.argv.includes('--check')) {
  const stale = await differing(folder, documents)
  for (const path of stale) console.error(`docs/${path} is not up to date: run \`npm run generate\``)
  process.exitCode = stale.length > 0 ? 1 : 0
} else await write(folder, documents)
