/** What is refused when a workflow is defined, each in a sentence that says what is wrong and where. */
import { isDeepStrictEqual } from 'node:util'
import type { AnyStateMachine } from 'xstate'
import { z } from 'zod'
import { commandsAt, homesOf, nodeAt, nodesOf, type Way } from './chart.ts'
import { type Permit, type StateNode, type Title, type Workflow, waysOf } from './definition.ts'
import { DefinitionError } from './definition-error.ts'
import { initialValue } from './machine.ts'
import { partsOf, unwrap } from './schema-layers.ts'
import { shapeOf } from './schema-shape.ts'
import { unsealed } from './sealed.ts'

type Words = Omit<Workflow, 'machine' | 'hash' | 'startCommand'>
type AnyNode = StateNode<string, string, string>

const refuse = (sentence: string): never => {
  throw new DefinitionError(sentence)
}

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const PASCAL = /^[A-Z][A-Za-z0-9]*$/
/** Dots tell a state's path, and `#` an id of the chart. */
const STATE = /^[a-z][A-Za-z0-9-]*$/

/** Stands beside a command's fields in a request. */
const RESERVED = 'onBehalf'

export const checkMessages = (words: Words): void => {
  if (!KEBAB.test(words.name)) refuse(`its name must be kebab-case`)
  for (const [name, schema] of Object.entries(words.commands)) {
    if (!KEBAB.test(name)) refuse(`command '${name}' must be kebab-case, imperative`)
    checkSchema(words, `command '${name}'`, schema)
    if (Object.hasOwn(schema.shape, RESERVED))
      refuse(`command '${name}' has the field '${RESERVED}', which says for whom a command is sent`)
  }
  for (const [name, schema] of Object.entries(words.events)) {
    if (!PASCAL.test(name)) refuse(`event '${name}' must be PascalCase, past tense`)
    checkSchema(words, `event '${name}'`, schema)
    if (!Object.hasOwn(words.evolve, name)) refuse(`event '${name}' has no fold: add it to evolve`)
  }
  for (const name of Object.keys(words.evolve))
    if (!Object.hasOwn(words.events, name)) refuse(`evolve folds '${name}', which is no event`)
  for (const name of Object.keys(words.lifts))
    if (!Object.hasOwn(words.events, name)) refuse(`lifts names '${name}', which is no event`)
}

const hasTitle = (meta: Partial<Title> | undefined) => Boolean(meta?.zh && meta.en)

const checkSchema = (words: Words, where: string, schema: z.ZodObject): void => {
  if (!hasTitle(schema.meta())) refuse(`${where} has no title: give it .meta({ zh, en })`)
  checkFields(words, where, `${where}, field '`, schema)
}

const checkFields = (words: Words, where: string, prefix: string, schema: z.ZodObject): void => {
  if ((schema.def.catchall as z.ZodType | undefined)?.def.type !== 'never')
    refuse(`${where} must be a z.strictObject, so that unknown fields are refused`)
  for (const [field, inner] of Object.entries(schema.shape)) checkField(words, `${prefix}${field}'`, inner as z.ZodType)
}

const checkField = (words: Words, where: string, schema: z.ZodType): void => {
  const layers = unwrap(unsealed(schema))
  if (!layers.some(layer => hasTitle(layer.meta()))) refuse(`${where} has no title: give it .meta({ zh, en })`)
  for (const part of layers.flatMap(partsOf)) checkPart(words, where, part)
}

const checkPart = (words: Words, where: string, part: z.ZodType): void => {
  if (words.name !== 'person' && part.meta()?.personal)
    refuse(
      `${where} is personal; names, phones and id numbers stand only in 'person', everywhere else stands the person's id`,
    )
  if (part.def.type === 'object') checkFields(words, where, `${where.slice(0, -1)}.`, part as z.ZodObject)
}

// ── chart ───────────────────────────────────────────────────────────────────────────────────────

/** What a chart may say. Everything else XState would run or remember, and an instance rebuilt from its events would not. */
const CHART_KEYS = ['type', 'initial', 'on', 'states']
const STATE_KEYS = [...CHART_KEYS, 'id', 'meta', 'onDone']
const WAY_KEYS = ['target', 'guard', 'actions']

export const checkChart = (words: Words): void => {
  checkPlainData(words.chart, 'chart')
  checkKeys(words.chart, 'the chart', CHART_KEYS)
  if (!words.chart.initial && words.chart.type !== 'parallel') refuse(`the chart has no initial state`)
  if (words.chart.type === 'parallel')
    refuse(`the chart itself is parallel: wrap its regions in a state, beside the ends`)
  checkInside('the chart', words.chart as AnyNode)
  for (const { path, node } of nodesOf(words.chart)) checkNode(words, path, node)
  checkTransitions(words, 'the chart', { on: words.chart.on } as AnyNode)
  checkIds(nodesOf(words.chart))
  for (const command of Object.keys(words.commands)) checkHomes(words, command)
  checkRecorded(words)
}

const checkPlainData = (value: unknown, where: string): void => {
  if (value === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof value)) return
  if (typeof value !== 'object')
    refuse(`${where} holds a ${typeof value}: the chart is plain data, name rules and events instead`)
  for (const [key, inner] of Object.entries(value as object)) checkPlainData(inner, `${where}.${key}`)
}

const checkKeys = (value: object, where: string, known: readonly string[]): void => {
  for (const key of Object.keys(value))
    if (!known.includes(key)) refuse(`${where} has '${key}', which an instance rebuilt from its events never runs`)
}

const checkNode = (words: Words, path: string, node: AnyNode): void => {
  const where = `state '${path}'`
  checkKeys(node, where, STATE_KEYS)
  if ((node.type as string) === 'history')
    refuse(`${where} is a history state, which an instance rebuilt from its events does not have`)
  if (!hasTitle(node.meta)) refuse(`${where} has no title: give it meta { zh, en }`)
  if (node.type === 'final' && !staysAtItsEnd(words, node)) refuse(`${where} is final and yet answers to commands`)
  if (node.states && !node.initial && node.type !== 'parallel') refuse(`${where} has states inside but no initial one`)
  checkInside(where, node)
  checkDone(where, node)
  for (const role of node.meta.next ?? [])
    if (!isCalled(words, role)) refuse(`${where} waits for '${role}', which is no role and none of its people`)
  checkTransitions(words, where, node)
}

/**
 * Nobody goes on with a life that has ended: a text can be taken back from it, and the service may tell it who is to see it
 * from now on. It stays where it is.
 */
const staysAtItsEnd = ({ redacts, erases, permits }: Words, { on = {} }: AnyNode): boolean => {
  const takesBack = (event: string) => event === redacts || Object.hasOwn(erases, event)
  const isToldBy = (command: string) => (permits[command] ?? []).every(permit => 'system' in permit)
  return Object.entries(on).every(([command, ways]) =>
    waysOf(ways).every(
      ({ target, actions }) => target === undefined && (isToldBy(command) || waysOf(actions).every(takesBack)),
    ),
  )
}

const checkInside = (where: string, node: AnyNode): void => {
  for (const name of Object.keys(node.states ?? {}))
    if (!STATE.test(name)) refuse(`state '${name}' must be named with letters, digits and hyphens`)
  if (node.initial && !Object.hasOwn(node.states ?? {}, node.initial))
    refuse(`${where} begins in '${node.initial}', which is no state inside it`)
}

const checkDone = (where: string, node: AnyNode): void => {
  for (const key of Object.keys(node.onDone ?? {}))
    if (key !== 'target')
      refuse(`${where} has an onDone with '${key}': it may only name its target, nothing is decided there`)
}

/** Of two states with one id XState silently keeps the second. */
const checkIds = (nodes: { path: string; node: AnyNode }[]): void => {
  const seen = new Map<string, string>()
  for (const { path, node } of nodes) {
    if (node.id === undefined) continue
    if (seen.has(node.id)) refuse(`state '${path}' has the id '${node.id}', and so has '${seen.get(node.id)}'`)
    seen.set(node.id, path)
  }
}

const checkTransitions = (words: Words, where: string, node: AnyNode): void => {
  for (const [command, ways] of Object.entries(node.on ?? {})) {
    if (command.includes('*')) refuse(`${where} has the wildcard '${command}': name each command`)
    if (!Object.hasOwn(words.commands, command)) refuse(`${where} answers to '${command}', which is no command`)
    for (const way of waysOf(ways)) checkWay(words, `${where}, command '${command}'`, command, way)
  }
}

const checkWay = (words: Words, where: string, command: string, way: Way): void => {
  checkKeys(way, where, WAY_KEYS)
  const recorded = waysOf(way.actions)
  if (recorded.length === 0) refuse(`${where} records nothing: name the event in actions`)
  for (const event of recorded) {
    if (!Object.hasOwn(words.events, event)) refuse(`${where} records '${nameIn(event)}', which is no event`)
    if (!words.records[event]) checkSameShape(words, where, command, event)
  }
  if (way.guard && way.guard.type !== 'all') refuse(`${where} has a guard that is not all(…) of named rules`)
  for (const name of way.guard?.params ?? []) {
    if (!Object.hasOwn(words.rules, name)) refuse(`${where} is guarded by '${name}', which is no rule`)
    const rule = words.rules[name] as Words['rules'][string]
    if (rule.of !== '*' && !waysOf(rule.of).includes(command))
      refuse(`${where} is guarded by '${name}', a rule of '${waysOf(rule.of).join("', '")}'`)
  }
}

/** What an action that is not a name calls itself: `xstate.assign`. */
const nameIn = (action: unknown): string => String((action as { type?: string }).type ?? action)

const checkSameShape = (words: Words, where: string, command: string, event: string): void => {
  const filled = (words.fingerprints[event] ?? []).map(({ field }) => field)
  const [given, wanted] = [fieldsOf(words.commands[command]), fieldsOf(words.events[event], filled)]
  const [has, wants] = [given, wanted].map(fields => Object.keys(fields).sort().join(', '))
  if (has !== wants)
    refuse(`${where} records '${event}' with fields (${wants}), but the command has (${has}): add a builder to records`)
  for (const [field, schema] of Object.entries(wanted))
    if (!isSameShape(unsealed(schema), given[field] as z.ZodType))
      refuse(
        `${where} records '${event}', whose field '${field}' is not what the command has: add a builder to records`,
      )
}

/** Most often the two are one schema: then nobody writes it out, which would be a third of what a start takes. */
const isSameShape = (one: z.ZodType, other: z.ZodType): boolean =>
  one === other || isDeepStrictEqual(fieldShape(one), fieldShape(other))

/** Whether a field may be left out shows only in the object around it. */
const fieldShape = (field: z.ZodType): unknown => shapeOf(z.object({ field }))

/** Without those that neither the command nor a builder fills. */
const fieldsOf = (schema: z.ZodObject | undefined, filled: readonly string[] = []): Record<string, z.ZodType> =>
  Object.fromEntries(
    Object.entries((schema?.shape ?? {}) as Record<string, z.ZodType>).filter(([field]) => !filled.includes(field)),
  )

const checkHomes = (words: Words, command: string): void => {
  const homes = homesOf(words.chart, command)
  if (homes.length === 0 && !words.chart.on?.[command]) refuse(`command '${command}' is in no state's 'on'`)
  for (const [one, other] of pairs(homes)) {
    if (other.startsWith(`${one}.`))
      refuse(
        `command '${command}' is in '${one}' and again in '${other}' inside it: a refused child would fall through to the parent`,
      )
    if (inParallel(words, one, other))
      refuse(`command '${command}' is in '${one}' and in '${other}', which are active at once: only one may answer`)
  }
  if (homes.length > 0 && words.chart.on?.[command])
    refuse(
      `command '${command}' is at the root and again in '${homes[0]}': a refused child would fall through to the parent`,
    )
}

const pairs = <T>(list: readonly T[]): [T, T][] =>
  list.flatMap((one, i) => list.slice(i + 1).map(other => [one, other] as [T, T]))

const inParallel = (words: Words, one: string, other: string): boolean => {
  const [a, b] = [one.split('.'), other.split('.')]
  const depth = a.findIndex((key, i) => key !== b[i])
  if (depth < 0) return false
  const parent = depth === 0 ? words.chart : nodeAt(words.chart, a.slice(0, depth).join('.'))
  return parent?.type === 'parallel'
}

const checkRecorded = (words: Words): void => {
  const nodes = [{ on: words.chart.on }, ...nodesOf(words.chart).map(({ node }) => node)]
  const ways = nodes.flatMap(node => Object.values(node.on ?? {}).flatMap(waysOf))
  const recorded = new Set(ways.flatMap(way => waysOf(way.actions)))
  const guarding = new Set(ways.flatMap(way => way.guard?.params ?? []))
  for (const event of Object.keys(words.events))
    if (!recorded.has(event)) refuse(`event '${event}' is recorded by no transition`)
  for (const rule of Object.keys(words.rules)) if (!guarding.has(rule)) refuse(`rule '${rule}' guards no transition`)
  for (const event of Object.keys(words.records))
    if (!recorded.has(event)) refuse(`records builds '${event}', which no transition records`)
}

// ── references ──────────────────────────────────────────────────────────────────────────────────

export const checkReferences = (words: Words): void => {
  for (const command of Object.keys(words.commands))
    if (waysOf(words.permits[command]).length === 0) refuse(`command '${command}' has no permit: say who may send it`)
  for (const [command, permits] of Object.entries(words.permits)) {
    checkCommand(words, 'permits', command)
    for (const permit of permits) checkPermit(words, `permit of '${command}'`, permit)
  }
  for (const permit of words.sees) checkPermit(words, 'sees', permit)
  for (const permit of words.seesWhole ?? []) checkSeesWhole(words, permit)
  for (const permit of words.seesAccess) checkPermit(words, 'seesAccess', permit)
  for (const command of words.intake.commands) checkCommand(words, 'intake', command)
  for (const command of words.arrivalCounts) checkCommand(words, 'arrivalCounts', command)
  for (const permit of words.intake.by) checkPermit(words, 'intake', permit)
  for (const [kind, permits] of Object.entries(words.opens))
    for (const permit of permits) checkPermit(words, `opens '${kind}'`, permit)
  for (const [event, permits = []] of Object.entries(words.confidential)) {
    if (!Object.hasOwn(words.events, event)) refuse(`confidential names '${event}', which is no event`)
    for (const permit of permits) checkPermit(words, `confidential '${event}'`, permit)
  }
  checkPeople(words)
  checkRedacts(words)
  for (const pair of words.apart) checkApart(words, pair)
  for (const name of Object.keys(words.called))
    if (!Object.hasOwn(words.within, name)) refuse(`called names '${name}', which 'within' does not give`)
  for (const name of Object.keys(words.members))
    if (!Object.hasOwn(words.within, name)) refuse(`members names '${name}', which 'within' does not give`)
  for (const [name, rule] of Object.entries(words.rules)) checkRule(words, name, rule)
}

/** Nobody sees the whole who sees nothing. */
const checkSeesWhole = (words: Words, permit: Permit): void => {
  checkPermit(words, 'seesWhole', permit)
  if (!words.sees.some(each => isDeepStrictEqual(each, permit)))
    refuse(`seesWhole has the permit ${JSON.stringify(permit)}, which is not among those of 'sees'`)
}

const checkCommand = (words: Words, where: string, command: string): void => {
  if (!Object.hasOwn(words.commands, command)) refuse(`${where} names '${command}', which is no command`)
}

/** What a permit may be for besides people: their names would stand for both. */
const NOBODY = ['self', 'anyone']

const checkPeople = ({ people }: Words): void => {
  for (const [name, title] of Object.entries(people)) {
    if (!hasTitle(title)) refuse(`people '${name}' has no title: give it { zh, en }`)
    if (NOBODY.includes(name) || name.startsWith('system:')) refuse(`people '${name}' is a name of the engine's own`)
  }
}

const checkRedacts = ({ redacts, events }: Words): void => {
  if (redacts === undefined) return
  const fields = Object.keys(events[redacts]?.shape ?? refuse(`redacts names '${redacts}', which is no event`))
  for (const field of ['revision', 'field', 'reason'])
    if (!fields.includes(field)) refuse(`redacts names '${redacts}', which does not say its '${field}'`)
}

/** A role, or what a life calls people whom it names. */
export const isCalled = ({ roles, people }: Pick<Words, 'roles' | 'people'>, name: string): boolean =>
  Object.hasOwn(roles, name) || Object.hasOwn(people, name)

const checkPermit = (words: Words, where: string, permit: Permit): void => {
  if ('role' in permit && !Object.hasOwn(words.roles, permit.role))
    refuse(`${where} names '${permit.role}', which is no role`)
  if ('in' in permit && !Object.hasOwn(words.within, permit.in))
    refuse(`${where} is in '${permit.in}', which 'within' does not give`)
  if ('impartial' in permit && permit.impartial !== undefined) checkImpartial(words, where, permit.impartial)
  if ('named' in permit && !Object.hasOwn(words.people, permit.named))
    refuse(`${where} is for '${permit.named}', whom 'people' does not give`)
}

/** Of what is read alone: whoever sends is kept apart by the pairs anyway, and told so. */
const checkImpartial = (words: Words, where: string, name: string): void => {
  const { of, ...title } =
    words.impartial[name] ?? refuse(`${where} is impartial in '${name}', which 'impartial' does not give`)
  if (!hasTitle(title)) refuse(`impartial '${name}' has no title: give it { zh, en }`)
  checkCommand(words, `impartial '${name}'`, of)
  if (where.startsWith('permit of') || where === 'intake')
    refuse(`${where} is impartial in '${name}': that is for what is read`)
}

const checkApart = (words: Words, pair: Words['apart'][number]): void => {
  const where = `apart '${pair.en}'`
  if (!hasTitle(pair)) refuse(`${where} has no reason in both languages`)
  for (const command of pair.mayNot) checkCommand(words, where, command)
  if ('belongsTo' in pair) {
    if (!Object.hasOwn(words.within, pair.belongsTo))
      refuse(`${where} belongs to '${pair.belongsTo}', which 'within' does not give`)
    return
  }
  if ('among' in pair) {
    if (!Object.hasOwn(words.people, pair.among))
      refuse(`${where} is of those among '${pair.among}', whom 'people' does not give`)
    return
  }
  if (pair.inLife !== undefined) {
    if (!Object.hasOwn(words.consults, pair.inLife))
      refuse(`${where} looks into '${pair.inLife}', which is not consulted`)
    return
  }
  for (const event of pair.did) {
    const schema = words.events[event] ?? refuse(`${where} names '${event}', which is no event`)
    if (pair.same && !Object.hasOwn(schema.shape, pair.same))
      refuse(`${where} compares '${pair.same}', which '${event}' does not have`)
  }
  for (const command of pair.mayNot)
    if (pair.same && !Object.hasOwn(words.commands[command]?.shape ?? {}, pair.same))
      refuse(`${where} compares '${pair.same}', which '${command}' does not have`)
}

const checkRule = (words: Words, name: string, rule: Words['rules'][string]): void => {
  if (!hasTitle(rule)) refuse(`rule '${name}' has no reason in both languages`)
  for (const command of rule.of === '*' ? [] : waysOf(rule.of)) checkCommand(words, `rule '${name}'`, command)
  if (rule.reads && (rule.of === '*' || waysOf(rule.of).length !== 1))
    refuse(`rule '${name}' reads input, so it must be of one command`)
  for (const command of rule.metBy ?? []) checkCommand(words, `rule '${name}', metBy,`, command)
  for (const field of rule.reads ?? [])
    if (!Object.hasOwn(words.commands[waysOf(rule.of)[0] as string]?.shape ?? {}, field))
      refuse(`rule '${name}' reads '${field}', which '${String(rule.of)}' does not have`)
}

// ── reachability ────────────────────────────────────────────────────────────────────────────────

type MachineNode = AnyStateMachine['root']

export const checkReachability = (machine: AnyStateMachine, endless: boolean): void => {
  const nodes = allNodes(machine.root)
  const targets = targetsByNode(nodes)
  const reached = reachable(machine.root, targets)
  for (const node of nodes) if (!reached.has(node)) refuse(`state '${node.path.join('.')}' cannot be reached`)
  if (endless) return
  const ending = reachingEnd(nodes, targets)
  for (const node of nodes)
    if (!ending.has(node))
      refuse(`state '${node.path.join('.')}' cannot reach an end: no way from it leads to a final state of the chart`)
}

const allNodes = (root: MachineNode): MachineNode[] => [root, ...Object.values(root.states).flatMap(allNodes)]

/** Where a node's own transitions lead. */
const targetsByNode = (nodes: MachineNode[]): Map<MachineNode, MachineNode[]> =>
  new Map(nodes.map(node => [node, [...node.transitions.values()].flat().flatMap(way => [...(way.target ?? [])])]))

const entered = (node: MachineNode): MachineNode[] => {
  const inside =
    node.type === 'parallel' ? Object.values(node.states) : node.type === 'compound' ? node.initial.target : []
  return [node, ...inside.flatMap(entered)]
}

const ancestors = (node: MachineNode): MachineNode[] => (node.parent ? [node.parent, ...ancestors(node.parent)] : [])

const reachable = (root: MachineNode, targets: Map<MachineNode, MachineNode[]>): Set<MachineNode> => {
  const reached = new Set<MachineNode>()
  const queue = entered(root)
  for (const node of queue) {
    if (reached.has(node)) continue
    reached.add(node)
    const next = (targets.get(node) ?? []).flatMap(target => [...ancestors(target), ...entered(target)])
    queue.push(...next, ...regionsBeside(node))
  }
  return reached
}

/** Entering one region of a parallel state enters its sisters too. */
const regionsBeside = (node: MachineNode): MachineNode[] =>
  node.type === 'parallel' ? Object.values(node.states).flatMap(entered) : []

const reachingEnd = (nodes: MachineNode[], targets: Map<MachineNode, MachineNode[]>): Set<MachineNode> => {
  const ending = new Set(nodes.filter(node => node.type === 'final' && node.parent?.parent === undefined))
  for (let before = -1; before !== ending.size; ) {
    before = ending.size
    for (const node of nodes) if (!ending.has(node) && leadsToEnd(node, targets, ending)) ending.add(node)
  }
  return ending
}

const leadsToEnd = (node: MachineNode, targets: Map<MachineNode, MachineNode[]>, ending: Set<MachineNode>): boolean => {
  const above = ancestors(node)
  const outward = [node, ...above].flatMap(each => targets.get(each) ?? [])
  const beside = [node, ...above].flatMap(each => sisterRegions(each)).flatMap(region => exitsOf(region, targets))
  return (
    [...outward, ...beside].some(target => ending.has(target)) ||
    Object.values(node.states).some(child => ending.has(child))
  )
}

const sisterRegions = (node: MachineNode): MachineNode[] =>
  node.parent?.type === 'parallel' ? Object.values(node.parent.states).filter(sister => sister !== node) : []

/** Where the transitions of a region leave the parallel state: they take its sisters along. */
const exitsOf = (region: MachineNode, targets: Map<MachineNode, MachineNode[]>): MachineNode[] =>
  allNodes(region)
    .flatMap(node => targets.get(node) ?? [])
    .filter(target => target !== region.parent && !ancestors(target).includes(region.parent as MachineNode))

/** The one command that the initial state accepts starts a life. */
export const onlyStartCommand = (words: Words, machine: AnyStateMachine): string => {
  const accepted = commandsAt(words.chart, initialValue(machine))
  if (accepted.length !== 1)
    refuse(
      `the initial state must accept exactly one command, the start; it accepts ${accepted.length}: ${accepted.join(', ')}`,
    )
  return accepted[0] as string
}
