/** `npx gongchuang diagrams`: the charts as Mermaid draws them. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Workflow } from '../engine/definition.ts'
import { diagram, diagramPage } from '../scripts/generated/diagram.ts'
import { workflows } from '../workflows/index.ts'
import { type SubCommand, WrongUse } from './sub-command.ts'

const NAMES = workflows.map(({ name }) => name)

export const diagramsCommand: SubCommand = {
  usage: 'diagrams [LIFECYCLE…] [--to FOLDER]',
  about: `draws the charts of lifecycles (all unless said) as Mermaid, to the terminal or as a page each in a folder
    LIFECYCLE  ${NAMES.join(', ')}`,
  run: async args => {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { to: { type: 'string' } } })
    const strange = positionals.find(name => !NAMES.includes(name))
    if (strange !== undefined) throw new WrongUse(`There is no lifecycle '${strange}'`)
    const asked = workflows.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
    if (values.to === undefined) process.stdout.write(asked.map(shown).join('\n'))
    else await write(values.to, asked)
    return 0
  },
}

const shown = (workflow: Workflow): string => `%% ${workflow.title.zh} ${workflow.title.en}\n${diagram(workflow)}\n`

const write = async (folder: string, asked: readonly Workflow[]): Promise<void> => {
  await mkdir(folder, { recursive: true })
  for (const workflow of asked) {
    const file = join(folder, `${workflow.name}.md`)
    await writeFile(file, diagramPage(workflow))
    process.stdout.write(`${file}\n`)
  }
}
