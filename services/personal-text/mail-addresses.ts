/** Mail addresses in a plain text, also where the @ or the dots are written in words so that no machine should find them. */

const NAME = '(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]{0,63}'
const WORD = '[a-z0-9](?:[a-z0-9-]{0,62})'
const PLAIN = new RegExp(`(${NAME}) {0,2}@ {0,2}(${WORD}(?:\\.${WORD}){0,4}\\.[a-z]{2,12})(?![a-z0-9])`, 'gi')

/** In a disguise only the providers that people use: 'at noon' is no address, and 'item#1.pdf' neither. */
const PROVIDERS =
  'vip.qq.com|qq.com|163.com|126.com|yeah.net|139.com|189.cn|wo.cn|sina.com.cn|sina.com|sina.cn|sohu.com|tom.com|foxmail.com|aliyun.com|gmail.com|hotmail.com|outlook.com|live.cn|live.com|icloud.com|yahoo.com.cn|yahoo.com'
const AT =
  ' {0,2}[(\\[{【<] {0,2}(?:at|@|艾特|圈a?) {0,2}[)\\]}】>] {0,2}| {0,2}艾特 {0,2}| {1,2}at {1,2}| {0,2}[@#] {0,2}'
const DOT = ' {0,2}[(\\[{【<] {0,2}(?:dot|点|\\.) {0,2}[)\\]}】>] {0,2}| {0,2}[.。·点] {0,2}| {1,2}dot {1,2}'
const DISGUISED = new RegExp(`(${NAME})(?:${AT})(${PROVIDERS.replaceAll('.', `(?:${DOT})`)})(?![a-z0-9])`, 'gi')

/** Each address, and the text without them. */
export const mailAddressesIn = (text: string, instead: string): { addresses: string[]; rest: string } => {
  const addresses: string[] = []
  const take = (_: string, name: string, host: string): string => {
    addresses.push(`${name}@${withDots(host)}`.toLowerCase())
    return instead
  }
  return { rest: text.replace(PLAIN, take).replace(DISGUISED, take), addresses }
}

const withDots = (host: string): string =>
  host
    .replace(/dot|[点。·]/gi, '.')
    .replace(/[^a-z0-9.-]/gi, '')
    .replace(/\.+/g, '.')
