/** Markdown that is made by a program. */
import type { Title } from '../../engine/definition.ts'

const MADE = '<!-- 由 npm run generate 生成，请勿手改 Made by `npm run generate`: do not edit. -->'

/** A cell has one line and no bar of its own. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', '<br>')

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map(row => `| ${row.map(cell).join(' | ')} |`).join('\n')

/** Both languages in one cell, the Chinese above. */
export const stacked = ({ zh, en }: Title): string => (zh === en ? zh : `${zh}<br>${en}`)

export const code = (text: string): string => `\`${text}\``

export const page = (...blocks: readonly string[]): string => `${[MADE, ...blocks.filter(Boolean)].join('\n\n')}\n`
