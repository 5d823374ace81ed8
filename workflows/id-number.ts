/** 公民身份号码, GB 11643-1999: seventeen digits and one that checks them; the seventh to fourteenth are the day of birth. */
import { z } from 'zod'

const SHAPE = /^[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]$/
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
/** By the remainder of the weighted sum by 11. */
const CHECKS = '10X98765432'

export const isIdNumber = (text: string): boolean =>
  SHAPE.test(text) &&
  CHECKS.charAt(WEIGHTS.reduce((sum, weight, i) => sum + weight * Number(text[i]), 0) % 11) === text[17]

export const idNumber = z
  .string()
  .max(40)
  .transform(text => text.replaceAll(/\s/g, '').toUpperCase())
  .refine(isIdNumber, {
    error: 'is no id number',
    params: {
      code: 'bad-id-number',
      zh: '不是有效的公民身份号码，请核对18位号码及末位校验码',
      en: 'is no id number of 18 signs; check them, the last one checks the others',
    },
  })
  .meta({ zh: '身份证号', en: 'Id number', personal: 'id-number', examples: ['110101199003072017'] })
