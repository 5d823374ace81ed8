/**
 * Places are Wuhan's official codes of 2023: city 4 digits, district 6, street 9, community or village 12.
 * A code's parent is its prefix, so "lies under" is "starts with", but only between whole, known codes.
 */
import list from './wuhan-2023.json' with { type: 'json' }

export type PlaceLevel = 'city' | 'district' | 'street' | 'community'

const names = new Map(list as [code: string, name: string][])
const levels: Record<number, PlaceLevel> = { 4: 'city', 6: 'district', 9: 'street', 12: 'community' }
const parentLength: Record<PlaceLevel, number> = { city: 0, district: 4, street: 6, community: 9 }

export const isPlace = (code: string): boolean => names.has(code)

/** Throws a RangeError on a code that is not in the list: whoever asks has checked the code at the edge. */
export const placeName = (code: string): string => {
  const name = names.get(code)
  if (name === undefined) throw new RangeError(`'${code}' is not a place code of Wuhan, 2023`)
  return name
}

export const placeLevel = (code: string): PlaceLevel => {
  placeName(code)
  return levels[code.length] as PlaceLevel
}

export const parentPlace = (code: string): string | undefined => {
  const parent = code.slice(0, parentLength[placeLevel(code)])
  return parent === '' ? undefined : parent
}

/** The street in which a place lies; a place above the streets stands for itself. */
export const streetOf = (code: string): string => code.slice(0, parentLength.community)

/** From the city down: `['武汉市', '武昌区', '水果湖街道', '东亭社区居委会']`. */
export const placePath = (code: string): string[] => {
  const parent = parentPlace(code)
  return [...(parent ? placePath(parent) : []), placeName(code)]
}

/** Whether a post at `over` reaches `under`; a place covers itself. False where either is not a place. */
export const covers = (over: string, under: string): boolean =>
  isPlace(over) && isPlace(under) && under.startsWith(over)

export const strictlyCovers = (over: string, under: string): boolean => over !== under && covers(over, under)

const children = Map.groupBy(names.keys(), parentPlace)

/** The next level down, in the order of the codes. */
export const placesUnder = (code: string): readonly string[] => children.get(code) ?? []

/** Every place, in the order of the codes. */
export const allPlaces = (): readonly string[] => [...names.keys()]
