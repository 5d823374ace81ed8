/** Numbers that are spelt: 一三八零零零零一二三四, 138零零零零1234, l38OOOO1234. Nobody writes an amount so, hence less is asked of their shape. */
import { isIdNumber } from '../../workflows/id-number.ts'
import type { Found } from './kinds.ts'
import { spelledOut } from './plain-text.ts'

const BETWEEN = '[ \\t,，、()\\-—·._]{0,3}'
const inRow = (...signs: string[]): string => signs.join(BETWEEN)
const digits = (count: number): string[] => Array.from({ length: count }, () => '\\d')
/** Every place is tried: 统一一三八 begins with a word. */
const anywhere = (pattern: string): RegExp => new RegExp(`(?=(${pattern}))`, 'g')

/** A row with digits enough for a phone. */
const ROW = new RegExp(`\\d(?:${BETWEEN}\\d){10,}(?:${BETWEEN}[Xx])?`, 'g')
const PHONE = anywhere(`${inRow('1', '[3-9]', ...digits(9))}|${inRow('0', '[12]', '\\d', '[2-8]', ...digits(7))}`)
const ID_NUMBER = anywhere(inRow(...digits(17), '[\\dXx]'))

export const speltNumbersIn = (text: string): Found[] =>
  [...spelledOut(text).matchAll(ROW)].flatMap(({ 0: row, index }) => {
    const written = text.slice(index, index + row.length)
    const ids = speltIn(row, written, ID_NUMBER).filter(isIdNumber)
    const phones = speltIn(row, written, PHONE).filter(phone => !ids.some(id => id.includes(phone)))
    return [
      ...ids.map(value => ({ kind: 'id-number', value }) as const),
      ...phones.map(value => ({ kind: 'phone', value }) as const),
    ]
  })

/** `written` is the row as it stands in the text. */
const speltIn = (row: string, written: string, pattern: RegExp): string[] =>
  [...row.matchAll(pattern)]
    .map(({ index, 1: found = '' }) => ({ found, from: index, to: index + found.length }))
    .filter(({ from, to }) => isSpelt(written.slice(from, to)) && !isSign(written[from - 1]) && !isSign(written[to]))
    .map(({ found }) => found.replace(/[^\dXx]/g, '').toUpperCase())

/** Letters that look alike are enough by one; of words for digits it takes three. */
const isSpelt = (written: string): boolean =>
  /[OoIl]/.test(written) || (written.match(/[\u3007\u25cb\u4e00-\u9fff]/g) ?? []).length >= 3

/** A digit or letter beside it: it goes on as something else. */
const isSign = (sign: string | undefined): boolean => sign !== undefined && /[a-z\d]/i.test(sign)
