/**
 * Whether two lives ask for money for the same, and in what: one project is not funded twice. What is found is shown with
 * its figures, and a person decides; so the marks below decide nothing but who is asked to look.
 */
import { REDACTED } from '../engine/definition.ts'
import { typedAlike } from './fields.ts'
import { streetOf } from './places/places.ts'

/** What somebody asks for money for. */
export type Applied = {
  /** The micro-project that it is for, or is. */
  project?: string | undefined
  title: string
  /** What is to be done, in all the words there are of it. */
  what: string
  place: string
  field: string | undefined
}

export type Aspect = 'project' | 'title' | 'activities' | 'place' | 'field'
/** `alike`: in whole percent. */
export type Alike = { aspect: Aspect; alike: number }

/** Our own marks: from here on somebody is asked to look. */
const TITLE_ALIKE = 60
const WHAT_ALIKE = 50

/** Every two signs that follow each other: in Chinese that is about a word. What was taken back says nothing. */
const pairsOf = (text: string): Map<string, number> => {
  const signs = [...(text.includes(REDACTED) ? '' : typedAlike(text).replace(/[\p{P}\p{S}]/gu, ''))]
  const pairs = new Map<string, number>()
  for (const [at, sign] of signs.slice(0, -1).entries()) {
    const pair = sign + signs[at + 1]
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
  }
  return pairs
}

const countOf = (pairs: ReadonlyMap<string, number>): number =>
  [...pairs.values()].reduce((total, count) => total + count, 0)

/** Dice's coefficient in whole percent, rounded down: twice what both have, of all that there is. */
export const alikeTexts = (one: string, other: string): number => {
  const [a, b] = [pairsOf(one), pairsOf(other)]
  const all = countOf(a) + countOf(b)
  const shared = [...a].reduce((total, [pair, count]) => total + Math.min(count, b.get(pair) ?? 0), 0)
  return all === 0 ? 0 : Math.floor((200 * shared) / all)
}

const alikePlaces = (one: string, other: string): number => {
  if (one === other) return 100
  return streetOf(one) === streetOf(other) ? 50 : 0
}

const same = (one: string | undefined, other: string | undefined): number =>
  one !== undefined && one === other ? 100 : 0

/** In what two resemble each other, or nothing where nobody need look. */
export const resemblance = (one: Applied, other: Applied): readonly Alike[] => {
  const found: Record<Aspect, number> = {
    project: same(one.project, other.project),
    title: alikeTexts(one.title, other.title),
    activities: alikeTexts(one.what, other.what),
    place: alikePlaces(one.place, other.place),
    field: same(one.field, other.field),
  }
  const sameWork = found.title >= TITLE_ALIKE || found.activities >= WHAT_ALIKE
  const sameGround = found.place > 0 || found.field > 0
  if (found.project === 0 && !(sameWork && sameGround)) return []
  return Object.entries(found).flatMap(([aspect, alike]) => (alike > 0 ? [{ aspect: aspect as Aspect, alike }] : []))
}
