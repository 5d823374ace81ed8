import t from 'tap'
import { z } from 'zod'
import { all, type Workflow } from '../engine/definition.ts'
import { fingerprint, sealed, sealedElsewhere } from '../engine/sealed.ts'
import { checkSharedKeys } from '../engine/sealing-check.ts'
import { everywhere, join, lifecycle, stage } from '../engine/workflow.ts'

/** A kettle of tea: small, valid, and with one of everything a definition can have. */
const cups = z.int().positive().meta({ zh: '杯数', en: 'Cups' })
const nothing = z.strictObject({})
const titled = (en: string) => ({ zh: en, en })

const tea = () => ({
  name: 'tea-round',
  title: titled('Tea round'),
  about: titled('A kettle, from the tap to the last cup.'),
  version: 1,
  start: { cups: 0 },
  commands: {
    'boil-water': z.strictObject({ cups }).meta(titled('Boil water')),
    'pour-cup': z.strictObject({ cups }).meta(titled('Pour a cup')),
    'wash-up': nothing.meta(titled('Wash up')),
  },
  events: {
    WaterBoiled: z.strictObject({ cups }).meta(titled('water boiled')),
    CupPoured: z.strictObject({ cups }).meta(titled('cup poured')),
    WashedUp: nothing.meta(titled('washed up')),
  },
  rules: {
    enoughWater: {
      of: 'pour-cup',
      reads: ['cups'],
      ...titled('There is not enough water.'),
      holds: ({ data }: Facts, input: Facts['data']) => input.cups <= data.cups,
    },
  },
  records: {},
  evolve: {
    WaterBoiled: (_: Facts['data'], event: Facts['data']) => ({ cups: event.cups }),
    CupPoured: (data: Facts['data'], event: Facts['data']) => ({ cups: data.cups - event.cups }),
    WashedUp: (data: Facts['data']) => data,
  },
  permits: {
    'boil-water': [{ role: 'host', over: 'place' }],
    'pour-cup': [{ role: 'host', in: 'house' }],
    'wash-up': [{ anyone: true }, { system: 'deadlines' }],
  },
  roles: { host: titled('host'), steward: titled('steward') },
  consults: { kettle: () => ({ workflow: 'kettle', id: undefined }) },
  place: () => '4201',
  within: { house: () => 'house' },
  sees: [{ anyone: true }],
  apart: [{ ...titled('Who boiled does not wash up.'), did: ['WaterBoiled'], mayNot: ['wash-up'] }],
  deadlines: {
    coldTea: {
      ...titled('The tea is getting cold.'),
      in: 'hot.full',
      after: { days: 3 },
      ladder: [
        { at: { before: 1 }, remind: 'host' },
        { at: 0, escalate: 'steward' },
        { at: { after: 2 }, act: 'wash-up' },
      ],
    },
  },
  chart: {
    initial: 'cold',
    states: {
      cold: { meta: titled('cold'), on: { 'boil-water': { target: 'hot', actions: 'WaterBoiled' } } },
      hot: {
        meta: { ...titled('hot'), next: ['host'] },
        initial: 'full',
        on: { 'wash-up': { target: 'clean', actions: 'WashedUp' } },
        states: {
          full: {
            meta: titled('full'),
            on: { 'pour-cup': { target: 'poured', guard: all('enoughWater'), actions: 'CupPoured' } },
          },
          poured: { meta: titled('poured') },
        },
      },
      clean: { type: 'final', meta: titled('clean') },
    },
  },
})
type Facts = { data: { cups: number } }

// biome-ignore lint/suspicious/noExplicitAny: each case puts in what the types forbid, as a file or plain JavaScript could
type Loose = any
type Change = (words: Loose) => unknown

const define = (change: Change = () => {}): Workflow => {
  const words: Loose = tea()
  change(words)
  return lifecycle<Loose, Loose>()(words)
}

/** Two regions active at once, each with a leaf of its own. */
const sideBySide = (on: object) => ({
  type: 'parallel',
  meta: titled('both'),
  on: { 'wash-up': { target: 'clean', actions: 'WashedUp' } },
  states: {
    left: { meta: titled('left'), on },
    right: { meta: titled('right'), on },
  },
})

const correctedCup = (change: object) => [
  { entries: ['WaterBoiled'], event: 'CupPoured', made: 'CupPoured', commands: ['pour-cup'], ...change },
]
const wayOf = (words: Loose) => words.chart.states.hot.states.full.on['pour-cup']
const withField = (field: z.ZodType) => z.strictObject({ cups: field }).meta(titled('Pour a cup'))
/** Another field in the command and in what it records. */
const inBoth = (w: Loose, field: z.ZodType) => {
  w.commands['pour-cup'] = withField(field)
  w.events.CupPoured = withField(field)
}
const PERSONAL = `command 'pour-cup', field 'cups' is personal; names, phones and id numbers stand only in 'person', everywhere else stands the person's id`

const refusals: Record<string, Record<string, [Change, string]>> = {
  names: {
    'a workflow not in kebab-case': [w => (w.name = 'TeaRound'), 'its name must be kebab-case'],
    'a command not in kebab-case': [
      w => (w.commands.washUp = w.commands['wash-up']),
      `command 'washUp' must be kebab-case, imperative`,
    ],
    'an event not in PascalCase': [
      w => (w.events['washed-up'] = w.events.WashedUp),
      `event 'washed-up' must be PascalCase, past tense`,
    ],
    'a state with a dot': [
      w => (w.chart.states['half.full'] = { meta: titled('half') }),
      `state 'half.full' must be named with letters, digits and hyphens`,
    ],
  },
  messages: {
    'an event without fold': [w => delete w.evolve.CupPoured, `event 'CupPoured' has no fold: add it to evolve`],
    'a fold without event': [w => (w.evolve.Spilt = () => ({})), `evolve folds 'Spilt', which is no event`],
    'a lift without event': [w => (w.lifts = { Spilt: [] }), `lifts names 'Spilt', which is no event`],
    'a command without title': [
      w => (w.commands['wash-up'] = z.strictObject({})),
      `command 'wash-up' has no title: give it .meta({ zh, en })`,
    ],
    'an event without Chinese title': [
      w => (w.events.WashedUp = z.strictObject({}).meta({ en: 'washed up' })),
      `event 'WashedUp' has no title: give it .meta({ zh, en })`,
    ],
    'a field without title': [
      w => (w.commands['pour-cup'] = z.strictObject({ cups: z.int() }).meta(titled('Pour'))),
      `command 'pour-cup', field 'cups' has no title: give it .meta({ zh, en })`,
    ],
    'a field inside a list without title': [
      w => (w.commands['pour-cup'] = withField(z.array(z.strictObject({ of: z.int() })).meta(titled('Cups')))),
      `command 'pour-cup', field 'cups.of' has no title: give it .meta({ zh, en })`,
    ],
    'a loose schema': [
      w => (w.commands['pour-cup'] = z.object({ cups }).meta(titled('Pour'))),
      `command 'pour-cup' must be a z.strictObject, so that unknown fields are refused`,
    ],
    'a loose schema inside a list': [
      w => (w.commands['pour-cup'] = withField(z.array(z.object({ of: cups })).meta(titled('Cups')))),
      `command 'pour-cup', field 'cups' must be a z.strictObject, so that unknown fields are refused`,
    ],
    'a personal field outside person': [
      w => (w.commands['pour-cup'] = withField(z.string().meta({ ...titled('For'), personal: 'name' }))),
      PERSONAL,
    ],
    'a personal field in a list': [
      w => (w.commands['pour-cup'] = withField(z.array(z.string().meta({ personal: 'name' })).meta(titled('For')))),
      PERSONAL,
    ],
    'a personal field in a choice': [
      w =>
        (w.commands['pour-cup'] = withField(
          z.union([z.int(), z.string().optional().meta({ personal: 'name' })]).meta(titled('For')),
        )),
      PERSONAL,
    ],
  },
  'what a rebuilt instance never runs': {
    ...Object.fromEntries(
      ['always', 'after', 'invoke', 'history', 'entry', 'exit', 'output', 'tags'].map(key => [
        key,
        [
          (w: Loose) => (w.chart.states.hot[key] = [{ target: 'clean' }]),
          `state 'hot' has '${key}', which an instance rebuilt from its events never runs`,
        ] as [Change, string],
      ]),
    ),
    'always at the root': [
      w => (w.chart.always = { target: '.clean' }),
      `the chart has 'always', which an instance rebuilt from its events never runs`,
    ],
    'context at the root': [
      w => (w.chart.context = { cups: 0 }),
      `the chart has 'context', which an instance rebuilt from its events never runs`,
    ],
    'a history state': [
      w => (w.chart.states.hot.states.before = { type: 'history', meta: titled('before') }),
      `state 'hot.before' is a history state, which an instance rebuilt from its events does not have`,
    ],
    'assign, as XState writes it': [
      w => (wayOf(w).actions = Object.assign(() => {}, { type: 'xstate.assign' })),
      `chart.states.hot.states.full.on.pour-cup.actions holds a function: the chart is plain data, name rules and events instead`,
    ],
    'assign, as JSON': [
      w => (wayOf(w).actions = { type: 'xstate.assign' }),
      `state 'hot.full', command 'pour-cup' records 'xstate.assign', which is no event`,
    ],
    'an inline guard': [
      w => (wayOf(w).guard = () => true),
      `chart.states.hot.states.full.on.pour-cup.guard holds a function: the chart is plain data, name rules and events instead`,
    ],
    'a guard of another kind': [
      w => (wayOf(w).guard = { type: 'not', params: ['enoughWater'] }),
      `state 'hot.full', command 'pour-cup' has a guard that is not all(…) of named rules`,
    ],
    'a transition that re-enters': [
      w => (wayOf(w).reenter = true),
      `state 'hot.full', command 'pour-cup' has 'reenter', which an instance rebuilt from its events never runs`,
    ],
    'a guarded onDone': [
      w => (w.chart.states.hot.onDone = { target: 'clean', guard: 'enoughWater' }),
      `state 'hot' has an onDone with 'guard': it may only name its target, nothing is decided there`,
    ],
    'an onDone that acts': [
      w => (w.chart.states.hot.onDone = { target: 'clean', actions: 'WashedUp' }),
      `state 'hot' has an onDone with 'actions': it may only name its target, nothing is decided there`,
    ],
    'a wildcard': [
      w => (w.chart.states.hot.on['*'] = { actions: 'WashedUp' }),
      `state 'hot' has the wildcard '*': name each command`,
    ],
  },
  'states and ways': {
    'a chart without a beginning': [w => delete w.chart.initial, 'the chart has no initial state'],
    'a chart that begins nowhere': [
      w => (w.chart.initial = 'tepid'),
      `the chart begins in 'tepid', which is no state inside it`,
    ],
    'a chart that is itself parallel': [
      w => Object.assign(w.chart, { type: 'parallel', initial: undefined }),
      'the chart itself is parallel: wrap its regions in a state, beside the ends',
    ],
    'a state without beginning inside': [
      w => delete w.chart.states.hot.initial,
      `state 'hot' has states inside but no initial one`,
    ],
    'a state without title': [
      w => (w.chart.states.clean.meta = { en: 'clean' }),
      `state 'clean' has no title: give it meta { zh, en }`,
    ],
    'an unknown target': [
      w => (wayOf(w).target = 'spilt'),
      `the chart does not hold together: Invalid transition definition for state node 'tea-round.hot.full': Child state 'spilt' does not exist on 'tea-round.hot'`,
    ],
    'an unknown target of onDone': [
      w => (w.chart.states.hot.onDone = { target: 'spilt' }),
      `the chart does not hold together: Invalid transition definition for state node 'tea-round.hot': Child state 'spilt' does not exist on 'tea-round'`,
    ],
    'an unknown id': [
      w => (wayOf(w).target = '#spilt'),
      `the chart does not hold together: Child state node '#spilt' does not exist on machine 'tea-round'`,
    ],
    'one id for two states': [
      w => {
        w.chart.states.hot.id = 'stage'
        w.chart.states.clean.id = 'stage'
      },
      `state 'clean' has the id 'stage', and so has 'hot'`,
    ],
    'a state nothing leads to': [
      w => (w.chart.states.spilt = { type: 'final', meta: titled('spilt') }),
      `state 'spilt' cannot be reached`,
    ],
    'a state without a way to an end': [
      w => {
        w.chart.states.spilt = { meta: titled('spilt') }
        wayOf(w).target = '#tea-round.spilt'
        delete w.chart.states.hot.states.poured
      },
      `state 'spilt' cannot reach an end: no way from it leads to a final state of the chart`,
    ],
    'a final state that answers': [
      w => (w.chart.states.clean.on = { 'pour-cup': { actions: 'CupPoured' } }),
      `state 'clean' is final and yet answers to commands`,
    ],
    'a final state that takes back a text and goes on': [
      w => {
        w.redacts = 'CupPoured'
        w.chart.states.clean.on = { 'pour-cup': { target: 'hot', actions: 'CupPoured' } }
      },
      `state 'clean' is final and yet answers to commands`,
    ],
    'a final state that is told something and goes on': [
      w => {
        w.permits['pour-cup'] = [{ system: 'pour-when-asked' }]
        w.chart.states.clean.on = { 'pour-cup': { target: 'hot', actions: 'CupPoured' } }
      },
      `state 'clean' is final and yet answers to commands`,
    ],
    'a final state that is told something, or asked by somebody': [
      w => {
        w.permits['pour-cup'].push({ system: 'pour-when-asked' })
        w.chart.states.clean.on = { 'pour-cup': { actions: 'CupPoured' } }
      },
      `state 'clean' is final and yet answers to commands`,
    ],
    'a state that waits for nobody known': [
      w => (w.chart.states.hot.meta.next = ['butler']),
      `state 'hot' waits for 'butler', which is no role and none of its people`,
    ],
    'a transition that records nothing': [
      w => delete wayOf(w).actions,
      `state 'hot.full', command 'pour-cup' records nothing: name the event in actions`,
    ],
    'an empty list of events': [
      w => (wayOf(w).actions = []),
      `state 'hot.full', command 'pour-cup' records nothing: name the event in actions`,
    ],
    'two start commands': [
      w => (w.chart.states.cold.on['pour-cup'] = { actions: 'CupPoured' }),
      `the initial state must accept exactly one command, the start; it accepts 2: boil-water, pour-cup`,
    ],
    'a start command at the root': [
      w => {
        w.chart.on = w.chart.states.hot.on
        w.chart.on['wash-up'].target = '.clean'
        delete w.chart.states.hot.on
      },
      `the initial state must accept exactly one command, the start; it accepts 2: wash-up, boil-water`,
    ],
  },
  commands: {
    'a command in a state and in its ancestor': [
      w => (w.chart.states.hot.states.poured.on = { 'wash-up': { actions: 'WashedUp' } }),
      `command 'wash-up' is in 'hot' and again in 'hot.poured' inside it: a refused child would fall through to the parent`,
    ],
    'a command at the root and in a state': [
      w => (w.chart.on = { 'wash-up': { target: '.clean', actions: 'WashedUp' } }),
      `command 'wash-up' is at the root and again in 'hot': a refused child would fall through to the parent`,
    ],
    'a command in two parallel regions': [
      w => (w.chart.states.hot = sideBySide({ 'pour-cup': { actions: 'CupPoured' } })),
      `command 'pour-cup' is in 'hot.left' and in 'hot.right', which are active at once: only one may answer`,
    ],
    'a command in no state': [w => delete w.chart.states.hot.on, `command 'wash-up' is in no state's 'on'`],
    'an unknown command': [
      w => (w.chart.states.hot.on['break-cup'] = { actions: 'WashedUp' }),
      `state 'hot' answers to 'break-cup', which is no command`,
    ],
    'a command without permit': [
      w => delete w.permits['wash-up'],
      `command 'wash-up' has no permit: say who may send it`,
    ],
    'a command with an empty list of permits': [
      w => (w.permits['wash-up'] = []),
      `command 'wash-up' has no permit: say who may send it`,
    ],
  },
  events: {
    'an unknown event': [
      w => (wayOf(w).actions = 'CupDrunk'),
      `state 'hot.full', command 'pour-cup' records 'CupDrunk', which is no event`,
    ],
    'an event never recorded': [
      w => {
        w.events.CupDrunk = w.events.CupPoured
        w.evolve.CupDrunk = w.evolve.CupPoured
      },
      `event 'CupDrunk' is recorded by no transition`,
    ],
    'an event of another shape without builder': [
      w => (w.events.CupPoured = nothing.meta(titled('cup poured'))),
      `state 'hot.full', command 'pour-cup' records 'CupPoured' with fields (), but the command has (cups): add a builder to records`,
    ],
    'an event with a field of another kind': [
      w => (w.events.CupPoured = z.strictObject({ cups: z.string().meta(titled('Cups')) }).meta(titled('cup poured'))),
      `state 'hot.full', command 'pour-cup' records 'CupPoured', whose field 'cups' is not what the command has: add a builder to records`,
    ],
    'an event whose field may be left out': [
      w => (w.commands['pour-cup'] = withField(cups.optional())),
      `state 'hot.full', command 'pour-cup' records 'CupPoured', whose field 'cups' is not what the command has: add a builder to records`,
    ],
    'a builder of no event': [
      w => (w.records.CupDrunk = () => ({})),
      `records builds 'CupDrunk', which no transition records`,
    ],
  },
  rules: {
    'an unknown rule': [
      w => (wayOf(w).guard = all('hotEnough')),
      `state 'hot.full', command 'pour-cup' is guarded by 'hotEnough', which is no rule`,
    ],
    'a rule on another command': [
      w => (w.chart.states.hot.on['wash-up'].guard = all('enoughWater')),
      `state 'hot', command 'wash-up' is guarded by 'enoughWater', a rule of 'pour-cup'`,
    ],
    'a rule that guards nothing': [w => delete wayOf(w).guard, `rule 'enoughWater' guards no transition`],
    'a rule without reason': [w => (w.rules.enoughWater.zh = ''), `rule 'enoughWater' has no reason in both languages`],
    'a rule of no command': [
      w => (w.rules.enoughWater.of = ['pour-cup', 'drink-cup']),
      `rule 'enoughWater' names 'drink-cup', which is no command`,
    ],
    'a rule met by no command': [
      w => (w.rules.enoughWater.metBy = ['fetch-water']),
      `rule 'enoughWater', metBy, names 'fetch-water', which is no command`,
    ],
    'a rule that reads what is not there': [
      w => (w.rules.enoughWater.reads = ['milk']),
      `rule 'enoughWater' reads 'milk', which 'pour-cup' does not have`,
    ],
    'a rule of every command that reads input': [
      w => (w.rules.enoughWater.of = '*'),
      `rule 'enoughWater' reads input, so it must be of one command`,
    ],
  },
  'permits and pairs': {
    'a permit for no command': [
      w => (w.permits['drink-cup'] = [{ anyone: true }]),
      `permits names 'drink-cup', which is no command`,
    ],
    'a permit of no role': [
      w => (w.permits['boil-water'][0].role = 'butler'),
      `permit of 'boil-water' names 'butler', which is no role`,
    ],
    'a permit in no organisation': [
      w => (w.permits['pour-cup'][0].in = 'hotel'),
      `permit of 'pour-cup' is in 'hotel', which 'within' does not give`,
    ],
    'a permit of people who are not there': [
      w => (w.permits['pour-cup'] = [{ named: 'guest' }]),
      `permit of 'pour-cup' is for 'guest', whom 'people' does not give`,
    ],
    'a reader among people who are not there': [
      w => (w.sees = [{ named: 'guest' }]),
      `sees is for 'guest', whom 'people' does not give`,
    ],
    'a reader of the whole who reads nothing': [
      w => (w.seesWhole = [{ self: true }]),
      `seesWhole has the permit {"self":true}, which is not among those of 'sees'`,
    ],
    'a reader impartial in what is not there': [
      w => (w.sees = [{ role: 'host', over: 'place', impartial: 'guests' }]),
      `sees is impartial in 'guests', which 'impartial' does not give`,
    ],
    'a sender who is to be impartial': [
      w => {
        w.impartial = { guests: { ...titled('guests'), where: () => true, of: 'wash-up' } }
        w.permits['pour-cup'] = [{ role: 'host', over: 'place', impartial: 'guests' }]
      },
      `permit of 'pour-cup' is impartial in 'guests': that is for what is read`,
    ],
    'impartial in no command': [
      w => {
        w.impartial = { guests: { ...titled('guests'), where: () => true, of: 'sing' } }
        w.sees = [{ role: 'host', over: 'place', impartial: 'guests' }]
      },
      `impartial 'guests' names 'sing', which is no command`,
    ],
    'people without title': [
      w => (w.people = { guest: { zh: '客人', who: () => [] } }),
      `people 'guest' has no title: give it { zh, en }`,
    ],
    'people called as the engine calls others': [
      w => (w.people = { self: { ...titled('self'), who: () => [] } }),
      `people 'self' is a name of the engine's own`,
    ],
    'an event for a few that is none': [
      w => (w.confidential = { TeaSpilt: [{ anyone: true }] }),
      `confidential names 'TeaSpilt', which is no event`,
    ],
    'an event for a few of no role': [
      w => (w.confidential = { CupPoured: [{ role: 'butler', over: 'place' }] }),
      `confidential 'CupPoured' names 'butler', which is no role`,
    ],
    'texts taken back by no event': [
      w => (w.redacts = 'TextRedacted'),
      `redacts names 'TextRedacted', which is no event`,
    ],
    'texts taken back by an event that does not say which': [
      w => (w.redacts = 'CupPoured'),
      `redacts names 'CupPoured', which does not say its 'revision'`,
    ],
    'a reader of no role': [
      w => (w.sees = [{ role: 'butler', over: 'place' }]),
      `sees names 'butler', which is no role`,
    ],
    'a pair without reason': [
      w => (w.apart[0].zh = ''),
      `apart 'Who boiled does not wash up.' has no reason in both languages`,
    ],
    'a pair with no command': [
      w => (w.apart[0].mayNot = ['drink-cup']),
      `apart 'Who boiled does not wash up.' names 'drink-cup', which is no command`,
    ],
    'a pair with no event': [
      w => (w.apart[0].did = ['CupDrunk']),
      `apart 'Who boiled does not wash up.' names 'CupDrunk', which is no event`,
    ],
    'a pair that compares what the event lacks': [
      w => (w.apart[0].same = 'milk'),
      `apart 'Who boiled does not wash up.' compares 'milk', which 'WaterBoiled' does not have`,
    ],
    'a pair that compares what the command lacks': [
      w => (w.apart[0].same = 'cups'),
      `apart 'Who boiled does not wash up.' compares 'cups', which 'wash-up' does not have`,
    ],
    'a pair looking into a life not consulted': [
      w => Object.assign(w.apart[0], { inLife: 'stove' }),
      `apart 'Who boiled does not wash up.' looks into 'stove', which is not consulted`,
    ],
    'a pair of no organisation': [
      w => (w.apart = [{ ...titled('Guests do not wash up.'), belongsTo: 'hotel', mayNot: ['wash-up'] }]),
      `apart 'Guests do not wash up.' belongs to 'hotel', which 'within' does not give`,
    ],
    'a pair of people who are not there': [
      w => (w.apart = [{ ...titled('Guests do not wash up.'), among: 'guest', mayNot: ['wash-up'] }]),
      `apart 'Guests do not wash up.' is of those among 'guest', whom 'people' does not give`,
    ],
    'members of no organisation': [
      w => (w.members = { hotel: () => [] }),
      `members names 'hotel', which 'within' does not give`,
    ],
  },
  corrections: {
    'of an unknown entry': [
      w => (w.corrections = correctedCup({ entries: ['MilkPoured'] })),
      `correction 'CupPoured' names 'MilkPoured', which is no event`,
    ],
    'by an unknown command': [
      w => (w.corrections = correctedCup({ commands: ['pour-milk'] })),
      `correction 'CupPoured' names 'pour-milk', which is no command`,
    ],
    'defined twice': [
      w => (w.corrections = [...correctedCup({}), ...correctedCup({})]),
      `correction 'CupPoured' is defined twice`,
    ],
    'of entries told apart by nothing': [
      w => (w.corrections = correctedCup({ at: 'pot' })),
      `correction 'CupPoured' finds its entry by 'pot', which 'WaterBoiled' does not have`,
    ],
    'of what the entry does not say': [
      w => (w.corrections = correctedCup({ entries: ['WashedUp'] })),
      `correction 'CupPoured' says 'cups' anew, which 'WashedUp' does not have`,
    ],
    'that lets off who is kept apart': [
      w => {
        w.commands['wash-up'] = w.commands['pour-cup']
        w.events.WashedUp = withField(cups)
        w.apart[0].same = 'cups'
        w.events.WaterSpilt = nothing.meta(titled('water spilt'))
        w.evolve.WaterSpilt = w.evolve.WashedUp
        w.chart.states.hot.states.full.on['pour-cup'].actions = ['CupPoured', 'WaterSpilt']
        w.records.WaterSpilt = () => ({})
        w.corrections = correctedCup({ event: 'WaterSpilt', made: 'WaterSpilt' })
      },
      `correction 'WaterSpilt' does not say the 'cups' by which whoever made the entry is kept apart`,
    ],
  },
  deadlines: {
    'in no state': [
      w => (w.deadlines.coldTea.in = 'hot.empty'),
      `deadline 'coldTea' is in 'hot.empty', which is no state`,
    ],
    'of no days': [
      w => (w.deadlines.coldTea.after.days = 0.5),
      `deadline 'coldTea' must be a whole number of days, at least 1`,
    ],
    'of no day at all': [
      w => (w.deadlines.coldTea.after.days = 0),
      `deadline 'coldTea' must be a whole number of days, at least 1`,
    ],
    'of less than the day it is counted from': [
      w => (w.deadlines.coldTea.after = { days: -1, from: () => undefined }),
      `deadline 'coldTea' must be a whole number of days, at least 0`,
    ],
    'without a ladder': [
      w => (w.deadlines.coldTea.ladder = []),
      `deadline 'coldTea' has no ladder: say who is reminded, and when`,
    ],
    'with half a step': [
      w => (w.deadlines.coldTea.ladder[0].at.before = 0.5),
      `deadline 'coldTea' has a step so many days before or after that is no whole number, at least 1`,
    ],
    'with more minutes than a day has': [
      w => (w.deadlines.coldTea.ladder[1].at = { minutesAfter: 1440 }),
      `deadline 'coldTea' has a step so many minutes after its day that is no part of a day`,
    ],
    'for no role': [
      w => (w.deadlines.coldTea.ladder[0].remind = 'cat'),
      `deadline 'coldTea' reminds 'cat', which is no role and none of its people`,
    ],
    'brought before no role': [
      w => (w.deadlines.coldTea.ladder[1].escalate = 'cat'),
      `deadline 'coldTea' escalates to 'cat', which is no role and none of its people`,
    ],
    'out of order': [
      w => w.deadlines.coldTea.ladder.push({ at: { after: 1 }, remind: 'host' }),
      `deadline 'coldTea' has a ladder whose steps are not in order of time`,
    ],
    'out of order within a day': [
      w => w.deadlines.coldTea.ladder.splice(1, 0, { at: { minutesAfter: 15 }, remind: 'host' }),
      `deadline 'coldTea' has a ladder whose steps are not in order of time`,
    ],
    'escalating first': [
      w => w.deadlines.coldTea.ladder.shift(),
      `deadline 'coldTea' escalates to 'steward' before anybody was reminded`,
    ],
    'escalating to the same': [
      w => (w.deadlines.coldTea.ladder[1].escalate = 'host'),
      `deadline 'coldTea' escalates to 'host', which was reminded already`,
    ],
    'sending no command': [
      w => (w.deadlines.coldTea.ladder[2].act = 'drink-cup'),
      `deadline 'coldTea' names 'drink-cup', which is no command`,
    ],
    'acting early': [
      w => w.deadlines.coldTea.ladder.unshift({ at: { before: 2 }, act: 'wash-up' }),
      `deadline 'coldTea' acts before its day is over`,
    ],
    'sending what needs input': [
      w => (w.deadlines.coldTea.ladder[2].act = 'pour-cup'),
      `deadline 'coldTea' sends 'pour-cup', which needs input`,
    ],
    'acting without leave': [
      w => (w.permits['wash-up'] = [{ anyone: true }]),
      `deadline 'coldTea' sends 'wash-up', which system:deadlines has no permit for`,
    ],
    'acting where nobody answers': [
      w => {
        w.chart.states.hot.states.poured.on = w.chart.states.hot.on
        w.chart.states.hot.on = {}
      },
      `deadline 'coldTea' sends 'wash-up', which 'hot.full' does not know`,
    ],
    'with an event of the engine': [
      w => {
        w.events.DeadlineMoved = nothing.meta(titled('moved'))
        w.evolve.DeadlineMoved = w.evolve.WashedUp
        w.chart.states.hot.on['wash-up'].actions = ['WashedUp', 'DeadlineMoved']
        w.records.DeadlineMoved = () => ({})
      },
      `event 'DeadlineMoved' is the engine's own`,
    ],
    'without title': [w => (w.deadlines.coldTea.en = ''), `deadline 'coldTea' has no title in both languages`],
  },
}

const refusalOf = (defining: () => unknown): string => {
  try {
    defining()
    return 'taken'
  } catch (error) {
    return (error as Error).message.replace(/^workflow \S+: /, '')
  }
}

t.test('a sound definition is taken as it is', async t => {
  const workflow = define()
  t.match(workflow, { name: 'tea-round', category: 'teaRound', startCommand: 'boil-water' })
  t.match(workflow.hash, /^[0-9a-f]{64}$/)
})

t.test('regions side by side are taken where another command answers in each', async t => {
  const workflow = define(w => {
    const pour = wayOf(w)
    w.chart.states.hot = sideBySide({})
    w.chart.states.hot.states.left.on = { 'pour-cup': { ...pour, target: undefined } }
    w.deadlines.coldTea.in = 'hot.right'
  })
  t.equal(workflow.startCommand, 'boil-water')
})

t.test('a refusal names the workflow and carries a stable code', async t => {
  const unnamed: Change = w => delete w.chart.initial
  t.throws(() => define(unnamed), {
    code: 'wrong-definition',
    message: 'workflow tea-round: the chart has no initial state',
  })
})

for (const [group, cases] of Object.entries(refusals))
  t.test(`refused: ${group}`, async t => {
    for (const [name, [change, sentence]] of Object.entries(cases))
      t.equal(
        refusalOf(() => define(change)),
        sentence,
        name,
      )
  })

t.test('a personal field stands in person, in clear in the command and sealed in what it records', async t => {
  const name = z.string().meta({ ...titled('For'), personal: 'name' })
  const recorded = (event: z.ZodType) => (w: Loose) => {
    w.name = 'person'
    w.commands['pour-cup'] = withField(name)
    w.events.CupPoured = withField(event)
  }
  const inPerson = define(recorded(sealed(name)))
  t.same(inPerson.sealings.CupPoured, [{ field: 'cups', kind: 'name', under: 'life' }])
  t.same(inPerson.sealings.WashedUp, [])
  const cases: [string, z.ZodType, string][] = [
    ['in clear', name, `field 'cups' is personal and not sealed: make it sealed(…)`],
    [
      'in a list',
      z.array(sealed(name)).meta(titled('For')),
      `field 'cups' has something sealed inside: seal whole fields`,
    ],
  ]
  for (const [how, event, sentence] of cases)
    t.equal(
      refusalOf(() => define(recorded(event))),
      `event 'CupPoured', ${sentence}`,
      how,
    )
})

t.test('a text can be sealed anywhere, under a key of its own that an event ends', async t => {
  const text = z.string().meta(titled('Note'))
  const noted = define(w => {
    w.commands['pour-cup'] = withField(text.optional())
    w.events.CupPoured = withField(sealed(text, { key: 'own' }).optional())
  })
  t.same(noted.sealings.CupPoured, [{ field: 'cups', kind: 'text', under: 'own' }])
  t.equal(
    refusalOf(() => define(w => (w.commands['pour-cup'] = withField(sealed(text))))),
    `command 'pour-cup', field 'cups' is sealed: a command brings it in clear`,
  )
  t.equal(
    refusalOf(() => define(w => (w.erases = { Spilt: () => [] }))),
    `erases names 'Spilt', which is no event`,
  )
  t.equal(
    refusalOf(() => define(w => (w.opens = { text: [{ role: 'cook', over: 'place' }] }))),
    `opens 'text' names 'cook', which is no role`,
  )
})

t.test('a shared key is named, and nothing else is taken for one', async t => {
  const note = z.record(z.string(), z.int()).meta(titled('Note'))
  const keys = { notes: () => 'notes:1' }
  const sealing = (event: z.ZodType, change: Change = () => {}) =>
    define(w => {
      w.keys = { ...keys }
      w.commands['pour-cup'] = withField(note)
      w.events.CupPoured = withField(event)
      change(w)
    })
  const shared = sealed(note, { key: { named: 'notes' }, size: 64 })
  t.same(sealing(shared).sealings.CupPoured, [{ field: 'cups', kind: 'text', under: { named: 'notes' }, size: 64 }])
  const cases: [how: string, event: z.ZodType, change: Change, sentence: string][] = [
    [
      'a key that is not there',
      sealed(note, { key: { named: 'letters' } }),
      () => {},
      `event 'CupPoured', field 'cups' is of the key 'letters', which 'keys' does not name`,
    ],
    [
      'no size',
      sealed(note, { size: 0.5 }),
      () => {},
      `event 'CupPoured', field 'cups' is padded to 0.5 bytes: say a whole number of them`,
    ],
    ...['person', 'text', 'tea-round'].map((name): [string, z.ZodType, Change, string] => [
      `a key named as ${name} is`,
      shared,
      w => (w.keys[name] = () => `${name}:1`),
      `the key '${name}' would be taken for one that is not shared`,
    ]),
    [
      'a key that no name can be told from',
      shared,
      w => (w.keys['notes:all'] = () => 'notes:all:1'),
      `the key 'notes:all' must be named with small letters, digits and hyphens`,
    ],
  ]
  for (const [how, event, change, sentence] of cases)
    t.equal(
      refusalOf(() => sealing(event, change)),
      sentence,
      how,
    )
})

t.test('no shared key is named as a lifecycle is whose lives have their own', async t => {
  const keyed = { name: 'tea-round', keys: { kettle: () => 'kettle:1' } }
  t.doesNotThrow(() => checkSharedKeys([keyed, { name: 'cup', keys: {} }]))
  t.throws(() => checkSharedKeys([keyed, { name: 'kettle', keys: {} }]), {
    message: /the key 'kettle' is named as the workflow 'kettle' is/,
  })
})

t.test('an event tells the fingerprint of a key that neither command nor builder fills', async t => {
  const told = (named: string) => (w: Loose) => {
    w.keys = { notes: () => 'notes:1' }
    w.events.CupPoured = z.strictObject({ cups, key: fingerprint({ named }) }).meta(titled('Pour a cup'))
  }
  t.same(define(told('notes')).fingerprints.CupPoured, [{ field: 'key', named: 'notes' }])
  t.equal(
    refusalOf(() => define(told('letters'))),
    `event 'CupPoured', field 'key' is of the key 'letters', which 'keys' does not name`,
  )
})

t.test('what was sealed elsewhere is passed on by the service alone', async t => {
  const passing = (by: object[]) => (w: Loose) => {
    const note = z.string().meta(titled('Note'))
    w.commands['pour-cup'] = withField(sealedElsewhere.meta(titled('Note')))
    w.events.CupPoured = withField(sealed(note, { key: 'own' }))
    w.records.CupPoured = (_: Facts, command: Loose) => command.data
    w.permits['pour-cup'] = by
  }
  t.ok(define(passing([{ system: 'pour-when-asked' }])))
  t.equal(
    refusalOf(() => define(passing([{ system: 'pour-when-asked' }, { anyone: true }]))),
    `command 'pour-cup' passes on what was sealed elsewhere: only the service itself may send it`,
  )
})

t.test('the stages of a lifecycle', async t => {
  const brew = { commands: { brew: nothing }, events: {}, rules: {}, evolve: {}, permits: {} }
  t.equal(
    refusalOf(() => join(stage()(brew as Loose), stage()(brew as Loose))),
    `commands: 'brew' is written in two stages; give it one home`,
  )
  const held = everywhere('notHeld', ['wash-up'], tea().chart.states as Loose) as Loose
  t.same(held.hot.states.full.on['pour-cup'][0].guard, all('notHeld', 'enoughWater'), 'reaches what lies inside')
  t.same(held.hot.on['wash-up'], tea().chart.states.hot.on['wash-up'], 'leaves out what is named')
})

const changing: Record<string, Change> = {
  'a target': w => {
    delete w.chart.states.hot.states.poured
    wayOf(w).target = '#tea-round.clean'
  },
  'a guard': w => {
    w.rules.stillHot = { of: '*', ...titled('It is cold.'), holds: () => true }
    wayOf(w).guard = all('enoughWater', 'stillHot')
  },
  'the code of a rule': w =>
    (w.rules.enoughWater.holds = ({ data }: Facts, input: Facts['data']) => input.cups < data.cups),
  'what a rule reads': w => delete w.rules.enoughWater.reads,
  'a fold': w => (w.evolve.WashedUp = () => ({ cups: 0 })),
  'a lift': w => (w.lifts = { CupPoured: [() => ({ cups: 1 })] }),
  'where the fold begins': w => (w.start = { cups: 1 }),
  'a builder': w => (w.records.CupPoured = (_: Facts, command: Loose) => command.data),
  'a bound in a schema': w => inBoth(w, cups.max(9)),
  'a field that may be left out': w => inBoth(w, cups.optional()),
  'a check that JSON Schema cannot say': w =>
    inBoth(
      w,
      cups.refine(n => n % 2 === 0),
    ),
}

const leaving: Record<string, Change> = {
  nothing: () => {},
  'the title of a field': w => inBoth(w, cups.meta({ zh: '几杯', en: 'How many' })),
  'the title of a command': w => (w.commands['wash-up'] = nothing.meta(titled('Do the dishes'))),
  'the title of a state, and whose turn it is': w => (w.chart.states.hot.meta = titled('steaming')),
  'the reason of a rule': w => (w.rules.enoughWater.en = 'Boil more water first.'),
  'a permit': w => w.permits['wash-up'].push({ role: 'host', over: 'place' }),
  'a deadline': w => (w.deadlines.coldTea.after.days = 2),
  'the order of what is written': w => {
    w.events = Object.fromEntries(Object.entries(w.events).reverse())
    w.rules.enoughWater = Object.fromEntries(Object.entries(w.rules.enoughWater).reverse())
  },
  'the spacing of code': w =>
    // biome-ignore format: this is the case
    (w.evolve.WashedUp = (data: Loose  )   =>
      data),
}

t.test('the hash changes with what decides and folds, and with nothing else', async t => {
  const { hash } = define()
  for (const [name, change] of Object.entries(changing)) t.not(define(change).hash, hash, `changed by ${name}`)
  for (const [name, change] of Object.entries(leaving)) t.equal(define(change).hash, hash, `left alone by ${name}`)
})
