/** A correction in the smallest lifecycle: no parallel states, the transitions spread into a state. */
import t from 'tap'
import { z } from 'zod'
import { correcting, noCorrections } from '../../engine/correction.ts'
import type { Corrections } from '../../engine/definition.ts'
import { explain } from '../../engine/explain.ts'
import { join, lifecycle, stage } from '../../engine/workflow.ts'
import { actor, idOf, lifeOf, TODAY } from '../support/given.ts'

const titled = (en: string) => ({ zh: en, en })
const cups = z.int().positive().meta(titled('Cups'))
const pot = z.int().positive().meta(titled('Pot'))
const reason = z.string().meta(titled('Reason'))
const nothing = z.strictObject({})

type Tea = { poured: Record<number, number>; price: number; corrections: Corrections }

const commands = {
  'open-shop': z.strictObject({ price: cups }).meta(titled('Open the shop')),
  'pour-tea': z.strictObject({ pot, cups }).meta(titled('Pour tea')),
  'taste-tea': z.strictObject({ pot }).meta(titled('Taste tea')),
  'close-shop': nothing.meta(titled('Close the shop')),
}
const events = {
  ShopOpened: commands['open-shop'].meta(titled('shop opened')),
  TeaPoured: commands['pour-tea'].meta(titled('tea poured')),
  TeaTasted: commands['taste-tea'].meta(titled('tea tasted')),
  ShopClosed: nothing.meta(titled('shop closed')),
}

const { correct, corrections } = correcting<Tea>()(events, reason)
const corrected = corrections(
  correct('correct-pouring', {
    ...titled('pouring'),
    of: ['TeaPoured'],
    at: 'pot',
    fields: ['cups'],
    event: 'PouringCorrected',
    by: [{ anyone: true }],
    rules: {
      potIsPoured: {
        reads: ['pot'],
        ...titled('There is no such pot.'),
        holds: ({ data }, { pot }) => data.poured[pot] !== undefined,
      },
    },
    apply: (data, { pot, cups }) => ({ ...data, poured: { ...data.poured, [pot]: cups ?? 0 } }),
  }),
  correct('correct-price', {
    ...titled('price'),
    of: ['ShopOpened'],
    fields: ['price'],
    event: 'PriceCorrected',
    by: [{ anyone: true }],
    second: [{ anyone: true }],
    rules: {
      nothingIsPoured: {
        ...titled('Tea was sold at this price; give money back.'),
        holds: ({ data }) => Object.keys(data.poured).length === 0,
      },
      priceIsFair: { reads: ['price'], ...titled('Too dear.'), holds: (_, { price = 0 }) => price < 100 },
    },
    apply: (data, { price }) => ({ ...data, price: price ?? data.price }),
  }),
)

const shop = stage<Tea, Record<never, never>>()({
  commands,
  events,
  rules: {},
  evolve: {
    ShopOpened: (data, { price }) => ({ ...data, price }),
    TeaPoured: (data, { pot, cups }) => ({ ...data, poured: { ...data.poured, [pot]: cups } }),
    TeaTasted: data => data,
    ShopClosed: data => data,
  },
  permits: {
    'open-shop': [{ anyone: true }],
    'pour-tea': [{ anyone: true }],
    'taste-tea': [{ anyone: true }],
    'close-shop': [{ anyone: true }],
  },
  apart: [
    { ...titled('Who poured does not taste.'), did: ['TeaPoured'], same: 'pot', mayNot: ['taste-tea'] },
    { ...titled('The neighbour opens no shop.'), belongsTo: 'next-door', mayNot: ['open-shop'] },
  ],
})

const tea = lifecycle<Tea>()({
  ...join(shop, corrected),
  name: 'tea-shop',
  title: titled('Tea shop'),
  about: titled('A shop, from its opening to its end.'),
  version: 1,
  start: { poured: {}, price: 0, corrections: noCorrections },
  roles: {},
  consults: {},
  place: () => '4201',
  within: { 'next-door': () => idOf(9) },
  sees: [{ anyone: true }],
  chart: {
    initial: 'blank',
    states: {
      blank: { meta: titled('blank'), on: { 'open-shop': { target: 'open', actions: 'ShopOpened' } } },
      open: {
        meta: titled('open'),
        on: {
          ...corrected.on,
          'pour-tea': { actions: 'TeaPoured' },
          'taste-tea': { actions: 'TeaTasted' },
          'close-shop': { target: 'closed', actions: 'ShopClosed' },
        },
      },
      closed: { type: 'final', meta: titled('closed') },
    },
  },
})

const [one, two] = [actor(idOf(11)), actor(idOf(12))]
const neighbour = actor(idOf(13), [{ role: 'chair', organisation: idOf(9) }])
const open = () => lifeOf(tea).given([one, 'open-shop', { price: 12 }])

t.test('the event says the entry anew, and the engine knows which entry that is', async t => {
  const life = open().given([one, 'pour-tea', { pot: 1, cups: 3 }], [one, 'pour-tea', { pot: 2, cups: 4 }])
  t.same(life.when(two, 'correct-pouring', { pot: 1, reason: 'spilt' }), {
    refused: 'refused',
    unmet: ['correctPouringSaysWhat'],
  })
  life.given([two, 'correct-pouring', { pot: 1, cups: 2, reason: 'spilt' }])
  t.match(life.data, { poured: { 1: 2, 2: 4 } })
  t.equal(life.instance.entries.get('TeaPoured|pot=1'), 1, 'the entry stays where it is')
})

t.test(
  'who corrects counts as who made it, who made it still does, and who may not make it may not correct it',
  async t => {
    const life = open().given(
      [one, 'pour-tea', { pot: 1, cups: 3 }],
      [two, 'correct-pouring', { pot: 1, cups: 2, reason: 'spilt' }],
    )
    for (const by of [one, two]) t.match(life.when(by, 'taste-tea', { pot: 1 }), { refused: 'kept-apart' })
    t.match(life.when(two, 'taste-tea', { pot: 2 }), { events: [{ type: 'TeaTasted' }] })
    const proposed = open().given([one, 'correct-price', { price: 11, reason: 'misread' }])
    for (const [command, input] of [
      ['correct-price', { price: 1, reason: 'cheap' }],
      ['approve-price-correction', { correction: 1 }],
      ['reject-correction', { correction: 1, reason: 'no' }],
    ] as const)
      t.match(proposed.when(neighbour, command, input), { refused: 'kept-apart' }, command)
  },
)

t.test('one waits at a time, and is judged again when a second person approves it', async t => {
  const life = open().given([one, 'correct-price', { price: 11, reason: 'misread' }])
  t.match(life.when(two, 'correct-price', { price: 10, reason: 'again' }), { unmet: ['noCorrectionIsOpen'] })
  t.match(life.when(one, 'approve-price-correction', { correction: 1 }), { refused: 'kept-apart' })
  life.given([one, 'pour-tea', { pot: 1, cups: 3 }])
  t.match(life.when(two, 'approve-price-correction', { correction: 1 }), { unmet: ['nothingIsPouredStill'] })
  const other = open().given([one, 'correct-price', { price: 11, reason: 'misread' }])
  t.same(other.when(two, 'approve-price-correction', { correction: 1 }), {
    events: [{ type: 'PriceCorrected', data: { correction: 1, price: 11, reason: 'misread' } }],
  })
  t.match(other.data, { price: 11, corrections: { proposed: 1, open: undefined } })
})

t.test('it is explained before any form is filled, also where nothing waits', async t => {
  const { instance } = open().given([one, 'pour-tea', { pot: 1, cups: 3 }])
  const said = new Map(
    explain(instance, { actor: two, lives: {}, now: '', today: TODAY }).map(each => [each.command, each]),
  )
  t.match(said.get('correct-pouring'), { status: 'depends' })
  t.match(said.get('correct-price'), { status: 'refused', reasons: [{ rule: 'nothingIsPoured' }] })
  t.match(said.get('approve-price-correction'), { status: 'refused' })
})
