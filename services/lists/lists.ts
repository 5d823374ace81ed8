/**
 * The five lists that an office hands over, each as its columns and what a good line asks for.
 * A draft's key follows from what the line says, not from how or where it is written: the same list sent
 * again, re-sorted or saved in another encoding, posts nothing twice.
 */
import { createHash } from 'node:crypto'
import type { Title } from '../../engine/definition.ts'
import { type Role, roles } from '../../workflows/roles.ts'
import { categories, type Field, fields, resourceKinds, tiers } from '../../workflows/vocabulary.ts'
import {
  amount,
  type Context,
  choice,
  count,
  creditCode,
  day,
  type Parser,
  phone,
  placeAround,
  placesUnder,
  placeUnder,
  text,
} from './cells.ts'
import { type Problem, problem } from './problem.ts'
import { type Finding, type Heading, type Row, readTable } from './read-table.ts'

type Body = Record<string, unknown>

/** What a line asks for. `into` names the organisation whose life the command goes to; without it a life starts. */
type Order = {
  workflow: string
  command: string
  body: Body
  into?: string
  /** Commands for the life just started, in this order. */
  followedBy?: readonly { command: string; body: Body }[]
}
export type Step = { command: string; body: Body; key: string }
export type Draft = Omit<Order, 'followedBy'> & { line: number; key: string; followedBy: Step[] }
export type ListReading = { drafts: Draft[]; findings: Finding[] }

type Column<T, R extends boolean> = Heading & { required: R; parse: Parser<T> }
type Columns = Record<string, Column<unknown, boolean>>
type Values<C> = {
  [K in keyof C]: C[K] extends Column<infer T, infer R> ? (R extends true ? T : T | undefined) : never
}
type Misfit = { field: string; problem: Problem }
type List = {
  title: Title
  columns: Columns
  /** The cells that tell who or what a line is about; lines that agree in them share one life. Default: all. */
  identity?: readonly string[]
  /** What only several cells together can get wrong. */
  check?(values: Body): Misfit[]
  order(values: Body): Order
}

const required = <T>(zh: string, parse: Parser<T>, ...aliases: string[]): Column<T, true> => ({
  zh,
  aliases,
  parse,
  required: true,
})
const optional = <T>(zh: string, parse: Parser<T>, ...aliases: string[]): Column<T, false> => ({
  zh,
  aliases,
  parse,
  required: false,
})

const list = <C extends Columns>(words: {
  title: Title
  columns: C
  identity?: readonly (keyof C & string)[]
  check?(values: Values<C>): Misfit[]
  order(values: Values<C>): Order
}): List => words as unknown as List

const name = text(80)
const detail = text(2000)
const street = optional('街道', placeUnder, '所属街道', '街道（乡镇）')
const category = required('类别', choice(categories), '需求类别', '服务类别', '类型', '大类')
/** Where the line names its category, only that category's fields. */
const fieldInCategory: Parser<Field> = (said, context) => {
  const { category } = context.row
  const inCategory = Object.entries(fields).filter(([, field]) => category === undefined || field.category === category)
  return choice(Object.fromEntries(inCategory) as typeof fields)(said, context)
}
const field = required('领域', fieldInCategory, '业务领域', '细分领域', '小类')

const needs = list({
  title: { zh: '需求清单', en: 'needs' },
  columns: {
    title: required('需求名称', name, '项目名称', '需求项目', '名称'),
    category,
    field,
    street,
    place: required('社区', placeUnder, '所属社区', '地点', '社区（村）', '所在社区'),
    beneficiaries: required('受益人数', count, '服务人数', '受益人次', '预计受益人数'),
    budget: optional('预算', amount, '预算金额', '经费预算', '所需经费'),
    detail: required('需求说明', detail, '需求描述', '详细说明', '具体内容'),
    neededBy: optional('期望完成日期', day, '完成时间', '需求时间', '期望完成时间', '截止日期'),
  },
  order: ({ street: _, ...body }) => ({
    workflow: 'micro-project',
    command: 'draft-need',
    body,
    followedBy: [{ command: 'post-need', body: {} }],
  }),
})

const organisations = list({
  title: { zh: '组织名册', en: 'organisations' },
  columns: {
    name: required('组织名称', name, '名称', '社会组织名称'),
    tier: required(
      '管理类别',
      choice(tiers, { 登记注册: 'registered', 街道备案: 'filed', 社区: 'community-managed' }),
      '分类',
      '组织类别',
    ),
    creditCode: optional('统一社会信用代码', creditCode, '信用代码', '统一信用代码'),
    filingNumber: optional('备案编号', name, '备案号', '备案证号'),
    field,
    street,
    place: required('所在地', placeUnder, '社区', '地点', '所属社区'),
  },
  check: ({ tier, creditCode, filingNumber }) => {
    if (tier === 'registered' && creditCode === undefined) return [needed('creditCode', '统一社会信用代码', '登记')]
    if (tier === 'filed' && filingNumber === undefined) return [needed('filingNumber', '备案编号', '备案')]
    return []
  },
  order: ({ street: _, ...body }) => ({ workflow: 'organisation', command: 'enrol', body }),
})

/** What offices call the posts. */
const postNames: Record<string, Role> = {
  市民政局: 'bureau',
  区民政局: 'bureau',
  街道: 'street',
  街道办事处: 'street',
  社区: 'community',
  居委会: 'community',
  村委会: 'community',
  资助人: 'funder',
  负责人: 'chair',
  会长: 'chair',
  成员: 'member',
}
/** The others have their seat at a place. */
const inOrganisation: readonly Role[] = ['funder', 'chair', 'member']

const people = list({
  title: { zh: '人员名单', en: 'people' },
  columns: {
    name: required('姓名', name),
    phone: required('联系电话', phone, '手机', '手机号', '电话', '联系方式'),
    role: required('角色', choice(roles, postNames), '岗位', '身份', '职务'),
    place: required('所在地', placeAround, '地点', '任职地', '区域'),
    organisation: optional('所在组织', name, '组织名称', '任职组织'),
    from: required('任职日期', day, '任职起', '开始日期'),
    to: optional('离任日期', day, '任职止', '结束日期'),
  },
  identity: ['name', 'phone'],
  check: ({ role, organisation, from, to }) => [
    ...(inOrganisation.includes(role) && organisation === undefined
      ? [needed('organisation', '所在组织', roles[role].zh)]
      : []),
    ...(to !== undefined && to < from ? [{ field: 'to', problem: endsBeforeItBegins(from, to) }] : []),
  ],
  order: ({ name, phone, role, place, organisation, from, to }) => ({
    workflow: 'person',
    command: 'register',
    body: { name, phone, place },
    followedBy: [
      {
        command: 'appoint',
        body: { role, ...(inOrganisation.includes(role) ? { organisation } : { place }), from, to },
      },
    ],
  }),
})

const supplies = list({
  title: { zh: '供给清单', en: 'supplies' },
  columns: {
    organisation: required('组织名称', name, '服务组织', '供给方'),
    category,
    title: required('服务名称', name, '服务项目', '名称'),
    detail: required('服务说明', detail, '服务内容', '服务描述'),
    capacity: optional('服务能力', text(80), '每月可服务人次', '可服务人数'),
    places: required('服务范围', placesUnder, '服务区域', '可服务区域'),
  },
  order: ({ organisation, ...body }) => ({
    workflow: 'organisation',
    command: 'offer-service',
    into: organisation,
    body,
  }),
})

const resources = list({
  title: { zh: '资源清单', en: 'resources' },
  columns: {
    holder: required('资源单位', name, '提供单位', '单位名称', '资源方'),
    kind: required('资源类型', choice(resourceKinds, { 场所: 'venue', 人力: 'people', 物品: 'goods' }), '类型'),
    title: required('资源名称', name, '名称'),
    detail: required('资源说明', detail, '资源描述', '说明'),
    street,
    place: required('地点', placeUnder, '社区', '所在地', '所在社区'),
    available: optional('可用时间', text(200), '开放时间', '可用时段'),
  },
  order: ({ street: _, ...body }) => ({ workflow: 'resource', command: 'offer-resource', body }),
})

export const lists = { needs, supplies, resources, people, organisations }
export type ListName = keyof typeof lists

/** Good lines become drafts, the others findings; `within` is the place whose list this is. */
export const readList = (name: ListName, bytes: Uint8Array, within?: string): ListReading => {
  const list: List = lists[name]
  const { rows, findings } = readTable(bytes, list.columns)
  const drafts = new Map<string, Draft>()
  for (const row of rows) {
    const { values, wrong } = parseRow(list, row, within)
    findings.push(...(wrong.length > 0 ? wrong : take(draftOf(name, list, values, row.line), drafts)))
  }
  return { drafts: [...drafts.values()], findings: findings.sort((a, b) => a.line - b.line || a.column - b.column) }
}

const draftOf = (name: ListName, list: List, values: Body, line: number): Draft => {
  const { followedBy = [], ...order } = list.order(values)
  const key = keyOf(name, list.identity?.map(field => values[field]) ?? order)
  return { ...order, line, key, followedBy: followedBy.map(step => ({ ...step, key: keyOf(name, [key, step]) })) }
}

/** A second line about the same person adds its post to the first; a line that adds nothing is a slip. */
const take = (draft: Draft, drafts: Map<string, Draft>): Finding[] => {
  const first = drafts.get(draft.key)
  if (first === undefined) {
    drafts.set(draft.key, draft)
    return []
  }
  const added = draft.followedBy.filter(step => !first.followedBy.some(({ key }) => key === step.key))
  first.followedBy.push(...added)
  return added.length > 0 ? [] : [{ line: draft.line, column: 0, title: '', problem: repeats(first.line) }]
}

const parseRow = (list: List, row: Row, within: string | undefined): { values: Body; wrong: Finding[] } => {
  const values: Body = {}
  const wrong: Finding[] = []
  for (const [field, column] of Object.entries(list.columns)) {
    const cell = row.cells[field] ?? { text: '', column: 0, title: column.zh }
    const parsed = parseCell(column, cell.text, { title: cell.title, within, row: values })
    if ('problem' in parsed)
      wrong.push({ line: row.line, column: cell.column, title: cell.title, problem: parsed.problem })
    else if (parsed.value !== undefined) values[field] = parsed.value
  }
  return { values, wrong: wrong.length > 0 ? wrong : misfits(list, row, values) }
}

const parseCell = ({ zh, required, parse }: Columns[string], text: string, context: Context) => {
  if (text !== '') return parse(text, context)
  return required ? { problem: empty(zh) } : { value: undefined }
}

const misfits = (list: List, row: Row, values: Body): Finding[] =>
  (list.check?.(values) ?? []).map(({ field, problem }) => ({
    line: row.line,
    column: row.cells[field]?.column ?? 0,
    title: row.cells[field]?.title ?? list.columns[field]?.zh ?? '',
    problem,
  }))

/** What is hashed stands in the order of the list's columns, whatever the file's order. */
const keyOf = (name: ListName, said: unknown): string =>
  `${name}-${createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 32)}`

const empty = (zh: string): Problem =>
  problem(`“${zh}”没有填写`, `'${zh}' is empty`, '请填写这一格', 'fill in this cell')

const needed = (field: string, zh: string, when: string): Misfit => ({
  field,
  problem: problem(`“${when}”必须填写“${zh}”`, `'${zh}' is needed for '${when}'`, `请填写“${zh}”`, `fill in '${zh}'`),
})

const endsBeforeItBegins = (from: string, to: string): Problem =>
  problem(
    `离任日期${to}早于任职日期${from}`,
    `the post ends on ${to}, before it begins on ${from}`,
    '请核对两个日期',
    'check both dates',
  )

const repeats = (line: number): Problem =>
  problem(
    `与第${line}行完全相同`,
    `says the same as line ${line}`,
    '若是重复填写请删去；若是另一项，请在名称或说明中写出区别',
    'delete it, or say in its title or detail what differs',
  )
