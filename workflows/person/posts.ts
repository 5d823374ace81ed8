/** Posts are given from a day to a day, by who stands above them, and ended. */
import { z } from 'zod'
import type { Actor, Command, Day, Post } from '../../engine/definition.ts'
import { stage } from '../../engine/workflow.ts'
import { choice, day, dayBefore, daysFrom, organisation, reason } from '../fields.ts'
import { place } from '../places/place-field.ts'
import { covers, type PlaceLevel, placeLevel, strictlyCovers } from '../places/places.ts'
import { over, type Role, roles } from '../roles.ts'
import { type Consulted, holdsOffice, offices, type Person, type PersonFacts, wasHeld } from './data.ts'

const post = z
  .string()
  .regex(/^\d{1,4}$/)
  .meta({ zh: '任职编号', en: 'Post', examples: ['1'] })

export const appointment = {
  role: choice(roles, { zh: '角色', en: 'Role' }),
  place: place.optional().meta({ zh: '任职地点', en: 'Place of the post', shows: 'place' }),
  organisation: organisation.optional().meta({ zh: '任职组织', en: 'Organisation of the post', shows: 'organisation' }),
  from: day.meta({ zh: '任职起始日', en: 'First day' }),
  to: day.optional().meta({ zh: '任职截止日', en: 'Last day' }),
}
const appoint = z.strictObject(appointment).meta({ zh: '任命', en: 'Appoint' })
type Appointment = z.infer<typeof appoint>

const commands = {
  appoint,
  'end-post': z
    .strictObject({ post, on: day.meta({ zh: '不再任职之日', en: 'First day out of office' }), reason })
    .meta({ zh: '结束任职', en: 'End a post' }),
  'decline-post': z.strictObject({ post, reason }).meta({ zh: '声明未同意加入', en: 'Decline a membership' }),
}

const events = {
  PersonAppointed: z.strictObject({ post, ...appointment }).meta({ zh: '已任命', en: 'person appointed' }),
  PostEnded: commands['end-post'].meta({ zh: '任职已结束', en: 'post ended' }),
  PostDeclined: commands['decline-post'].meta({ zh: '已声明未同意加入', en: 'membership declined' }),
}

// ── who may appoint whom ────────────────────────────────────────────────────────────────────────

type Seat = { role: string; place?: string; organisation?: string }

/** The levels at which a role has its place; a role that is not here has its seat in an organisation. */
const levels: Partial<Record<Role, readonly PlaceLevel[]>> = {
  bureau: ['city', 'district'],
  street: ['street'],
  community: ['community'],
  finance: ['city', 'district', 'street'],
  judge: ['city', 'district', 'street'],
  resident: ['street', 'community'],
}

/** The first post of an empty log is given from the command line: nobody stands above it yet. */
const isFounder = (actor: Actor): boolean => actor.person === 'system:founder'

/** Nobody decides on a post above or beside their own place, nor on one in an organisation outside it. */
const standsAbove = ({ actor, consulted }: PersonFacts, seat: Seat): boolean =>
  isFounder(actor) || actor.posts.some(own => isAbove(own, seat, consulted.organisation?.place))

const isAbove = (own: Post, seat: Seat, organisationPlace: string | undefined): boolean => {
  if (own.role === 'chair') return seat.role === 'member' && seat.organisation === own.organisation
  if (!offices.some(role => role === own.role) || own.place === undefined) return false
  if (seat.place !== undefined) return strictlyCovers(own.place, seat.place)
  // A funder commits money to any project: a street or community cannot make one.
  if (seat.role === 'funder' && own.role !== 'bureau') return false
  return organisationPlace !== undefined && covers(own.place, organisationPlace)
}

/** The same actor, without what they may do as an organisation's chair. */
const inOffices = (actor: Actor): Actor => ({ ...actor, posts: actor.posts.filter(({ role }) => role !== 'chair') })

const sameSeat = (one: Seat, other: Seat): boolean =>
  one.role === other.role && one.place === other.place && one.organisation === other.organisation

type Period = { from: Day; to?: Day }
const overlap = (one: Period, other: Period): boolean =>
  (one.to === undefined || other.from <= one.to) && (other.to === undefined || one.from <= other.to)

type PostCommand = Command<typeof commands>

/** The organisation of the post that a command is about. */
export const organisationOf = (person: Person, asked: { type: string; data: object }): string | undefined => {
  const command = asked as PostCommand
  if (command.type === 'appoint') return command.data.organisation
  return command.type === 'end-post' ? postNamed(person, command.data.post)?.organisation : undefined
}

const postNamed = (person: Person, id: string): Post | undefined => person.posts.find(each => each.id === id)

/** Days, our own figure. Whoever does not want to belong says so soon: later they ended what they held. */
const DAYS_TO_DECLINE = 7

/** An organisation's chair names members without asking them, and whoever belongs to it is kept from its projects. */
const mayBeDeclined = ({ data, today }: PersonFacts, id: string): boolean => {
  const joined = data.joined?.[id]
  return joined !== undefined && daysFrom(joined, today) <= DAYS_TO_DECLINE && !data.declined?.includes(id)
}

const declining = (person: Person, id: string): Person => ({
  ...person,
  posts: person.posts.map(each => (each.id === id ? { ...each, to: dayBefore(each.from) } : each)),
  declined: [...(person.declined ?? []), id],
})

const joining = ({ joined }: Person, { post: id, role }: { post: string; role: string }, on: Day) =>
  role === 'member' && { joined: { ...joined, [id]: on } }

const ending = (person: Person, id: string, on: Day, recorded: Day): Person => ({
  ...person,
  posts: person.posts.map(each => (each.id === id ? { ...each, to: dayBefore(on), ended: recorded } : each)),
})

export const appointments = stage<Person, Consulted>()({
  commands,
  events,
  rules: {
    notThemself: {
      of: 'appoint',
      zh: '不能任命自己，请由上一级办理',
      en: 'Nobody appoints themselves; ask the level above.',
      holds: ({ id, actor }) => id !== actor.person,
    },
    founderOnce: {
      of: 'appoint',
      zh: '首次任命只适用于从未任职的人员',
      en: 'The founding appointment is only for a person who never held a post.',
      holds: ({ actor, data }) => !isFounder(actor) || data.posts.length === 0,
    },
    roleHasItsSeat: {
      of: 'appoint',
      reads: ['role', 'place', 'organisation'],
      zh: '民政局、街道办、社区、财务、评委、居民须填任职地点；组织负责人、组织成员、资助方须填任职组织；两者只填其一',
      en: 'Bureau, street, community, finance, judge and resident have a place; chair, member and funder have an organisation; never both.',
      holds: (_, { role, place, organisation }) =>
        levels[role] ? place !== undefined && !organisation : place === undefined && organisation !== undefined,
    },
    placeFitsRole: {
      of: 'appoint',
      reads: ['role', 'place'],
      zh: '任职地点的层级与角色不符：民政局在市或区，街道办在街道，社区在社区，财务和评委在市、区或街道，居民在街道或社区',
      en: 'The level of the place does not fit the role: bureau at city or district; street at a street; community at a community; finance and judge at city, district or street; resident at a street or community.',
      holds: (_, { role, place }) => !place || !levels[role] || levels[role].includes(placeLevel(place)),
    },
    organisationStands: {
      of: 'appoint',
      reads: ['organisation'],
      zh: '没有这个组织，或该组织已注销',
      en: 'There is no such organisation, or it is dissolved.',
      holds: ({ consulted }, { organisation }) =>
        !organisation || (consulted.organisation !== undefined && consulted.organisation.standing !== 'dissolved'),
    },
    daysInOrder: {
      of: 'appoint',
      reads: ['from', 'to'],
      zh: '任职截止日不能早于起始日',
      en: 'The last day must not lie before the first.',
      holds: (_, { from, to }) => to === undefined || from <= to,
    },
    notHeldAlready: {
      of: 'appoint',
      reads: ['role', 'place', 'organisation', 'from', 'to'],
      metBy: ['end-post'],
      zh: '此人在这段时间内已担任同一职务，请先结束原任职',
      en: 'The person holds this very post in that time already; end it first.',
      holds: ({ data }, input) =>
        !data.posts.some(held => wasHeld(held) && sameSeat(held, input) && overlap(held, input)),
    },
    appointsBelow: {
      of: 'appoint',
      reads: ['role', 'place', 'organisation'],
      zh: '只能任命本人任职地点以下的职务、辖区内组织的职务，资助方由民政局任命，组织负责人只能任命本组织的成员',
      en: 'One appoints only to places below one’s own and to organisations within it, funders only as a bureau; a chair only members of their own organisation.',
      holds: standsAbove,
    },
    officialsJoinByOffice: {
      of: 'appoint',
      reads: ['role', 'place', 'organisation'],
      zh: '此人担任或担任过公职，加入组织后须回避该组织的项目，因此须由街道办、社区或民政局任命',
      en: 'The person holds or held an office, and membership would keep them from the organisation’s projects; an office appoints them, not the chair.',
      holds: (facts, seat) =>
        seat.role !== 'member' ||
        !holdsOffice(facts.data) ||
        standsAbove({ ...facts, actor: inOffices(facts.actor) }, seat),
    },
    declinedOnceIsAsked: {
      of: 'appoint',
      reads: ['role', 'organisation'],
      zh: '此人已声明未同意加入该组织，须由街道办、社区或民政局任命',
      en: 'The person declined to belong to this organisation; an office appoints them, not the chair.',
      holds: (facts, seat) =>
        !facts.data.posts.some(each => facts.data.declined?.includes(each.id) && sameSeat(each, seat)) ||
        standsAbove({ ...facts, actor: inOffices(facts.actor) }, seat),
    },
    isDeclinedSoon: {
      of: 'decline-post',
      reads: ['post'],
      zh: `只能在被列为组织成员后${DAYS_TO_DECLINE}日内声明未同意，此后请结束任职`,
      en: `A membership is declined within ${DAYS_TO_DECLINE} days of being recorded; later it is ended.`,
      holds: (facts, { post }) => mayBeDeclined(facts, post),
    },
    postRuns: {
      of: 'end-post',
      reads: ['post', 'on'],
      zh: '没有这个任职，或其在该日之前已经结束，或该日早于任职起始日',
      en: 'There is no such post, or it has ended by that day, or that day lies before its first.',
      holds: ({ data }, { post, on }) => {
        const held = postNamed(data, post)
        return held !== undefined && held.from <= on && (held.to === undefined || on <= held.to)
      },
    },
    endsBelow: {
      of: 'end-post',
      reads: ['post'],
      zh: '只能结束本人的任职，或本人任职地点以下及辖区内组织的职务，组织负责人只能结束本组织成员的任职',
      en: 'One ends one’s own post, or one below one’s own place or in an organisation within it; a chair only those of members.',
      holds: (facts, { post }) => {
        const held = postNamed(facts.data, post)
        return facts.id === facts.actor.person || (held !== undefined && standsAbove(facts, held))
      },
    },
  },
  records: {
    PersonAppointed: ({ data }, command) => ({
      ...(command.data as Appointment),
      post: String(data.posts.length + 1),
    }),
  },
  evolve: {
    PersonAppointed: (data, { post, ...held }, { occurredOn }) => ({
      ...data,
      posts: [...data.posts, { id: post, ...held }],
      ...joining(data, { post, role: held.role }, occurredOn),
    }),
    PostDeclined: (data, { post }) => declining(data, post),
    PostEnded: (data, { post, on }, { occurredOn }) => ending(data, post, on, occurredOn),
  },
  permits: {
    appoint: [...over(...offices), { role: 'chair', in: 'organisation' }, { system: 'founder' }],
    'end-post': [{ self: true }, ...over(...offices), { role: 'chair', in: 'organisation' }],
    'decline-post': [{ self: true }],
  },
})
