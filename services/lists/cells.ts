/** One cell of a list as a value, or what is wrong with it. Pure: no cell is guessed at, nothing is rounded. */
import type { Title } from '../../engine/definition.ts'
import { isCreditCode } from '../../workflows/credit-code.ts'
import { findPlace, type PlaceCandidate } from '../../workflows/places/find-place.ts'
import { covers } from '../../workflows/places/places.ts'
import { type Problem, problem } from './problem.ts'

export type Parsed<T> = { value: T } | { problem: Problem }

/** What a parser may look at beside the cell. */
export type Context = {
  /** The column's title as the file has it: it may name a unit, 预算（万元）. */
  title: string
  /** The place whose list this is; every place in it lies under it. */
  within?: string
  /** The cells of this line parsed so far. */
  row: Readonly<Record<string, unknown>>
}

/** `text` is never empty: an empty cell is missing, and only the list knows whether that matters. */
export type Parser<T> = (text: string, context: Context) => Parsed<T>

const plain = (text: string): string => text.normalize('NFKC').replace(/\s/g, '')
const bad = (text: string, what: Title, mend: Title): { problem: Problem } => ({
  problem: problem(`“${text}”${what.zh}`, `'${text}' ${what.en}`, mend.zh, mend.en),
})

/** Control signs and those that turn the direction of writing: they hide what a text says. Line breaks are text. */
const hidden = /(?!\n)[\p{Cc}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/u

export const text =
  (longest: number): Parser<string> =>
  said => {
    const found = hidden.exec(said)
    if (found) return { problem: hiddenSign(said, found.index) }
    if ([...said].length > longest) return { problem: tooLong([...said].length, longest) }
    return { value: said }
  }

const hiddenSign = (said: string, index: number): Problem => {
  const sign = `U+${(said.codePointAt(index) as number).toString(16).toUpperCase().padStart(4, '0')}`
  const nth = [...said.slice(0, index)].length + 1
  return problem(
    `第${nth}个字符是看不见的控制字符（${sign}）`,
    `character ${nth} is an invisible control character (${sign})`,
    '请删去这一格重新输入，不要从其他软件粘贴格式',
    'clear the cell and type it again',
  )
}

const tooLong = (length: number, longest: number): Problem =>
  problem(
    `文字过长：${length}字，最多${longest}字`,
    `too long: ${length} characters, at most ${longest}`,
    '请缩短这一格的文字',
    'shorten the text',
  )

const dateShapes = [
  /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/,
  /^(\d{4})(年)(\d{1,2})月(\d{1,2})日?$/,
  /^(\d{4})()(\d{2})(\d{2})$/,
]
const midnight = /\s+0?0:00(:00)?$/
const firstYear = 1949
const lastYear = 2100

/** A civil day: `2026-03-05`. Excel's midnight behind a date is dropped. */
export const day: Parser<string> = said => {
  const written = plain(said.replace(midnight, ''))
  const shape = dateShapes.map(shape => shape.exec(written)).find(found => found !== null)
  if (!shape) return bad(said, notADate, writeDate)
  const [year, month, date] = [shape[1], shape[3], shape[4]].map(Number) as [number, number, number]
  if (!isDay(year, month, date)) return bad(said, noSuchDay, writeDate)
  return { value: [year, month, date].map(part => String(part).padStart(2, '0')).join('-') }
}

const isDay = (year: number, month: number, date: number): boolean =>
  year >= firstYear && year <= lastYear && month >= 1 && month <= 12 && date >= 1 && date <= daysIn(year, month)

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()

const notADate = { zh: '不是完整的日期', en: 'is not a full date' }
const noSuchDay = { zh: '这一天不存在', en: 'is a day that does not exist' }
const writeDate = {
  zh: '请写成2026-03-05、2026/3/5或2026年3月5日',
  en: 'write it like 2026-03-05, 2026/3/5 or 2026年3月5日',
}

const amountShape = /^(?:¥|人民币|RMB)?([-+]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(万|千|百)?(?:元|圆)?整?$/i
const zeros: Record<string, number> = { 万: 4, 千: 3, 百: 2 }
/** Far above any budget of a district, far below 2^53. */
const mostDigits = 14

/** Integer fen, by moving the decimal point in the text: no float ever holds money. */
export const amount: Parser<number> = (said, { title }) => {
  const shape = amountShape.exec(plain(said))
  if (!shape) return bad(said, notAnAmount, writeAmount)
  const [, sign, whole = '', fraction = '', unit = title.includes('万元') ? '万' : ''] = shape
  const places = 2 + (zeros[unit] ?? 0)
  if (sign === '-') return bad(said, { zh: '是负数', en: 'is negative' }, writeAmount)
  if (fraction.length > places) return bad(said, finerThanFen, roundAmount)
  const fen = (whole.replaceAll(',', '') + fraction.padEnd(places, '0')).replace(/^0+(?=\d)/, '')
  if (fen === '0') return bad(said, { zh: '是零', en: 'is zero' }, writeAmount)
  return fen.length > mostDigits
    ? bad(said, { zh: '金额过大', en: 'is too large' }, writeAmount)
    : { value: Number(fen) }
}

const notAnAmount = { zh: '不是金额', en: 'is not an amount' }
const finerThanFen = { zh: '精确到了分以下', en: 'is finer than a fen' }
const writeAmount = { zh: '请写成12000、12,000.00或1.2万，单位为元', en: 'write yuan like 12000, 12,000.00 or 1.2万' }
const roundAmount = { zh: '请最多写两位小数', en: 'give at most two decimals' }

const countShape = /^(\d{1,3}(?:,\d{3})+|\d+)(?:人次|人|户|名|次|场|个|位)?$/
const most = 10_000_000

export const count: Parser<number> = said => {
  const number = Number(countShape.exec(plain(said))?.[1]?.replaceAll(',', '') ?? Number.NaN)
  return number >= 1 && number <= most ? { value: number } : bad(said, notACount, writeCount)
}

const notACount = { zh: '不是正整数', en: 'is not a whole number above zero' }
const writeCount = { zh: '请只写数字，如120', en: 'write digits only, like 120' }

const pathOf = ({ path }: PlaceCandidate): string => path.slice(1).join('/') || path.join('/')

/** A place under the list's own; the line's street, where it has that column, narrows it. */
export const placeUnder: Parser<string> = (said, { within, row }) => {
  const finding = findPlace(said, typeof row.street === 'string' ? row.street : within)
  return 'found' in finding ? { value: finding.found } : { problem: noPlace(said, finding.candidates, finding.near) }
}

/** A place under the list's own or around it: a district's people include the city's. */
export const placeAround: Parser<string> = (said, context) => {
  const under = placeUnder(said, context)
  const anywhere = findPlace(said)
  const around = 'found' in anywhere && context.within !== undefined && covers(anywhere.found, context.within)
  return 'problem' in under && around ? { value: anywhere.found } : under
}

const noPlace = (said: string, candidates: readonly PlaceCandidate[], near: readonly PlaceCandidate[]): Problem => {
  if (candidates.length > 0)
    return problem(
      `地点“${said}”有${candidates.length}处重名`,
      `place '${said}' can mean ${candidates.length} places`,
      `请连同街道写明：${candidates.map(pathOf).join('，或')}`,
      `give its path: ${candidates.map(pathOf).join(' or ')}`,
    )
  return problem(
    `找不到地点“${said}”，或它不在本清单的辖区内`,
    `no place '${said}' in the area of this list`,
    near.length > 0 ? `是不是：${near.map(pathOf).join('，或')}` : '请写街道/社区的全称，或官方区划代码',
    near.length > 0
      ? `perhaps ${near.map(pathOf).join(' or ')}`
      : 'write street/community in full, or the official code',
  )
}

/** Several places, or the whole of the list's own (全区). */
export const placesUnder: Parser<string[]> = (said, context) => {
  if (context.within !== undefined && /^全(市|区|街道?|域)$/.test(plain(said))) return { value: [context.within] }
  const parsed = said.split(/[、,，;；]/).map(one => placeUnder(one.trim(), context))
  const wrong = parsed.find(one => 'problem' in one)
  return wrong ?? { value: parsed.flatMap(one => ('value' in one ? [one.value] : [])) }
}

/** By Chinese title (公益慈善, 公益慈善类), by key, or by another word that the office uses. */
export const choice =
  <K extends string>(options: Readonly<Record<K, Title>>, aliases: Readonly<Record<string, K>> = {}): Parser<K> =>
  said => {
    const words = [plain(said), plain(said).replace(/类$/, '')]
    const keys = Object.keys(options) as K[]
    const alias = words.find(word => Object.hasOwn(aliases, word))
    const key =
      keys.find(key => words.includes(key) || words.includes(options[key].zh)) ?? (alias ? aliases[alias] : undefined)
    return key === undefined ? bad(said, notAChoice, oneOf(Object.values<Title>(options))) : { value: key }
  }

const notAChoice = { zh: '不在可选范围内', en: 'is not one of the choices' }
const oneOf = (options: readonly Title[]): Title => ({
  zh: `请从中选一：${options.map(({ zh }) => zh).join('、')}`,
  en: `choose one of ${options.map(({ zh, en }) => `${zh} (${en})`).join(', ')}`,
})

/** Mobile with 11 digits, or a landline with its area code. */
export const phone: Parser<string> = said => {
  const digits = plain(said)
    .replace(/^\+?86(?=1)/, '')
    .replace(/[-()]/g, '')
  return /^(1[3-9]\d{9}|0\d{9,11})$/.test(digits) ? { value: digits } : bad(said, notAPhone, writePhone)
}

const notAPhone = { zh: '不是电话号码', en: 'is not a phone number' }
const writePhone = { zh: '请写11位手机号，或带区号的固定电话', en: 'write 11 digits, or a landline with its area code' }

/** 统一社会信用代码, GB 32100-2015. A wrong check sign is told apart: the code was miscopied, not misunderstood. */
export const creditCode: Parser<string> = said => {
  const code = plain(said).toUpperCase()
  if (isCreditCode(code)) return { value: code }
  return bad(said, /^[0-9A-Z]{18}$/.test(code) ? wrongCheckSign : notACreditCode, copyCreditCode)
}

const notACreditCode = { zh: '不是18位统一社会信用代码', en: 'is not a unified social credit code of 18 signs' }
const wrongCheckSign = {
  zh: '通不过校验，代码可能抄错了',
  en: 'does not fit its check sign: it was probably miscopied',
}
const copyCreditCode = {
  zh: '请照登记证书重新核对18位代码（不含字母I、O、Z、S、V）',
  en: 'copy its 18 signs from the registration certificate (no I, O, Z, S or V)',
}
