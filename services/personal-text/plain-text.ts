/** A text as it is searched: one way of writing each sign, whatever dress people put on it. */

/** Ids and hashes are full of digits that are nobody's number. */
const CODE = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b(?=\d*[a-f])[0-9a-f]{32,64}\b/gi

/** Stands for what was taken out; joins no digits. */
export const TAKEN_OUT = '~'

/** １３８, ①③⑧ and 1️⃣3️⃣8️⃣ are 138; marks without a width are none. */
export const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .replace(CODE, TAKEN_OUT)

/** How people spell each digit from 0 to 9: in words, in words for cheques, over the phone, with letters that look alike. */
const SPELLINGS = ['零〇○Oo', '一壹幺Il', '二贰貳', '三叁參', '四肆', '五伍', '六陆陸', '七柒', '八捌', '九玖']
const DIGITS = new Map(SPELLINGS.flatMap((signs, digit) => [...signs].map(sign => [sign, String(digit)] as const)))

/** The shortest thing to find is an address like a@b.cn. Most texts have no four letters or digits, spelt ones included. */
const FOUR_SIGNS = new RegExp(`^(?:[^A-Za-z0-9${SPELLINGS.join('')}]*[A-Za-z0-9${SPELLINGS.join('')}]){4}`)

/** False where there is nothing in a plain text that could be an address or a number. */
export const mayTell = (text: string): boolean => FOUR_SIGNS.test(text)

/** With every spelt digit as a digit; each sign keeps its place. */
export const spelledOut = (text: string): string =>
  text.replace(/[\u3007\u25cb\u4e00-\u9fffOoIl]/g, sign => DIGITS.get(sign) ?? sign)
