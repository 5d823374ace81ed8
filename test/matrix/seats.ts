/** Every kind of seat that somebody can act from, here and elsewhere. */
import type { Actor } from '../../engine/definition.ts'
import { judge, people } from '../support/competition-round.ts'
import { actor, idOf } from '../support/given.ts'
import { COMMUNITY, FUNDER, ORGANISATION } from '../support/micro-project.ts'
import { JUDGE, PARTNER } from '../support/proposal.ts'
import type { Row } from './rules.ts'

export type Seat = { title: string; by: Actor; may(row: Row): boolean }

const CITY = '4201'
const DISTRICT = '420106'
const STREET = '420106012'
const OTHER_DISTRICT = '420102'
const OTHER_STREET = '420106010'
const SIBLING = '420106012022'
const STRANGERS = idOf(5)
/** Whose own life a `person` is. */
export const THEMSELF = idOf(31)
/** Whom an objection names. */
export const FILER = idOf(34)
export const INVESTIGATOR = idOf(37)

const words = (row: Row): string[] => row.split(' ')
/** Every registered person is anyone; a post here is one more word. */
const holding =
  (...held: readonly (string | undefined)[]) =>
  (row: Row) =>
    words(row).some(each => each === 'anyone' || held.includes(each))

type Post = { role: string; place?: string; organisation?: string }
const seat = (post: Post, word: string | undefined): Seat => ({
  title: `${post.role} of ${post.place ?? post.organisation}${word ? '' : ', elsewhere'}`,
  by: actor(idOf(40), [post]),
  may: holding(word),
})
const places = (role: string, here: readonly string[], elsewhere: readonly string[]): Seat[] => [
  ...here.map(place => seat({ role, place }, role)),
  ...elsewhere.map(place => seat({ role, place }, undefined)),
]
const organisations = (role: string, own: string): Seat[] =>
  [ORGANISATION, FUNDER, STRANGERS].map(organisation =>
    seat({ role, organisation }, organisation === own ? role : undefined),
  )

const system = (name: string): Seat => ({
  title: `system:${name}`,
  by: actor(`system:${name}`),
  may: row => words(row).some(each => each === 'anyone' || each === `system:${name}`),
})

export const SEATS: readonly Seat[] = [
  { ...seat({ role: 'bureau', place: CITY }, 'bureau'), may: holding('bureau', 'city') },
  ...places('bureau', [DISTRICT], [OTHER_DISTRICT]),
  ...places('street', [STREET], [OTHER_STREET, `${OTHER_DISTRICT}012`]),
  ...places('community', [COMMUNITY], [SIBLING]),
  ...places('finance', [CITY, DISTRICT, STREET], [OTHER_DISTRICT, OTHER_STREET]),
  ...places('judge', [CITY, DISTRICT, STREET], [OTHER_STREET]),
  ...places('resident', [STREET, COMMUNITY], [SIBLING]),
  ...organisations('chair', ORGANISATION),
  ...organisations('member', ORGANISATION),
  ...organisations('funder', FUNDER),
  {
    title: 'chair of a co-applicant',
    by: actor(idOf(42), [{ role: 'chair', organisation: PARTNER }]),
    may: holding('partner'),
  },
  {
    title: 'member of a co-applicant',
    by: actor(idOf(43), [{ role: 'member', organisation: PARTNER }]),
    may: holding('helper'),
  },
  // A seat of the wrong kind gives nothing, however it came about.
  ...['street', 'finance', 'bureau'].map(role => seat({ role, organisation: ORGANISATION }, undefined)),
  ...['chair', 'funder'].map(role => seat({ role, place: COMMUNITY }, undefined)),
  { title: 'themself', by: actor(THEMSELF), may: holding('self') },
  { title: 'chair of the panel', by: people.chair, may: holding('panelChair') },
  { title: 'observer of the round', by: people.observer, may: holding('observer') },
  { title: 'judge of the proposal', by: actor(JUDGE), may: holding('judges') },
  { title: 'somebody invited to judge', by: judge(1), may: holding('invited') },
  { title: 'who filed the objection', by: actor(FILER), may: holding('filer') },
  { title: 'who investigates the objection', by: actor(INVESTIGATOR), may: holding('investigator') },
  { title: 'no post', by: actor(idOf(41)), may: holding(undefined) },
  ...['founder', 'founding', 'deadlines', 'notary', 'nobody'].map(system),
]
