/** What is wrong with a field, in words for whoever fills it in: no names of types, no signs of comparison, no patterns. */
import type { Title } from '../../engine/definition.ts'

/** As zod tells it. */
export type TypeIssue = {
  code?: string
  expected?: string
  format?: string
  origin?: string
  minimum?: number | bigint
  maximum?: number | bigint
  inclusive?: boolean
  exact?: boolean
  divisor?: number
  keys?: readonly string[]
  values?: readonly unknown[]
}

/** Titles of what may be chosen, by the words that a program sends. */
type Choices = Readonly<Record<string, Title>>

/** `input`: what stands there; `choices`: of what may stand there, where it is one of several words. */
export const wordsFor = (issue: TypeIssue, input: unknown, choices: Choices = {}): Title =>
  WORDS[issue.code ?? '']?.(issue, input, choices) ?? MISWRITTEN

const MISWRITTEN: Title = {
  zh: '写法不对，请按 /reference 中该栏的示例填写',
  en: 'is not written as it must be: see its example in /reference',
}
const REQUIRED: Title = { zh: '必须填写', en: 'must be given' }
const NOT_EMPTY: Title = { zh: '必须填写，不能为空', en: 'must be given, and not be empty' }

// ── kinds of values ─────────────────────────────────────────────────────────────────────────────

const KINDS: Record<string, Title> = {
  string: { zh: '文字', en: 'a text' },
  number: { zh: '数字', en: 'a number' },
  int: { zh: '整数', en: 'a whole number' },
  boolean: { zh: '“是”或“否”（true 或 false）', en: 'yes or no (true or false)' },
  array: { zh: '列表', en: 'a list' },
  object: { zh: '一组栏目（{ }）', en: 'a group of fields ({ })' },
  null: { zh: '空值', en: 'nothing (null)' },
}
const UNKNOWN_KIND: Title = { zh: '另一种内容', en: 'something else' }

const kindExpected = (expected = ''): Title => KINDS[expected === 'record' ? 'object' : expected] ?? UNKNOWN_KIND

const kindGiven = (input: unknown): Title => {
  if (input === null) return KINDS.null as Title
  return kindExpected(Array.isArray(input) ? 'array' : typeof input)
}

const wrongKind = ({ expected }: TypeIssue, input: unknown): Title => {
  if (input === undefined) return REQUIRED
  // Who gave a number where a whole one is wanted reads nothing in being told that it is a number.
  if (expected === 'int' && typeof input === 'number') return { zh: '应为整数', en: 'should be a whole number' }
  const [wanted, given] = [kindExpected(expected), kindGiven(input)]
  return { zh: `应为${wanted.zh}，收到的是${given.zh}`, en: `should be ${wanted.en}; received ${given.en}` }
}

// ── sizes ───────────────────────────────────────────────────────────────────────────────────────

/** What is counted in it; nothing where the value is a number itself. */
const unitOf = (origin = ''): Title | undefined => {
  if (origin === 'string') return { zh: '个字', en: 'characters' }
  return ['array', 'set', 'map', 'object', 'record'].includes(origin) ? { zh: '项', en: 'items' } : undefined
}

const tooBig = ({ origin, maximum, inclusive, exact }: TypeIssue): Title => {
  const unit = unitOf(origin)
  if (unit && exact) return exactly(maximum, unit)
  if (unit) return { zh: `最多${maximum}${unit.zh}`, en: `has room for ${maximum} ${unit.en} at most` }
  return inclusive
    ? { zh: `不能大于${maximum}`, en: `should not be greater than ${maximum}` }
    : { zh: `应小于${maximum}`, en: `should be less than ${maximum}` }
}

const tooSmall = ({ origin, minimum, inclusive, exact }: TypeIssue, input: unknown): Title => {
  const unit = unitOf(origin)
  if (unit && exact) return exactly(minimum, unit)
  if (unit && typeof input === 'string' && input.trim() === '') return NOT_EMPTY
  if (unit) return { zh: `至少${minimum}${unit.zh}`, en: `should have at least ${minimum} ${unit.en}` }
  return inclusive
    ? { zh: `不能小于${minimum}`, en: `should not be less than ${minimum}` }
    : { zh: `应大于${minimum}`, en: `should be greater than ${minimum}` }
}

const exactly = (size: TypeIssue['maximum'], unit: Title): Title => ({
  zh: `应正好${size}${unit.zh}`,
  en: `should have exactly ${size} ${unit.en}`,
})

// ── how it is written ───────────────────────────────────────────────────────────────────────────

const FORMATS: Record<string, Title> = {
  date: { zh: '应为日期，如 2026-03-05', en: 'should be a day, such as 2026-03-05' },
  datetime: { zh: '应为时间，如 2026-03-05T09:30:00Z', en: 'should be a time, such as 2026-03-05T09:30:00Z' },
  uuid: { zh: '应为系统给出的编号（UUID）', en: 'should be an id that the system gave (a UUID)' },
  email: { zh: '应为电子邮箱地址', en: 'should be a mail address' },
}

const list = (values: readonly unknown[], between: string): string => values.map(String).join(between)

/** What people call it, and the word that a program sends for it. */
const titled = (values: readonly unknown[], choices: Choices, language: keyof Title): string[] =>
  values.map(value => {
    const title = choices[String(value)]?.[language]
    return title === undefined ? String(value) : language === 'zh' ? `${title}（${value}）` : `${title} (${value})`
  })

const oneOf = ({ values = [] }: TypeIssue, input: unknown, choices: Choices): Title => {
  if (input === undefined) return REQUIRED
  const [zh, en] = [titled(values, choices, 'zh'), titled(values, choices, 'en')]
  return values.length === 1
    ? { zh: `应为“${zh}”`, en: `should be '${en}'` }
    : { zh: `应为下列之一：${list(zh, '、')}`, en: `should be one of these: ${list(en, ', ')}` }
}

const unknownFields = ({ keys = [] }: TypeIssue): Title => ({
  zh: `没有这一栏：${list(keys, '、')}`,
  en: `has no such field: ${list(keys, ', ')}`,
})

const WORDS: Record<string, (issue: TypeIssue, input: unknown, choices: Choices) => Title> = {
  invalid_type: wrongKind,
  too_big: tooBig,
  too_small: tooSmall,
  invalid_format: ({ format = '' }) => FORMATS[format] ?? MISWRITTEN,
  invalid_value: oneOf,
  unrecognized_keys: unknownFields,
  not_multiple_of: ({ divisor }) => ({ zh: `应为${divisor}的倍数`, en: `should be a multiple of ${divisor}` }),
}
