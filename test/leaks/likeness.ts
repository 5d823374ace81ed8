/**
 * Whether two answers of two services tell the same. All of it must be equal to the byte, but for what follows from
 * ciphertext, and from chance: digests, signatures, salts and what is sealed are compared by their length, and ids by
 * standing for one another everywhere.
 */
import type { Answer } from '../support/service.ts'

export type Likeness = {
  /** What one answer tells and the other does not; nothing where both tell the same. */
  difference(one: Answer, other: Answer): string | undefined
  /** The same of any two texts. */
  inTexts(one: string, other: string): string | undefined
}

/** Of when it was sent and by which connection. */
const OF_THE_WAY = ['date', 'connection', 'keep-alive']

const TOKEN =
  /[0-9a-f]{8}-[0-9a-f]{4}-[48][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32,}|[A-Za-z0-9+/_-]{40,}={0,2}/g
const isId = (token: string): boolean => token.length === 36 && token[8] === '-'

export const likeness = (logs: readonly [string, string]): Likeness => {
  const [there, here] = [new Map<string, string>(), new Map<string, string>()]

  const standForEachOther = (one: string, other: string): boolean => {
    if (!there.has(one) && !here.has(other)) there.set(one, other) && here.set(other, one)
    return there.get(one) === other && here.get(other) === one
  }
  const alike = (one: string, other: string | undefined): boolean =>
    other !== undefined && one.length === other.length && (!isId(one) || standForEachOther(one, other))

  const unlike = (one: string, other: string): string | undefined => {
    const [tokens, others] = [one.match(TOKEN) ?? [], other.match(TOKEN) ?? []]
    const strange = tokens.findIndex((token, n) => !alike(token, others[n]))
    if (strange >= 0) return `${tokens[strange]} ≠ ${others[strange]}`
    return apart(one.replaceAll(TOKEN, '·'), other.replaceAll(TOKEN, '·'))
  }

  /** Each log has a name of its own, by which its positions begin. */
  const inTexts = (one: string, other: string) =>
    unlike(unescaped(one.replaceAll(logs[0], 'log')), unescaped(other.replaceAll(logs[1], 'log')))

  return { inTexts, difference: (one, other) => inTexts(spoken(one), spoken(other)) }
}

/** A list marks a cell that a spreadsheet would take for a formula, and by chance a signature begins like one. */
const unescaped = (text: string): string => text.replaceAll(/(^|,)'(?=[+-])/gm, '$1')

const spoken = ({ status, headers, text }: Answer): string =>
  [
    status,
    ...[...headers].filter(([name]) => !OF_THE_WAY.includes(name)).map(([name, value]) => `${name}: ${value}`),
    text,
  ].join('\n')

const AROUND = 120

const apart = (one: string, other: string): string | undefined => {
  if (one === other) return undefined
  const at = [...one].findIndex((sign, n) => sign !== other[n])
  const from = Math.max(0, (at < 0 ? one.length : at) - AROUND)
  return `…${one.slice(from, from + 2 * AROUND)}…\n≠ …${other.slice(from, from + 2 * AROUND)}…`
}
