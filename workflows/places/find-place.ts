/**
 * A place as people write it: a code, or names from the top down, with or without the upper ones, with any
 * separator or none, in full or in short (东亭社区 for 东亭社区居委会, 武昌 for 武昌区).
 * 187 names repeat within a level: such a name alone finds nothing, it is answered with its candidates.
 */
import {
  allPlaces,
  covers,
  isPlace,
  type PlaceLevel,
  placeLevel,
  placeName,
  placePath,
  strictlyCovers,
} from './places.ts'

export type PlaceCandidate = { code: string; path: string[] }
export type PlaceFinding =
  | { found: string }
  /** `candidates`: the several places it can mean. `near`: where it means none, places that it may have meant. */
  | { candidates: PlaceCandidate[]; near: PlaceCandidate[] }

/** One way to say a place; `bare` when the word for its kind (社区, 街道, 区) is left out. */
type Saying = { code: string; bare: boolean }

const separators = /[\s/\\|>→\-‐-―−·•・_、,]+/g
const longest = 80
const mostNear = 5

/** How official names end, and how the same place is said. The first ending that fits is taken. */
const endings: Record<PlaceLevel, readonly { official: RegExp; said: readonly string[] }[]> = {
  city: [{ official: /市$/, said: ['市', ''] }],
  district: [{ official: /区$/, said: ['区', ''] }],
  street: [
    { official: /街?街道$|街$/, said: ['街道办事处', '街道办', '街道', '街', ''] },
    { official: /乡$/, said: ['乡', ''] },
    { official: /镇$/, said: ['镇', ''] },
  ],
  community: [
    {
      official: /(社区)?(居民委员会|居委会)$|社区$/,
      said: ['社区居民委员会', '社区居委会', '居民委员会', '居委会', '社区', ''],
    },
    {
      official: /村?(村民委员会|村委会)$/,
      said: ['村村民委员会', '村村委会', '村民委员会', '村委会', '村', ''],
    },
  ],
}

const canonical = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(separators, '')
    .replace(/^湖北省/, '')

/** The part of a name that tells it from its neighbours, and the endings it is said with. */
const dissect = (name: string, level: PlaceLevel): { core: string; said: readonly string[] } => {
  const plain = canonical(name).replace(/\(.*\)$/, '')
  const kind = endings[level].find(({ official }) => official.test(plain))
  return kind ? { core: plain.replace(kind.official, ''), said: kind.said } : { core: plain, said: [''] }
}

const sayings = (code: string): [string, Saying][] => {
  const { core, said } = dissect(placeName(code), placeLevel(code))
  const spoken = said.map((ending): [string, Saying] => [
    core + ending,
    { code, bare: said.length > 1 && ending === '' },
  ])
  return [...new Map([...spoken, [canonical(placeName(code)), { code, bare: false }] as const])]
}

let index: ReadonlyMap<string, readonly Saying[]> | undefined
/** Built when first asked for: a process that only checks codes never pays for it. */
const sayingsOf = (said: string): readonly Saying[] => {
  index ??= new Map(
    [...Map.groupBy(allPlaces().flatMap(sayings), ([text]) => text)].map(([text, pairs]) => [
      text,
      pairs.map(([, saying]) => saying),
    ]),
  )
  return index.get(said) ?? []
}

type Reading = { code: string; bareParts: number }

/** Every place that the whole text can be read as, going strictly downwards. */
const readings = (text: string, under?: string): Reading[] =>
  Array.from({ length: text.length }, (_, i) => i + 1).flatMap(end =>
    sayingsOf(text.slice(0, end))
      .filter(({ code }) => under === undefined || strictlyCovers(under, code))
      .flatMap(({ code, bare }) =>
        (end === text.length ? [{ code, bareParts: 0 }] : readings(text.slice(end), code)).map(rest => ({
          code: rest.code,
          bareParts: rest.bareParts + (bare ? 1 : 0),
        })),
      ),
  )

/** 水果湖街道 said in full is the street, though 水果湖 alone could be more: the fullest readings win. */
const meanings = (text: string): string[] => {
  if (isPlace(text)) return [text]
  const all = readings(text)
  const fullest = Math.min(...all.map(({ bareParts }) => bareParts))
  return [...new Set(all.filter(({ bareParts }) => bareParts === fullest).map(({ code }) => code))].sort()
}

const candidate = (code: string): PlaceCandidate => ({ code, path: placePath(code) })

/** `within`: only places that this one covers; the text may still begin above it. */
export const findPlace = (text: string, within?: string): PlaceFinding => {
  const said = canonical(text)
  if (said === '' || said.length > longest) return { candidates: [], near: [] }
  const all = meanings(said)
  const inside = within === undefined ? all : all.filter(code => covers(within, code))
  if (inside.length === 1) return { found: inside[0] as string }
  if (inside.length > 1) return { candidates: inside.map(candidate), near: [] }
  return { candidates: [], near: (all.length > 0 ? all.slice(0, mostNear) : nearest(said, within)).map(candidate) }
}

/** Reads the names it knows and keeps what is left: in 水果湖街道东停社区 only 东停社区 is misspelt. */
const unread = (text: string, under?: string): { rest: string; under: string | undefined } => {
  for (let end = text.length - 1; end > 1; end--) {
    const above = sayingsOf(text.slice(0, end)).find(
      ({ code }) => placeLevel(code) !== 'community' && (under === undefined || strictlyCovers(under, code)),
    )
    if (above) return unread(text.slice(end), above.code)
  }
  return { rest: text, under }
}

const nearest = (text: string, within?: string): string[] => {
  const { rest, under } = unread(text)
  const closeBy = similar(rest, under ?? within)
  return closeBy.length > 0 ? closeBy : similar(rest, within)
}

const similar = (text: string, within?: string): string[] => {
  const cores = new Map(levels.map(level => [level, dissect(text, level).core]))
  return allPlaces()
    .filter(code => within === undefined || covers(within, code))
    .map(code => ({ code, apart: likeness(cores.get(placeLevel(code)) ?? text, coreOf(code)) }))
    .filter(({ apart }) => apart <= 0.5)
    .sort((a, b) => a.apart - b.apart || (a.code < b.code ? -1 : 1))
    .slice(0, mostNear)
    .map(({ code }) => code)
}

const levels = Object.keys(endings) as PlaceLevel[]

let coresByCode: ReadonlyMap<string, string> | undefined
const coreOf = (code: string): string => {
  coresByCode ??= new Map(allPlaces().map(each => [each, dissect(placeName(each), placeLevel(each)).core]))
  return coresByCode.get(code) ?? ''
}

/**
 * 0 for the same name, 1 for nothing in common: edits per character of the longer of the two cores. What is more
 * than half apart counts as 1 without counting edits: each letter not shared costs one.
 */
const likeness = (a: string, b: string): number => {
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  const longer = Math.max(long.length, 1)
  if (2 * short.length < longer) return 1
  const shared = [...short].filter(letter => long.includes(letter)).length
  return 2 * shared < longer ? 1 : edits(a, b) / longer
}

/** Levenshtein's distance, one row of its table at a time. */
const edits = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] as number) + (b[j] === letter ? 0 : 1)
      next.push(Math.min((row[j + 1] as number) + 1, (next[j] as number) + 1, replaced))
    }
    row = next
  }
  return row[b.length] as number
}
