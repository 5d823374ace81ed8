/** What is known of a person: sealed who they are and how they are reached, in clear the posts they hold. */
import type { Day, Facts, Post } from '../../engine/definition.ts'
import type { Sealed } from '../../engine/sealed.ts'
import type { Organisation } from '../organisation.ts'
import type { Role } from '../roles.ts'

/** No rule looks into what is sealed. */
export type Person = {
  name?: Sealed
  phone?: Sealed
  mail?: Sealed
  idNumber?: Sealed
  account?: Sealed
  place: string
  posts: readonly Post[]
  /** On which day each membership was recorded, by the post. */
  joined?: { readonly [post: string]: Day }
  /** Memberships that the person never wanted, by the post. */
  declined?: readonly string[]
  /** The same human being was registered, and acted, under these ids too. */
  doubles: readonly string[]
  standing: 'active' | 'closed' | 'merged' | 'erased'
  /** Whose record goes on where this one was a double. */
  mergedInto?: string
}

/** `double` and `into` are people too; a life cannot be typed by itself. */
export type Consulted = { organisation: Organisation; double: Person; into: Person }
export type PersonFacts = Facts<Person, Consulted>

export const start: Person = { place: '', posts: [], doubles: [], standing: 'active' }

/** The posts in force on a day; the first and the last day count. */
export const postsOn = (posts: readonly Post[], on: Day): Post[] =>
  posts.filter(post => post.from <= on && (post.to === undefined || on <= post.to))

/** What the person holds or held; a membership that they declined was never held. */
export const heldPosts = ({ posts, declined = [] }: Pick<Person, 'posts' | 'declined'>): Post[] =>
  posts.filter(({ id }) => !declined.includes(id))

type Period = { from: Day; to?: Day }

/** A post ended before its first day was never held. */
export const wasHeld = ({ from, to }: Period): boolean => to === undefined || from <= to

/** A post that runs, or that is still to begin. */
export const holdsPost = (person: Person, today: Day): boolean =>
  heldPosts(person).some(held => wasHeld(held) && (held.to === undefined || held.to >= today))

export const offices: readonly Role[] = ['bureau', 'street', 'community']

/** Held an office or its money at any time: what such a person did, they did for the office. */
export const holdsOffice = ({ posts }: Person): boolean =>
  posts.some(({ role }) => role === 'finance' || offices.some(office => office === role))

/** Who may still act under this record. */
export const mayAct = ({ standing }: Person): boolean => standing !== 'merged' && standing !== 'erased'
