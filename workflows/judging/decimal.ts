/**
 * Scores as exact decimals: text outside, whole ten-thousandths inside. A binary float never holds one, so nobody's
 * rank hangs on how 0.1 is rounded by a machine.
 */
import { z } from 'zod'

/** `'86.5'`, `'0.25'`: no sign, no exponent, at most four places. */
export type Decimal = string

const PLACES = 4
const UNIT = 10n ** BigInt(PLACES)
const WRITTEN = /^(0|[1-9]\d{0,3})(\.\d{1,4})?$/

export const decimal = z
  .string()
  .max(9)
  .refine(said => isDecimal(said), {
    abort: true,
    error: 'is no decimal',
    params: {
      code: 'not-a-decimal',
      zh: '请填不带正负号的小数，最多四位小数，如 86.5',
      en: 'is a decimal without a sign and with at most four places, such as 86.5',
    },
  })
  .meta({ zh: '小数', en: 'Decimal', examples: ['0.5'] })

export const isDecimal = (text: string): boolean => WRITTEN.test(text)

/** In whole ten-thousandths. Throws on what is no decimal: a score that cannot be read is never taken for another. */
export const unitsOf = (said: Decimal): bigint => {
  if (!isDecimal(said)) throw new RangeError(`${said} is no decimal`)
  const [whole = '', fraction = ''] = said.split('.')
  return BigInt(whole + fraction.padEnd(PLACES, '0'))
}

/** Half up: `2.345` is `2.35` at two places. For what is not negative, which is all that is scored here. */
const halfUp = (numerator: bigint, denominator: bigint): bigint => (2n * numerator + denominator) / (2n * denominator)

/** `numerator / denominator` ten-thousandths, in whole steps of the last of `places`. */
export const rounded = (numerator: bigint, denominator: bigint, places: number): bigint =>
  halfUp(numerator * (POWERS[places] ?? 10n ** BigInt(places)), denominator * UNIT)

const POWERS = [1n, 10n, 100n, 1_000n, 10_000n]

/** Whole steps of the last of `places`, as they are written: 8650 at two places is `86.50`. */
export const written = (steps: bigint, places: number): Decimal => {
  const digits = String(steps).padStart(places + 1, '0')
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`
}

/** Fen, times a decimal, rounded down: a share never grows by rounding. */
export const timesDown = (fen: number, by: Decimal): number => Number((BigInt(fen) * unitsOf(by)) / UNIT)

export const percentDown = (fen: number, percent: number): number => Number((BigInt(fen) * BigInt(percent)) / 100n)

/** Fen as people read them: `12,000` or `12,000.05`. */
export const yuan = (fen: number): string => {
  const [whole, rest] = [Math.trunc(fen / 100), fen % 100]
  return `${whole.toLocaleString('en-US')}${rest === 0 ? '' : `.${String(rest).padStart(2, '0')}`}`
}
