/** Numbers in a plain text: groups of digits with what may stand between them, each stretch of groups tried as one number. */
import { type Found, kindOf, type Written } from './kinds.ts'

/** What people put inside a number. Not commas, slashes and signs of multiplication: those part amounts, fractions, sizes. */
const BETWEEN = '[ \\t()\\[\\]【】\\-‐‑‒–—―−·•・._]'
const ROW = new RegExp(`\\d+(?:${BETWEEN}{1,3}\\d+)*`, 'g')

/** The digits of a local phone and of the longest account. */
const FEWEST = 7
const MOST = 21
const LABEL_LENGTH = 20

type Group = { digits: string; from: number; to: number }

export const numbersIn = (text: string): Found[] =>
  [...text.matchAll(ROW)].flatMap(row => numbersInRow(text, groupsOf(row)))

const groupsOf = (row: RegExpExecArray): Group[] =>
  [...row[0].matchAll(/\d+/g)].map(({ 0: digits, index }) => ({
    digits,
    from: row.index + index,
    to: row.index + index + digits.length,
  }))

const numbersInRow = (text: string, row: readonly Group[]): Found[] => {
  const found: Found[] = []
  for (let from = 0; from < row.length; ) {
    const number = longestFrom(text, row, from)
    if (number) found.push(number.found)
    from = number ? number.to : from + 1
  }
  return found
}

const longestFrom = (text: string, row: readonly Group[], from: number): { found: Found; to: number } | undefined => {
  if (isSingle(row[from]) && isSingle(row[from - 1])) return undefined
  for (const to of endsFrom(row, from).toReversed()) {
    if (isSingle(row[to - 1]) && isSingle(row[to])) continue
    const found = kindOf(writtenAt(text, row, from, to))
    if (found) return { found, to }
  }
  return undefined
}

/** Where a number that begins here could end. */
const endsFrom = (row: readonly Group[], from: number): number[] => {
  const ends: number[] = []
  for (let [to, digits] = [from, 0]; to < row.length; to++) {
    digits += row[to]?.digits.length ?? 0
    if (digits > MOST) break
    if (digits >= FEWEST) ends.push(to + 1)
  }
  return ends
}

/** 1 3 8 … is one number from its first digit to its last, not a part of a longer row. */
const isSingle = (group: Group | undefined): boolean => group?.digits.length === 1

const writtenAt = (text: string, row: readonly Group[], from: number, to: number): Written => {
  const [first, last] = [row[from], row[to - 1]] as [Group, Group]
  return {
    groups: row.slice(from, to).map(({ digits }) => digits),
    before: text.slice(Math.max(0, first.from - LABEL_LENGTH), first.from),
    after: text.slice(last.to, last.to + LABEL_LENGTH),
  }
}
