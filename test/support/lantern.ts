/** A lantern as three versions of its lifecycle know it: what one kind of event says has changed its shape twice. */
import { z } from 'zod'
import type { Workflow } from '../../engine/definition.ts'
import { lifecycle } from '../../engine/workflow.ts'
import { place } from '../../workflows/places/place-field.ts'
import { over, roles } from '../../workflows/roles.ts'

const title = (zh: string, en: string) => ({ zh, en })
const oil = z.int().meta(title('灯油（升）', 'Oil in litres'))
const ml = z.int().meta(title('灯油（毫升）', 'Oil in millilitres'))
const by = z.string().meta(title('经手', 'By whom'))
const hung = z.strictObject({ place }).meta(title('挂起', 'Hang'))
const down = z.strictObject({}).meta(title('取下', 'Take down'))

const frame = {
  name: 'lantern',
  title: title('灯笼', 'Lantern'),
  about: title('挂起，添油。', 'Hung up and filled.'),
  version: 1,
  roles,
  rules: {},
  consults: {},
  chart: {
    initial: 'none',
    states: {
      none: { meta: title('未挂', 'none'), on: { hang: { target: 'hung', actions: 'Hung' } } },
      hung: {
        meta: title('已挂', 'hung'),
        on: { fill: { actions: 'Filled' }, 'take-down': { target: 'down', actions: 'TakenDown' } },
      },
      down: { type: 'final', meta: title('已取下', 'down') },
    },
  },
  permits: { hang: over('street', 'bureau'), fill: over('street', 'bureau'), 'take-down': over('street', 'bureau') },
  sees: over('street', 'bureau'),
  label: () => 'lantern',
} as const

type Lantern = { place: string; ml: number; by: readonly string[] }
const start: Lantern = { place: '', ml: 0, by: [] }
const placeOf = (data: Lantern, command?: { type: string; data: object }) =>
  command && 'place' in command.data ? String(command.data.place) : data.place || undefined

/** Filled by the litre. */
const first = () => {
  const filled = z.strictObject({ oil }).meta(title('添油', 'Fill'))
  return lifecycle<Lantern>()({
    ...frame,
    start,
    place: placeOf,
    commands: { hang: hung, fill: filled, 'take-down': down },
    events: { Hung: hung, Filled: filled, TakenDown: down },
    evolve: {
      Hung: (data, { place }) => ({ ...data, place }),
      TakenDown: data => data,
      Filled: (data, { oil }) => ({ ...data, ml: data.ml + 1_000 * oil }),
    },
  })
}

const toMillilitres = ({ oil }: { oil: number }) => ({ ml: 1_000 * oil })

/** By the millilitre. */
const second = () => {
  const filled = z.strictObject({ ml }).meta(title('添油', 'Fill'))
  return lifecycle<Lantern>()({
    ...frame,
    start,
    place: placeOf,
    version: 2,
    commands: { hang: hung, fill: filled, 'take-down': down },
    events: { Hung: hung, Filled: filled, TakenDown: down },
    lifts: { Filled: [toMillilitres] },
    evolve: {
      Hung: (data, { place }) => ({ ...data, place }),
      TakenDown: data => data,
      Filled: (data, { ml }) => ({ ...data, ml: data.ml + ml }),
    },
  })
}

const bySomebody = ({ ml }: { ml: number }) => ({ ml, by: '未记录' })

/** And by whom. */
const third = () => {
  const filled = z.strictObject({ ml, by }).meta(title('添油', 'Fill'))
  return lifecycle<Lantern>()({
    ...frame,
    start,
    place: placeOf,
    version: 3,
    commands: { hang: hung, fill: filled, 'take-down': down },
    events: { Hung: hung, Filled: filled, TakenDown: down },
    lifts: { Filled: [toMillilitres, bySomebody] },
    evolve: {
      Hung: (data, { place }) => ({ ...data, place }),
      TakenDown: data => data,
      Filled: (data, { ml, by }) => ({ ...data, ml: data.ml + ml, by: [...data.by, by] }),
    },
  })
}

export const lanterns: readonly [Workflow, Workflow, Workflow] = [first(), second(), third()]
