/** What a phone, an id number and a bank account look like once their digits are found, and what only looks like one. */
import type { Kind } from '../../engine/sealed.ts'
import { isIdNumber } from '../../workflows/id-number.ts'

/** Groups of digits as they were written, with what stands around them. */
export type Written = {
  groups: readonly string[]
  before: string
  after: string
}

const digitsOf = ({ groups }: Written): string => groups.join('')
const shapeOf = ({ groups }: Written): string => groups.map(({ length }) => length).join('-')

// ── what stands around ──────────────────────────────────────────────────────────────────────────

const PHONE_LABEL =
  /(?:电话|手机|座机|固话|号码|联系方式|致电|拨打|来电|微信|tel|phone|mobile|cell)[^\d,。;、\n]{0,6}$/i
const ID_LABEL = /(?:身份证|证件|id)[^\d,。;、\n]{0,8}$/i
const ACCOUNT_LABEL = /(?:账号|帐号|卡号|账户号|银行卡|account)[^\d,。;、\n]{0,10}$/i
/** Numbers of papers are nobody's: 发票号码, 流水号, 合同编号, 快递单号. */
const PAPER_LABEL =
  /(?:发票|流水|凭证|票据|收据|订单|合同|协议|备案|登记|许可|文件?|项目|档案|信用|科目|快递|运|交易|回|编|批)(?:号码|编号|代码|单号|证号|号)\s*[为是]?\s*:?\s*$/
const MONEY_BEFORE = /(?:[¥$]|人民币|rmb|cny|金额|预算|资金)\s*[:为是共]?\s*$/i
const MONEY_AFTER = /^(?:\.\d{1,2}(?!\d)|\s*(?:余|多)?(?:元|万|亿|块|美元|rmb|cny))/i

const isMoney = ({ before, after }: Written): boolean => MONEY_BEFORE.test(before) || MONEY_AFTER.test(after)
const isPaper = ({ before }: Written): boolean => PAPER_LABEL.test(before)
const isCalledPhone = ({ before }: Written): boolean => PHONE_LABEL.test(before)

/** 20260318, or 2026 before a serial: a day or a document's number, unless it is called a phone. */
const isDated = (written: Written): boolean => {
  const tail = written.groups.slice(1)
  return tail.some(group => /^20[2-3]\d$|^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/.test(group))
}

// ── phones ──────────────────────────────────────────────────────────────────────────────────────

const ONE_BY_ONE = Array.from({ length: 11 }, () => 1).join('-')
const MOBILE_SHAPES = ['11', '3-4-4', '3-8', '3-3-5', '4-4-3', '4-3-4', ONE_BY_ONE]

const isMobile = (written: Written): boolean => {
  const [first = '', ...others] = written.groups
  const shape = shapeOf({ ...written, groups: [first.replace(/^(?:00)?86(?=1)/, ''), ...others] })
  if (!/^(?:(?:00)?86)?1[3-9]\d{9}$/.test(digitsOf(written))) return false
  return MOBILE_SHAPES.includes(shape)
}

const WITH_AREA = /^(?:0|(?:00)?86-0?)(?:(?:10|2\d)-[2-8]\d{3}-?\d{4}|[3-9]\d{2}-[2-8]\d{2,3}-?\d{4})$/
const WITH_AREA_IN_ONE = /^(?:0(?:10|2\d)[2-8]\d{7}|0[3-9]\d{2}[2-8]\d{6})$/
const LOCAL = /^[2-8]\d{2,3}-?\d{4}$/
const LOCAL_DATE = /^20\d{2}-?(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/

const isLandline = (written: Written): boolean => {
  const text = written.groups.join('-')
  if (WITH_AREA.test(text) || WITH_AREA_IN_ONE.test(text)) return true
  return LOCAL.test(text) && !LOCAL_DATE.test(text) && isCalledPhone(written)
}

const isPhone = (written: Written): boolean =>
  (isMobile(written) || isLandline(written)) &&
  !isMoney(written) &&
  !isPaper(written) &&
  (isCalledPhone(written) || !isDated(written))

// ── id numbers ──────────────────────────────────────────────────────────────────────────────────

/** The check sign may be an X; one that is miscopied, or the old 15 digits, counts only where it is called an id. */
const idNumberIn = (written: Written): string | undefined => {
  const digits = digitsOf(written)
  if (![15, 17, 18].includes(digits.length)) return undefined
  const [sign = ''] = /^[\s-]?[x×](?![a-z\d])/i.exec(written.after) ?? []
  const number = digits.length === 17 && sign ? `${digits}X` : digits
  if (isIdNumber(number)) return number
  return ID_LABEL.test(written.before) && /^(?:\d{15}|\d{17}[\dX])$/.test(number) ? number : undefined
}

// ── bank accounts ───────────────────────────────────────────────────────────────────────────────

/** ISO/IEC 7812: every second digit from the right doubled, the sum ends in 0. */
const passesLuhn = (digits: string): boolean =>
  [...digits].reverse().reduce((sum, digit, place) => sum + doubled(Number(digit), place % 2 === 1), 0) % 10 === 0
const doubled = (digit: number, twice: boolean): number =>
  twice ? ((digit * 2) % 10) + Math.floor((digit * 2) / 10) : digit

/** In one, or in fours as on the card; in fours only UnionPay's, or a row of amounts could be one. */
const isCard = (written: Written): boolean => {
  const digits = digitsOf(written)
  const prefix = written.groups.length === 1 ? /^(?:[3-6]|9558)/ : /^(?:62|9558)/
  return (
    /^(?:\d{16,19}|(?:\d{4}-){3,4}\d{1,4})$/.test(written.groups.join('-')) && prefix.test(digits) && passesLuhn(digits)
  )
}

/** A company's account has no check digit: it counts where it is called one. */
const isAccount = (written: Written): boolean =>
  digitsOf(written).length >= 12 &&
  (isCard(written) || ACCOUNT_LABEL.test(written.before)) &&
  !isMoney(written) &&
  !isPaper(written)

// ── all ─────────────────────────────────────────────────────────────────────────────────────────

export type Found = { kind: Exclude<Kind, 'name' | 'text' | 'record'>; value: string }

/** What these groups of digits are, if they are somebody's. */
export const kindOf = (written: Written): Found | undefined => {
  const idNumber = idNumberIn(written)
  if (idNumber) return { kind: 'id-number', value: idNumber }
  if (isPhone(written)) return { kind: 'phone', value: digitsOf(written) }
  return isAccount(written) ? { kind: 'account', value: digitsOf(written) } : undefined
}
