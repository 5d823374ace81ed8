import t from 'tap'
import { integerArray, textArray } from '../../engine/pg-arrays.ts'
import { database } from '../support/postgres.ts'

t.test('PostgreSQL reads back what an array was made of', async t => {
  const { pool } = await database(t)
  const texts = ['', 'NULL', '{"a":"b\\"c"}', "it's, {braces}", '水果湖街道', '𠮷', 'two\nlines', '"', '\\', null]
  const integers = [0, -1, 2_147_483_647, -2_147_483_648]
  for (const [some, numbers] of [[texts, integers] as const, [['one'], [1]] as const]) {
    const { rows } = await pool.query('SELECT $1::text[] AS texts, $2::integer[] AS integers', [
      textArray(some),
      integerArray(numbers),
    ])
    t.same(rows, [{ texts: some, integers: numbers }])
  }
})
