/** What somebody who filled in a form wrongly reads of each field. */
import t from 'tap'
import { z } from 'zod'
import { wordsFor } from '../services/api/issue-words.ts'
import { amount, text } from '../workflows/fields.ts'
import { decimal } from '../workflows/judging/decimal.ts'

const wordsOf = (schema: z.ZodType, input: unknown): [string, string] => {
  const [issue] = schema.safeParse(input).error?.issues ?? []
  const { zh, en } = wordsFor(issue as never, input)
  return [zh, en]
}

t.test('sizes are told as a number and what is counted', async t => {
  t.strictSame(wordsOf(text(80), '长'.repeat(81)), ['最多80个字', 'has room for 80 characters at most'])
  t.strictSame(wordsOf(text(80), ' '), ['必须填写，不能为空', 'must be given, and not be empty'])
  t.strictSame(wordsOf(z.string().min(3), '长'), ['至少3个字', 'should have at least 3 characters'])
  t.strictSame(wordsOf(z.string().length(6), '长'), ['应正好6个字', 'should have exactly 6 characters'])
  t.strictSame(wordsOf(z.array(z.int()).max(1), [1, 2]), ['最多1项', 'has room for 1 items at most'])
  t.strictSame(wordsOf(z.array(z.int()).min(1), []), ['至少1项', 'should have at least 1 items'])
})

t.test('numbers are told their bound', async t => {
  t.strictSame(wordsOf(amount, 0), ['应大于0', 'should be greater than 0'])
  t.strictSame(wordsOf(amount, 1.5), ['应为整数', 'should be a whole number'])
  t.strictSame(wordsOf(amount, 10 ** 14), ['不能大于10000000000000', 'should not be greater than 10000000000000'])
  t.strictSame(wordsOf(z.number().min(1), 0), ['不能小于1', 'should not be less than 1'])
  t.strictSame(wordsOf(z.number().lt(1), 1), ['应小于1', 'should be less than 1'])
  t.strictSame(wordsOf(z.number().multipleOf(5), 3), ['应为5的倍数', 'should be a multiple of 5'])
})

t.test('kinds of values have names that people use', async t => {
  t.strictSame(wordsOf(amount, '100'), ['应为数字，收到的是文字', 'should be a number; received a text'])
  t.strictSame(wordsOf(text(80), null), ['应为文字，收到的是空值', 'should be a text; received nothing (null)'])
  t.strictSame(wordsOf(text(80), ['x']), ['应为文字，收到的是列表', 'should be a text; received a list'])
  t.strictSame(wordsOf(z.array(text(80)), {})[0], '应为列表，收到的是一组栏目（{ }）')
  t.strictSame(wordsOf(z.boolean(), 1)[0], '应为“是”或“否”（true 或 false），收到的是数字')
  t.strictSame(wordsOf(z.record(z.string(), decimal), 1)[0], '应为一组栏目（{ }），收到的是数字')
})

t.test('what is missing, unknown or miswritten says so', async t => {
  t.strictSame(wordsOf(amount, undefined), ['必须填写', 'must be given'])
  t.strictSame(wordsOf(z.enum(['resident', 'organisation']), undefined), ['必须填写', 'must be given'])
  t.strictSame(wordsOf(z.enum(['a', 'b']), 'c'), ['应为下列之一：a、b', 'should be one of these: a, b'])
  const choices = { a: { zh: '甲', en: 'first' } }
  t.strictSame(wordsFor({ code: 'invalid_value', values: ['a', 'b'] }, 'c', choices), {
    zh: '应为下列之一：甲（a）、b',
    en: 'should be one of these: first (a), b',
  })
  t.strictSame(wordsOf(z.strictObject({}), { Amount: 1 }), ['没有这一栏：Amount', 'has no such field: Amount'])
  t.strictSame(wordsOf(z.iso.date(), '2026-02-30')[0], '应为日期，如 2026-03-05')
  t.strictSame(wordsOf(z.uuid(), 'east')[0], '应为系统给出的编号（UUID）')
  t.match(wordsOf(z.string().regex(/^x$/), 'y')[0], /^写法不对/)
  t.match(wordsOf(z.union([z.int(), z.boolean()]), 'y')[0], /^写法不对/)
})
