/** How personal data is shown to somebody who may know that it is there, and not what it is: 张** , 138****1234. */
import type { Kind } from '../../engine/sealed.ts'

const hidden = (count: number): string => '*'.repeat(Math.max(count, 0))

/** The first and last signs of a number, stars for those between; a number too short for both is hidden whole. */
const ends = (text: string, first: number, last: number): string =>
  text.length <= first + last
    ? hidden(text.length)
    : text.slice(0, first) + hidden(text.length - first - last) + text.slice(-last)

const MASKS: { [K in Kind]: (text: string) => string } = {
  name: text => `${[...text][0] ?? ''}**`,
  phone: text => ends(text.replaceAll(/\D/g, ''), 3, 4),
  mail: text => `${[...text][0] ?? ''}***${text.slice(text.lastIndexOf('@'))}`,
  'id-number': text => ends(text, 4, 2),
  account: text => ends(text, 0, 4),
  text: text => hidden([...text].length),
  record: () => hidden(3),
}

export const masked = (kind: Kind, text: string): string => MASKS[kind](text)
