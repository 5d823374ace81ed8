/** Values as people read them, by what their schema says they are. */
import type { StateValue } from 'xstate'
import type { z } from 'zod'
import { leavesOf, nodeAt } from '../../engine/chart.ts'
import { shanghaiTime } from '../../engine/clock.ts'
import type { Workflow } from '../../engine/definition.ts'
import type { Instance } from '../../engine/instance.ts'
import { shapeWithin, unwrap } from '../../engine/schema-layers.ts'
import type { Sealed } from '../../engine/sealed.ts'
import { placePath } from '../../workflows/places/places.ts'
import { type Language, say } from './language.ts'
import { roleTitle } from './sentences.ts'

/** Names of people and organisations by id, as far as the reader may know them. */
export type Names = ReadonlyMap<string, string>

/** Who reads: in which language, with which names, of which lifecycles. */
export type Reader = { language: Language; names: Names; workflows: readonly Workflow[] }

/** What people call a life: by its own label, or, where its lifecycle gives none, as the lifecycle is called. */
export const labelOf = (
  { workflow, data }: Pick<Instance, 'workflow' | 'data'>,
  language: Language,
): string | Sealed => {
  const label = workflow.label(data as never)
  return label === workflow.name ? say(workflow.title, language) : label
}

const CNY = new Intl.NumberFormat('zh-CN', { style: 'currency', currency: 'CNY' })

/** Fen as yuan, exactly: ¥12,000.00. */
const yuan = (fen: number): string => CNY.format(yuanDecimal(fen) as never)

/** Fen as a decimal number of yuan: 12000.00. */
export const yuanDecimal = (fen: number): string => {
  const digits = String(Math.abs(fen)).padStart(3, '0')
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

export const fieldText = (schema: z.ZodType, value: unknown, reader: Reader): string => {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value))
    return value.map(each => fieldText(schema, each, reader)).join(reader.language === 'zh' ? '；' : '; ')
  if (typeof value === 'object' && metaOf(schema).shows === 'file') return String((value as { name: string }).name)
  if (typeof value === 'object') return recordText(schema, value as Record<string, unknown>, reader)
  return scalarText(schema, value, reader)
}

const recordText = (schema: z.ZodType, value: Record<string, unknown>, reader: Reader): string => {
  const shape = shapeWithin(schema)
  return Object.entries(value)
    .map(([name, inner]) => {
      const inside = shape?.[name]
      return inside
        ? `${fieldTitle(inside, name, reader.language)} ${fieldText(inside, inner, reader)}`
        : `${name} ${String(inner)}`
    })
    .join(reader.language === 'zh' ? '，' : ', ')
}

const scalarText = (schema: z.ZodType, value: unknown, reader: Reader): string => {
  const { choices, shows } = metaOf(schema)
  const choice = choices?.[String(value)]
  if (choice) return say(choice, reader.language)
  if (typeof value === 'boolean') return say(value ? YES : NO, reader.language)
  const show = shows === undefined ? undefined : SHOWN[shows]
  return show ? show(value, reader) : (reader.names.get(String(value)) ?? String(value))
}

const YES = { zh: '是', en: 'yes' }
const NO = { zh: '否', en: 'no' }

const SHOWN: { [shows: string]: (value: unknown, reader: Reader) => string } = {
  fen: value => yuan(value as number),
  instant: value => shanghaiTime(String(value)),
  place: value => placePath(String(value)).join(''),
  role: (value, { language, workflows }) => {
    const naming = workflows.find(({ people }) => Object.hasOwn(people, String(value)))
    return say(roleTitle(String(value), naming), language)
  },
  state: (value, { language, workflows }) => {
    const workflow = workflows.find(each => nodeAt(each.chart, String(value)))
    return workflow ? pathTitle(workflow, String(value), language) : String(value)
  },
}

/** A field's meta: the outermost layer that says a thing wins. */
export const metaOf = (schema: z.ZodType): z.GlobalMeta =>
  Object.assign(
    {},
    ...unwrap(schema)
      .toReversed()
      .map(layer => layer.meta()),
  ) as z.GlobalMeta

export const fieldTitle = (schema: z.ZodType, name: string, language: Language): string =>
  metaOf(schema)[language] ?? name

/** `实施 · 活动开展`: the states' titles from the stage down; a bare leaf keeps its region's title before it. */
export const stateTitles = (
  workflow: Workflow,
  value: StateValue,
  language: Language,
): { path: string; title: string }[] =>
  leavesOf(value).map(path => ({ path, title: pathTitle(workflow, path, language) }))

export const pathTitle = (workflow: Workflow, path: string, language: Language): string => {
  const keys = path.split('.')
  const nodes = keys.map((_, depth) => nodeAt(workflow.chart, keys.slice(0, depth + 1).join('.')))
  const title = (index: number) => nodes[index]?.meta[language] ?? keys[index] ?? ''
  const region = nodes.findLastIndex((_, index) => nodes[index - 1]?.type === 'parallel')
  const own = keys.map((_, index) => index).filter(index => index > region)
  const bare = region >= 0 && (own.length === 0 || (own.length === 1 && !nodes.at(-1)?.states))
  return (bare ? [region, ...own] : own).map(title).join(' · ')
}
