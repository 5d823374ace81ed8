/** What must hold when everything has been sent: of the log lines, of the database's files, of the log itself. */
import { need } from '../support/micro-project.ts'
import { found } from './markers.ts'
import type { World } from './world.ts'

/** Every told life records it: a search that does not find it finds nothing. */
const NOT_PERSONAL = need.detail

export const faultsLeft = async (world: World): Promise<string[]> => [
  ...inLogLines(world),
  ...(await inFiles(world)),
  ...(await inTheLog(world)),
]

const inLogLines = ({ logged, markers }: World): string[] => {
  const lines = logged()
  const shown = found(lines, markers).map(marker => `log lines show ${marker}`)
  return /eyJ[\w-]+\.eyJ/.test(lines) ? [...shown, 'log lines show a token'] : shown
}

const inFiles = async ({ inFiles, markers }: World): Promise<string[]> => {
  const held = await inFiles([...markers, NOT_PERSONAL])
  const shown = markers.filter(marker => held.has(marker)).map(marker => `a file of the database holds ${marker}`)
  return held.has(NOT_PERSONAL) ? shown : [...shown, 'the search finds nothing in the files of the database']
}

const inTheLog = async ({ checked }: World): Promise<string[]> => {
  const said = await checked()
  return said.includes('No difference') ? [] : [said]
}
