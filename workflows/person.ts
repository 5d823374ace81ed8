/** A person: known by a name and how to reach them, appointed to posts from a day to a day. */
import { z } from 'zod'
import { type Actor, all, type Command, type Day, type Facts, type Post } from '../engine/definition.ts'
import { type Sealed, sealed } from '../engine/sealed.ts'
import { lifecycle } from '../engine/workflow.ts'
import { choice, day, dayBefore, organisation, reason, text } from './fields.ts'
import { idNumber } from './id-number.ts'
import type { Organisation } from './organisation.ts'
import { place } from './places/place-field.ts'
import { covers, type PlaceLevel, placeLevel, strictlyCovers } from './places/places.ts'
import { over, type Role, roles } from './roles.ts'

/** Who somebody is and how they are reached is sealed: no rule looks into it. */
export type Person = {
  name?: Sealed
  phone?: Sealed
  mail?: Sealed
  idNumber?: Sealed
  account?: Sealed
  place: string
  posts: readonly Post[]
}
type Consulted = { organisation: Organisation }

/** The posts in force on a day; the first and the last day count. */
export const postsOn = (posts: readonly Post[], on: Day): Post[] =>
  posts.filter(post => post.from <= on && (post.to === undefined || on <= post.to))

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const name = text(60).meta({ zh: '姓名', en: 'Name', personal: 'name', examples: ['周桂兰'] })
const phone = z
  .string()
  .regex(/^\+?\d[\d-]{4,18}\d$/)
  .meta({ zh: '联系电话', en: 'Phone', personal: 'phone', examples: ['027-87654321'] })
const mail = z
  .email()
  .max(120)
  .meta({ zh: '电子邮箱', en: 'Mail', personal: 'mail', examples: ['zhou@example.com'] })
const account = z
  .string()
  .regex(/^\d{10,30}$/)
  .meta({ zh: '银行账号', en: 'Bank account', personal: 'account', examples: ['6222020200112233445'] })
const post = z
  .string()
  .regex(/^\d{1,4}$/)
  .meta({ zh: '任职编号', en: 'Post', examples: ['1'] })

/** What changes together: who somebody is and how they are reached. */
const contact = {
  name: name.optional(),
  phone: phone.optional(),
  mail: mail.optional(),
  idNumber: idNumber.optional(),
  account: account.optional(),
}
const sealedContact = {
  name: sealed(name).optional(),
  phone: sealed(phone).optional(),
  mail: sealed(mail).optional(),
  idNumber: sealed(idNumber).optional(),
  account: sealed(account).optional(),
}

const appointment = {
  role: choice(roles, { zh: '角色', en: 'Role' }),
  place: place.optional().meta({ zh: '任职地点', en: 'Place of the post', shows: 'place' }),
  organisation: organisation.optional().meta({ zh: '任职组织', en: 'Organisation of the post', shows: 'organisation' }),
  from: day.meta({ zh: '任职起始日', en: 'First day' }),
  to: day.optional().meta({ zh: '任职截止日', en: 'Last day' }),
}
const appoint = z.strictObject(appointment).meta({ zh: '任命', en: 'Appoint' })
type Appointment = z.infer<typeof appoint>

const commands = {
  register: z.strictObject({ ...contact, name, phone, place }).meta({ zh: '登记人员', en: 'Register a person' }),
  'change-contact': z.strictObject(contact).meta({ zh: '变更联系方式', en: 'Change name or contact' }),
  appoint,
  'end-post': z
    .strictObject({ post, on: day.meta({ zh: '不再任职之日', en: 'First day out of office' }), reason })
    .meta({ zh: '结束任职', en: 'End a post' }),
  close: z.strictObject({ reason }).meta({ zh: '注销人员', en: "Close a person's record" }),
}

const events = {
  PersonRegistered: z
    .strictObject({ ...sealedContact, name: sealed(name), phone: sealed(phone), place })
    .meta({ zh: '人员已登记', en: 'person registered' }),
  ContactChanged: z.strictObject(sealedContact).meta({ zh: '联系方式已变更', en: 'name or contact changed' }),
  PersonAppointed: z.strictObject({ post, ...appointment }).meta({ zh: '已任命', en: 'person appointed' }),
  PostEnded: commands['end-post'].meta({ zh: '任职已结束', en: 'post ended' }),
  PersonClosed: commands.close.meta({ zh: '人员已注销', en: 'record closed' }),
}

// ── who may appoint whom ────────────────────────────────────────────────────────────────────────

type PersonFacts = Facts<Person, Consulted>
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
const offices: readonly Role[] = ['bureau', 'street', 'community']
/** Held an office or its money at any time: what such a person did, they did for the office. */
export const holdsOffice = ({ posts }: Person): boolean =>
  posts.some(({ role }) => role === 'finance' || offices.some(office => office === role))
const officesOver = over(...offices)

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

/** A post ended before its first day was never held. */
const wasHeld = ({ from, to }: Period): boolean => to === undefined || from <= to

const organisationOf = (person: Person, command: Command<typeof commands>): string | undefined => {
  if (command.type === 'appoint') return command.data.organisation
  return command.type === 'end-post' ? postNamed(person, command.data.post)?.organisation : undefined
}

const postNamed = (person: Person, id: string): Post | undefined => person.posts.find(each => each.id === id)

const ending = (person: Person, id: string, on: Day, recorded: Day): Person => ({
  ...person,
  posts: person.posts.map(each => (each.id === id ? { ...each, to: dayBefore(on), ended: recorded } : each)),
})

// ── the lifecycle ───────────────────────────────────────────────────────────────────────────────

export const person = lifecycle<Person, Consulted>()({
  name: 'person',
  title: { zh: '人员', en: 'Person' },
  about: {
    zh: '登记一个人及其联系方式，记录其在各地点和组织的任职；每个人能做什么，由其现任职务决定。',
    en: 'A person and how to reach them, with the posts they hold; what somebody may do comes from their posts.',
  },
  version: 1,
  roles,
  start: { place: '', posts: [] },
  commands,
  events,
  rules: {
    saysWhatChanges: {
      of: 'change-contact',
      reads: ['name', 'phone', 'mail', 'idNumber', 'account'],
      zh: '请至少填写一项新的内容',
      en: 'Give at least one thing that is new.',
      holds: (_, input) => Object.values(input).some(value => value !== undefined),
    },
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
    holdsNoPost: {
      of: 'close',
      metBy: ['end-post'],
      zh: '此人仍有任职，请先结束全部任职',
      en: 'The person still has a post; end every post first.',
      holds: ({ data, today }) =>
        !data.posts.some(held => wasHeld(held) && (held.to === undefined || held.to >= today)),
    },
  },
  consults: {
    organisation: (data, command) => ({ workflow: 'organisation', id: organisationOf(data, command) }),
  },
  records: {
    PersonAppointed: ({ data }, command) => ({
      ...(command.data as Appointment),
      post: String(data.posts.length + 1),
    }),
  },
  chart: {
    initial: 'blank',
    states: {
      blank: {
        meta: { zh: '未登记', en: 'not registered' },
        on: { register: { target: 'active', actions: 'PersonRegistered' } },
      },
      active: {
        meta: { zh: '在册', en: 'on record' },
        on: {
          'change-contact': { guard: all('saysWhatChanges'), actions: 'ContactChanged' },
          appoint: {
            guard: all(
              'notThemself',
              'founderOnce',
              'roleHasItsSeat',
              'placeFitsRole',
              'organisationStands',
              'daysInOrder',
              'notHeldAlready',
              'appointsBelow',
              'officialsJoinByOffice',
            ),
            actions: 'PersonAppointed',
          },
          'end-post': { guard: all('postRuns', 'endsBelow'), actions: 'PostEnded' },
          close: { target: 'closed', guard: all('holdsNoPost'), actions: 'PersonClosed' },
        },
      },
      closed: { type: 'final', meta: { zh: '已注销', en: 'closed' } },
    },
  },
  evolve: {
    PersonRegistered: (data, registered) => ({ ...data, ...registered }),
    ContactChanged: (data, changed) => ({ ...data, ...changed }),
    PersonAppointed: (data, { post, ...held }) => ({ ...data, posts: [...data.posts, { id: post, ...held }] }),
    PostEnded: (data, { post, on }, { occurredOn }) => ending(data, post, on, occurredOn),
    PersonClosed: data => data,
  },
  permits: {
    register: [...officesOver, { system: 'founder' }],
    'change-contact': [{ self: true }, ...officesOver],
    appoint: [...officesOver, { role: 'chair', in: 'organisation' }, { system: 'founder' }],
    'end-post': [{ self: true }, ...officesOver, { role: 'chair', in: 'organisation' }],
    close: [
      { role: 'bureau', over: 'place' },
      { role: 'street', over: 'place' },
    ],
  },
  place: (data, command) => (command?.type === 'register' ? command.data.place : data.place) || undefined,
  within: { organisation: (data, command) => command && organisationOf(data, command) },
  sees: [{ self: true }, ...officesOver, ...over('finance')],
  opens: {
    name: [{ self: true }, ...officesOver],
    phone: [{ self: true }, ...over('street', 'community')],
    mail: [{ self: true }, ...over('street', 'community')],
    'id-number': [{ self: true }, ...over('street')],
    account: [{ self: true }, ...over('finance')],
  },
  label: data => data.name ?? '',
})
