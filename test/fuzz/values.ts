/** Values that fit, values that do not, and what chance does to a value that fitted. */
import type { Parameter } from './document.ts'
import type { Random } from './random.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

const nested = (depth: number, wrap: (inner: Json) => Json): Json => {
  let value: Json = 1
  for (let level = 0; level < depth; level++) value = wrap(value)
  return value
}

/** Texts that somewhere, once, were taken for something else than text. */
export const HOSTILE_TEXTS = [
  '',
  ' ',
  '0',
  'null',
  '\u0000',
  'a\u0000b',
  '\u202e倒',
  '\ufeff',
  '\ud800',
  '字'.repeat(300),
  'é'.normalize('NFD').repeat(200),
  '𠀀𠀁',
  '👩‍👩‍👧',
  'A'.repeat(70_000),
  "'; DROP TABLE log.events; --",
  '$1',
  '%s%n',
  '{{7*7}}',
  '#{7*7}',
  '<script>alert(1)</script>',
  '=HYPERLINK("http://127.0.0.1")',
  '@SUM(1)',
  '../../../../etc/passwd',
  '..%2f..%2f',
  'C:\\CON',
  '__proto__',
  'constructor',
  'toString',
  '2026-02-30',
  '9999-12-31',
  '0000-01-01',
  '-0001-01-01',
  '2026-03-05T00:00:00+24:00',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  'system:founder',
  '420106',
  '4201060120210',
  '武汉市武昌区',
  'NaN',
  '-1',
  '1e309',
  '٣',
  '\r\nSet-Cookie: a=b',
] as const

/** The shape of a sealed value, of somebody's who is none. */
const SEALED = { key: 'person:00000000-0000-8000-8000-000000000001', nonce: 'AAAAAAAAAAAAAAAA', ciphertext: 'AAAA' }

const HOSTILE: readonly (() => Json)[] = [
  ...HOSTILE_TEXTS.map(text => () => text),
  ...[0, -0, -1, 0.5, 1e-7, 1e21, 2 ** 31, 2 ** 53, -(2 ** 63), Number.MAX_VALUE].map(number => () => number),
  ...[null, true, false, [], {}, [[]], [null], { length: 1 }, { toString: 1 }, SEALED].map(
    value => () => value as Json,
  ),
  () => nested(400, inner => [inner]),
  () => nested(400, inner => ({ inner })),
  () => Array.from({ length: 3_000 }, (_, index) => index),
  () => Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`key${index}`, index])),
]

export const hostile = (random: Random): Json => random.pick(HOSTILE)()

const isTree = (value: Json): value is readonly Json[] | { readonly [key: string]: Json } =>
  value !== null && typeof value === 'object'

/** One place somewhere in a value, changed. */
export const mutated = (random: Random, value: Json): Json => {
  if (!isTree(value) || random.percent(10)) return changed(random, value)
  if (Array.isArray(value)) return mutatedList(random, value)
  const entries = Object.entries(value)
  if (entries.length === 0 || random.percent(15))
    return { ...value, [String(random.pick(HOSTILE_TEXTS))]: hostile(random) }
  const [name] = random.pick(entries)
  if (random.percent(20)) return Object.fromEntries(entries.filter(([each]) => each !== name))
  return Object.fromEntries(entries.map(([each, inner]) => [each, each === name ? mutated(random, inner) : inner]))
}

const mutatedList = (random: Random, list: readonly Json[]): Json => {
  if (list.length === 0 || random.percent(20)) return [...list, hostile(random)]
  if (random.percent(30)) return Array.from({ length: 1 + random.below(300) }, () => list[0] as Json)
  const at = random.below(list.length)
  return list.map((inner, index) => (index === at ? mutated(random, inner) : inner))
}

const changed = (random: Random, value: Json): Json =>
  random.pick<() => Json>([
    () => hostile(random),
    () => [value],
    () => ({ value }),
    () => String(value),
    () => (typeof value === 'number' ? -value : hostile(random)),
    () => (typeof value === 'string' ? value + random.pick(HOSTILE_TEXTS) : hostile(random)),
  ])()

/** A parameter's value as text: one that its schema allows, as far as a schema of a query string says. */
export const fitting = (
  random: Random,
  { name, schema }: Parameter,
  known: { ids: readonly string[]; positions: readonly string[] },
): string => {
  const choices = (schema.enum ?? schema.examples) as readonly unknown[] | undefined
  if (choices) return String(random.pick(choices))
  if (schema.format === 'uuid') return random.pick(known.ids)
  if (schema.type === 'integer') return String(1 + random.below(Number(schema.maximum ?? 100)))
  if (/after|asOf/i.test(name)) return random.pick(known.positions)
  return random.pick(['420106', '420106012021', '2026', '武昌区', random.pick(known.ids)])
}
