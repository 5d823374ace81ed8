/** What an office hands over, as rows: any of the encodings its programs write, any order of columns, titles as people vary them. */
import { CsvError, parse } from 'csv-parse/sync'
import { type Problem, problem } from './problem.ts'

/** A problem and where it stands in the file: lines and columns count from 1; column 0 is the whole line. */
export type Finding = { line: number; column: number; title: string; problem: Problem }

/** How a column may be called. Notes in brackets, spaces and the star of a required column do not count. */
export type Heading = { zh: string; aliases?: readonly string[]; required?: boolean }

export type Cell = { text: string; column: number; title: string }
export type Row = { line: number; cells: Record<string, Cell> }
export type Table = { rows: Row[]; findings: Finding[] }

type Line = { line: number; cells: string[] }

/** A sheet may carry its name and a date above the header. */
const linesAboveHeader = 10

const wholeFile = (text: Problem, line = 1): Table => ({
  rows: [],
  findings: [{ line, column: 0, title: '', problem: text }],
})

export const readTable = (bytes: Uint8Array, headings: Record<string, Heading>): Table => {
  if (isWorkbook(bytes)) return wholeFile(notCsv)
  const text = decode(bytes)
  if (text === undefined) return wholeFile(unknownEncoding)
  const { lines, brokenAt } = linesOf(text)
  return brokenAt === undefined ? tableOf(lines, headings) : wholeFile(brokenCsv, brokenAt)
}

/** The first bytes of .xlsx (a zip) and .xls (an OLE file): the commonest thing that is not a CSV. */
const isWorkbook = (bytes: Uint8Array): boolean =>
  ['504b0304', 'd0cf11e0'].includes(Buffer.from(bytes.subarray(0, 4)).toString('hex'))

/** Chinese Excel writes GB18030 unless told otherwise; its bytes are practically never valid UTF-8. */
const decode = (bytes: Uint8Array): string | undefined => decodeAs('utf-8', bytes) ?? decodeAs('gb18030', bytes)

const decodeAs = (encoding: string, bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** Line ends are made equal first: the parser counts a quoted CRLF twice. */
const linesOf = (text: string): { lines: Line[]; brokenAt?: number } => {
  const lines: Line[] = []
  let next = 1
  const take = (record: string[], info: { lines: number }) => {
    lines.push({ line: next, cells: record.map(tidy) })
    next = info.lines + 1
    return null
  }
  const options = { relax_column_count: true, relax_quotes: true, record_delimiter: '\n' }
  try {
    parse(text.replace(/\r\n?/g, '\n'), { ...options, on_record: take })
  } catch (error) {
    if (error instanceof CsvError) return { lines, brokenAt: next }
    throw error
  }
  return { lines: lines.filter(({ cells }) => cells.some(cell => cell !== '')) }
}

/**
 * Full-width letters, digits and spaces (and tabs) as people type them by accident; Chinese punctuation stays.
 * (NFKC would turn the （，：） of every sentence into half-width signs.) Zero-width signs come with text
 * copied from chats and are nobody's intent.
 */
const tidy = (text: string): string =>
  text
    .replace(/[０-９Ａ-Ｚａ-ｚ]/g, letter => letter.normalize('NFKC'))
    .replace(/[\u3000\u00a0\t]/g, ' ')
    .replace(/[\u200b\ufeff]/g, '')
    .trim()

const tableOf = (all: readonly Line[], headings: Record<string, Heading>): Table => {
  const header = findHeader(all, headings)
  if (header === undefined) return wholeFile(emptyFile)
  const columns = header.cells.map(title => fieldOf(title, headings))
  const findings = checkHeader(header, columns, headings)
  if (findings.length > 0) return { rows: [], findings }
  const [whole, tooLong] = partition(
    all.filter(({ line, cells }) => line > header.line && !isTotal(cells)),
    ({ cells }) => cells.slice(header.cells.length).every(text => text === ''),
  )
  return { rows: whole.map(row => named(row, header, columns)), findings: tooLong.map(row => surplus(row, header)) }
}

const partition = <T>(items: readonly T[], holds: (item: T) => boolean): [T[], T[]] => [
  items.filter(holds),
  items.filter(item => !holds(item)),
]

const findHeader = (all: readonly Line[], headings: Record<string, Heading>): Line | undefined => {
  const known = ({ cells }: Line) => cells.filter(title => fieldOf(title, headings)).length
  return all.slice(0, linesAboveHeader).find(line => known(line) > 1) ?? all[0]
}

const heading = (title: string): string =>
  title
    .normalize('NFKC')
    .replace(/\(.*?\)|[\s*:]/g, '')
    .toLowerCase()

const fieldOf = (title: string, headings: Record<string, Heading>): string | undefined =>
  Object.keys(headings).find(field => {
    const { zh, aliases = [] } = headings[field] as Heading
    return [field, zh, ...aliases].some(name => heading(name) === heading(title))
  })

/** Columns that offices keep for themselves. */
const ignored = new Set(['', '序号', '编号', '备注'])

const checkHeader = (
  { line, cells }: Line,
  columns: readonly (string | undefined)[],
  headings: Record<string, Heading>,
): Finding[] => {
  const at = (i: number, text: Problem) => ({ line, column: i + 1, title: cells[i] ?? '', problem: text })
  const expected = Object.values(headings)
  const missing = Object.keys(headings).filter(field => headings[field]?.required && !columns.includes(field))
  return [
    ...cells.flatMap((title, i) =>
      columns[i] === undefined && !ignored.has(heading(title)) ? [at(i, unknownHeading(title, expected))] : [],
    ),
    ...columns.flatMap((field, i) =>
      field !== undefined && columns.indexOf(field) < i
        ? [at(i, repeatedHeading(cells[i] as string, columns.indexOf(field) + 1))]
        : [],
    ),
    ...missing.map(field => ({
      line,
      column: 0,
      title: headings[field]?.zh as string,
      problem: missingHeading(headings[field] as Heading),
    })),
  ]
}

const isTotal = (cells: readonly string[]): boolean =>
  /^(合计|总计|小计|共计)([:(\d]|金额|人民币|$)/.test(
    (cells.find(text => text !== '') ?? '').normalize('NFKC').replace(/\s/g, ''),
  )

const named = ({ line, cells }: Line, header: Line, columns: readonly (string | undefined)[]): Row => ({
  line,
  cells: Object.fromEntries(
    columns.flatMap((field, i) =>
      field === undefined ? [] : [[field, { text: cells[i] ?? '', column: i + 1, title: header.cells[i] as string }]],
    ),
  ),
})

/** A comma typed in a sentence moves everything behind it one column on; taken as it is, the row would say nonsense. */
const surplus = ({ line }: Line, header: Line): Finding => ({
  line,
  column: header.cells.length + 1,
  title: '',
  problem: surplusCells(header.cells.length),
})

const notCsv = problem(
  '这是Excel工作簿，不是CSV文件',
  'this is an Excel workbook, not a CSV file',
  '请在Excel或WPS中用“另存为”保存为“CSV（逗号分隔）”后再导入',
  'save it as CSV (comma separated) in Excel or WPS and import that file',
)
const unknownEncoding = problem(
  '文件既不是UTF-8编码，也不是GB18030编码',
  'the file is neither UTF-8 nor GB18030',
  '请另存为“CSV UTF-8（逗号分隔）”后再导入',
  'save it as “CSV UTF-8” and import that file',
)
const emptyFile = problem(
  '文件是空的',
  'the file is empty',
  '第一行写列名，其下每行一条',
  'give the column titles in the first line and one entry on each line below',
)
const brokenCsv = problem(
  '从这一行起有一个英文双引号没有配对',
  'a double quote that opens at this line is never closed',
  '请补上或删去多余的英文双引号；文字中的双引号请用中文引号“”',
  'close or remove the double quote; inside text write quotes as “ ”',
)
const titles = (headings: readonly Heading[]) => headings.map(({ zh }) => zh).join('、')
const unknownHeading = (title: string, expected: readonly Heading[]) =>
  problem(
    `不认识的列“${title}”`,
    `unknown column '${title}'`,
    `可用的列：${titles(expected)}；请改名或删去这一列`,
    `rename or remove it; the columns are ${titles(expected)}`,
  )
const repeatedHeading = (title: string, first: number) =>
  problem(
    `列“${title}”与第${first}列重复`,
    `column '${title}' repeats column ${first}`,
    '请删去其中一列',
    'remove one of the two',
  )
const missingHeading = ({ zh, aliases = [] }: Heading) =>
  problem(
    `缺少列“${zh}”`,
    `column '${zh}' is missing`,
    `请加上这一列${aliases.length > 0 ? `（也可写作：${aliases.join('、')}）` : ''}`,
    `add it${aliases.length > 0 ? ` (also known as ${aliases.join(', ')})` : ''}`,
  )
const surplusCells = (columns: number) =>
  problem(
    `这一行多于${columns}列`,
    `this line has more than ${columns} columns`,
    '文字中的英文逗号请改为中文逗号，或给整格加英文双引号',
    'write commas inside text as ， or put the whole cell in double quotes',
  )
