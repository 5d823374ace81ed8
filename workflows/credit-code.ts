/** 统一社会信用代码, the unified social credit code of GB 32100-2015: 17 signs and a check sign. */
import { z } from 'zod'

/** Digits and capitals without I, O, S, V, Z; a sign counts as its place in this row. */
const SIGNS = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const SHAPE = /^[0-9A-HJ-NP-RTUW-Y]{2}\d{6}[0-9A-HJ-NP-RTUW-Y]{10}$/

/** The sign that makes the sum of all signs, weighted with the powers of 3, divisible by 31. */
export const creditCheckSign = (seventeen: string): string => {
  let [sum, weight] = [0, 1]
  for (const sign of seventeen) {
    sum += SIGNS.indexOf(sign) * weight
    weight = (weight * 3) % 31
  }
  return SIGNS.charAt((31 - (sum % 31)) % 31)
}

export const isCreditCode = (code: string): boolean =>
  SHAPE.test(code) && creditCheckSign(code.slice(0, 17)) === code.charAt(17)

export const creditCode = z
  .string()
  .refine(isCreditCode, {
    error: 'not a unified social credit code (GB 32100-2015)',
    params: {
      code: 'wrong-credit-code',
      zh: '不是有效的统一社会信用代码：应为18位，且最后一位校验码须相符，请对照登记证书核对',
      en: 'not a unified social credit code: 18 signs of which the last checks the others; compare it with the certificate',
    },
  })
  .meta({ zh: '统一社会信用代码', en: 'Unified social credit code', examples: ['51420106MJH000001N'] })
