/** What must hold when everything has been sent: of the log lines, of spans and metrics, of the database's files, of the log itself. */
import { need } from '../support/micro-project.ts'
import { found } from './markers.ts'
import { NOT_KEPT } from './request.ts'
import type { World } from './world.ts'

/** Every told life records it: a search that does not find it finds nothing. */
const NOT_PERSONAL = need.detail

export const faultsLeft = async (world: World): Promise<string[]> => [
  ...inLogLines(world),
  ...(await inWhatIsTold(world)),
  ...(await inFiles(world)),
  ...(await inTheLog(world)),
]

/** What no name, code or route holds, and many requests did. */
const ENTERED = ['DROP TABLE', 'HYPERLINK', '<script>', 'Set-Cookie', 'etc/passwd', NOT_KEPT, NOT_PERSONAL]

const shownIn = (what: string, text: string, hidden: readonly string[]): string[] => {
  const shown = found(text, hidden).map(each => `${what} show ${each}`)
  return /eyJ[\w-]+\.eyJ/.test(text) ? [...shown, `${what} show a token`] : shown
}

const inLogLines = ({ logged, markers }: World): string[] => shownIn('log lines', logged(), [...markers, NOT_KEPT])

const inWhatIsTold = async ({ told, markers, people }: World): Promise<string[]> => {
  const { spans, metrics } = await told()
  const hidden = [...markers, ...people, ...ENTERED]
  const shown = [...shownIn('spans', spans, hidden), ...shownIn('metrics', metrics, hidden)]
  // Every command begins one.
  return spans.includes('micro-project') ? shown : [...shown, 'no spans were sent']
}

const inFiles = async ({ inFiles, markers }: World): Promise<string[]> => {
  const held = await inFiles([...markers, NOT_PERSONAL])
  const shown = markers
    .filter(marker => held.has(marker))
    .map(marker => `a file of the database, or the log, holds ${marker}`)
  return held.has(NOT_PERSONAL) ? shown : [...shown, 'the search finds nothing in the files of the database']
}

const inTheLog = async ({ checked }: World): Promise<string[]> => {
  const said = await checked()
  return said.includes('No difference') ? [] : [said]
}
