/** Searches a text for what tells how to reach or identify somebody: phones, id numbers, bank accounts, mail addresses. */
import type { Found } from './kinds.ts'
import { mailAddressesIn } from './mail-addresses.ts'
import { numbersIn } from './numbers.ts'
import { mayTell, plain, TAKEN_OUT } from './plain-text.ts'
import { speltNumbersIn } from './spelt-numbers.ts'

/** Each once, in the order: addresses, numbers, spelt numbers. */
export const personalDataIn = (text: string): Found[] => {
  const searched = plain(text)
  if (!mayTell(searched)) return []
  const { addresses, rest } = mailAddressesIn(searched, TAKEN_OUT)
  const found: Found[] = [
    ...addresses.map(value => ({ kind: 'mail', value }) as const),
    ...numbersIn(rest),
    ...speltNumbersIn(rest),
  ]
  return [...new Map(found.map(each => [`${each.kind} ${each.value}`, each])).values()]
}
