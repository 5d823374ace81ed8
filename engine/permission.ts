/** Who may send a command or read an instance: permits, and the pairs that are kept apart. */
import {
  type Actor,
  type AnyCommand,
  type AnyFacts,
  type Apart,
  heldSince,
  type Permit,
  type Post,
  type Sees,
  type Workflow,
} from './definition.ts'
import { EngineError } from './engine-error.ts'
import type { Fact } from './event-codec.ts'
import { actKey, type Instance } from './instance.ts'

/** How far one permit goes for an actor. `perhaps`: it hangs on input that is not given yet. */
type Reach = { granted: Post | 'themself' } | 'perhaps' | 'elsewhere' | 'no'

/** A place covers what lies under it: official codes are prefixes of the codes below them. */
const covers = (over: string, under: string): boolean => under.startsWith(over)

const reachOf = (
  workflow: Workflow,
  instance: Instance,
  permit: Permit,
  actor: Actor,
  { command, around }: { command?: AnyCommand; around?: Around } = {},
): Reach => {
  if ('anyone' in permit) return { granted: 'themself' }
  if ('self' in permit) return instance.id === actor.person ? { granted: 'themself' } : 'no'
  if ('system' in permit)
    return actor.person === `system:${permit.system}` ? { granted: systemPost(permit.system) } : 'no'
  if ('named' in permit) return reachOfNamed(instance, permit.named, actor, command)
  const posts = actor.posts.filter(post => post.role === permit.role)
  if (posts.length === 0) return 'no'
  const data = instance.data as never
  const wanted =
    'over' in permit ? workflow.place(data, command) : workflow.within[permit.in]?.(data, command, instance.id)
  if (wanted === undefined) return command ? 'elsewhere' : 'perhaps'
  const post = posts.find(each =>
    'over' in permit ? each.place && covers(each.place, wanted) : each.organisation === wanted,
  )
  if (!post) return 'elsewhere'
  return isImpartial(instance, permit, actor, around) ? { granted: post } : 'no'
}

/** What a reading looks at beside its own instance. */
export type Around = { facts: AnyFacts; lives: Record<string, Instance | undefined> }

const isImpartial = (instance: Instance, permit: Permit, actor: Actor, around: Around | undefined): boolean => {
  if (!('impartial' in permit) || permit.impartial === undefined) return true
  const impartial = instance.workflow.impartial[permit.impartial]
  if (!impartial?.where(instance.data as never)) return true
  return around !== undefined && !keptApart(instance, actor, around.facts, around.lives, impartial.of)
}

/** The people whom a life names today; whoever acted under another id is the same one. */
const reachOfNamed = (instance: Instance, name: string, actor: Actor, command?: AnyCommand): Reach => {
  if (isNamed(instance, name, actor, command)) return { granted: 'themself' }
  const nobodyYet = namedIn(instance, name, command).length === 0
  return nobodyYet && !command && mayBeNamedBy(instance, name) ? 'perhaps' : 'no'
}

const isNamed = (instance: Instance, name: string, actor: Actor, command?: AnyCommand): boolean =>
  namedIn(instance, name, command).some(person => selvesOf(actor).includes(person))

const namedIn = ({ workflow, data, id }: Instance, name: string, command?: AnyCommand): readonly string[] => {
  const named = workflow.people[name]
  if (!named) throw new Error(`${workflow.name} asks who is its '${name}', which 'people' does not give`)
  return named.who(data as never, command, id)
}

/** Whom only the data name is not named by a command either: nothing is left open then. */
const mayBeNamedBy = ({ workflow }: Instance, name: string): boolean => (workflow.people[name]?.who.length ?? 0) > 1

export const systemPost = (system: string): Post => ({ id: system, role: `system:${system}`, from: '' })

export type Permission = { granted: Post | 'themself' } | 'perhaps' | { refused: EngineError }

/** Who asks, and on which day. */
type Asking = Pick<AnyFacts, 'actor' | 'today'>

export const permissionFor = (instance: Instance, asking: Asking, command: string, input?: AnyCommand): Permission => {
  const { workflow } = instance
  const permits = workflow.permits[command] ?? []
  const reaches = permits.map(permit => reachOf(workflow, instance, permit, asking.actor, { command: input }))
  const granted = reaches.find(reach => typeof reach === 'object')
  if (granted) return granted
  if (reaches.includes('perhaps')) return 'perhaps'
  return { refused: whyNot(instance, asking, command, reaches.includes('elsewhere'), input) }
}

const whyNot = (
  instance: Instance,
  { actor, today }: Asking,
  command: string,
  elsewhere: boolean,
  input?: AnyCommand,
): EngineError => {
  const who = rolesFor(instance.workflow, command)
  if (elsewhere)
    return new EngineError('outside-your-place', {
      command,
      place: maySeeWhole(instance, actor) ? instance.workflow.place(instance.data as never, input) : undefined,
      who,
    })
  const ended = actor.heldPosts.find(post => who.includes(post.role) && post.to !== undefined && post.to < today)
  if (ended) return new EngineError('post-ended', { role: ended.role, ended: ended.to as string })
  return new EngineError('not-permitted', { command, who })
}

/** The roles that may send a command somewhere, and what the people are called whom a life names. */
export const rolesFor = (workflow: Workflow, command: string): string[] => rolesIn(workflow.permits[command] ?? [])

export const rolesIn = (permits: readonly Permit[]): string[] => [...new Set(permits.flatMap(calledIn))]

/** What people are called whom a permit lets; the service's own posts are nobody. */
const calledIn = (permit: Permit): string[] => {
  if ('role' in permit) return [permit.role]
  if ('named' in permit) return [permit.named]
  if ('self' in permit) return ['self']
  return 'anyone' in permit ? ['anyone'] : []
}

export const maySee = (instance: Instance, actor: Actor): boolean =>
  grantedBy(instance, instance.workflow.sees, actor) !== undefined

/** Whether this person may learn what stands beside a life's events: where it is, whose, what was asked. */
export const maySeeWhole = (instance: Instance, actor: Actor, around?: Around): boolean =>
  instance.workflow.seesWhole === undefined ||
  grantedBy(instance, instance.workflow.seesWhole, actor, { around }) !== undefined

/** Which permits hold for this reader, on the life as it is today. */
export const seenAs =
  (instance: Instance, actor: Actor, around?: Around): Sees =>
  permits =>
    grantedBy(instance, permits, actor, { around }) !== undefined

/** Under which post one of these permits holds, if one does. */
export const grantedBy = (
  instance: Instance,
  permits: readonly Permit[],
  actor: Actor,
  asked: { command?: AnyCommand; around?: Around } = {},
): Post | 'themself' | undefined => {
  const reaches = permits.map(permit => reachOf(instance.workflow, instance, permit, actor, asked))
  return reaches.find(reach => typeof reach === 'object')?.granted
}

/** What tells of an event who it is for. */
type Sent = Pick<Fact, 'type'> & { metadata: Pick<Fact['metadata'], 'person' | 'for'> }

/** Whether somebody who may see a life sees what this event of it says: they sent it or it was sent for them, it is not for a few, or for them too. */
export const maySeeEvent = (instance: Instance, actor: Actor, { type, metadata }: Sent, around?: Around): boolean => {
  const permits = instance.workflow.confidential[type]
  const own = [metadata.person, metadata.for?.person].includes(actor.person)
  return permits === undefined || own || grantedBy(instance, permits, actor, { around }) !== undefined
}

/** The first pair that keeps this actor from this command. Without input, pairs that compare a field stay silent. */
export const keptApart = (
  instance: Instance,
  actor: Actor,
  facts: AnyFacts,
  lives: Record<string, Instance | undefined>,
  command: string,
  input?: AnyCommand,
): Apart<string, string> | undefined =>
  instance.workflow.apart.find(
    pair =>
      pair.mayNot.includes(command) &&
      (didIt(pair, instance, actor, lives, input) ||
        belongs(pair, instance, actor, facts, input) ||
        ('among' in pair && isNamed(instance, pair.among, actor, input))),
  )

/** The fields whose values may keep this actor from this command: of acts of theirs that a pair compares. */
export const comparedFields = (instance: Instance, actor: Actor, command: string): string[] =>
  instance.workflow.apart.flatMap(pair =>
    'did' in pair && pair.same !== undefined && pair.mayNot.includes(command) && did(pair.did, actor, instance.acts)
      ? [pair.same]
      : [],
  )

const did = (events: readonly string[], actor: Actor, acts: ReadonlySet<string> | undefined): boolean =>
  events.some(event => selvesOf(actor).some(person => acts?.has(actKey(event, person))))

/** Everybody that this actor has been. */
const selvesOf = ({ person, doubles }: Actor): string[] => [person, ...doubles]

const didIt = (
  pair: Apart<string, string>,
  instance: Instance,
  actor: Actor,
  lives: Record<string, Instance | undefined>,
  input?: AnyCommand,
): boolean => {
  if (!('did' in pair)) return false
  const { same } = pair
  if (same === undefined)
    return did(pair.did, actor, pair.inLife === undefined ? instance.acts : lives[pair.inLife]?.acts)
  const value = (input?.data as Record<string, unknown> | undefined)?.[same]
  if (value === undefined) return false
  const selves = selvesOf(actor)
  return pair.did.some(event => selves.some(person => instance.acts.has(actKey(event, person, same, value))))
}

/** In office at any time since this life began, or named among the organisation's people. */
const belongs = (
  pair: Apart<string, string>,
  instance: Instance,
  actor: Actor,
  facts: AnyFacts,
  input?: AnyCommand,
): boolean => {
  if (!('belongsTo' in pair)) return false
  const organisation = instance.workflow.within[pair.belongsTo]?.(instance.data as never, input, instance.id)
  if (organisation === undefined) return false
  const since = instance.startedOn ?? facts.today
  return (
    heldSince(actor, new Set([organisation]), since) ||
    (instance.workflow.members[pair.belongsTo]?.(facts) ?? []).some(member => selvesOf(actor).includes(member))
  )
}
