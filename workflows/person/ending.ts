/**
 * How a person's record ends: closed, and it may be read on, or reinstated where that was a mistake; found to be a second record of somebody, and merged into
 * the first; or erased. Merging and erasing destroy the key of what was sealed. What the person did stays, under an id.
 */
import { z } from 'zod'
import type { Post } from '../../engine/definition.ts'
import { lifeKey } from '../../engine/sealed.ts'
import { stage } from '../../engine/workflow.ts'
import { day, person, reason } from '../fields.ts'
import { covers } from '../places/places.ts'
import { over } from '../roles.ts'
import { type Consulted, heldPosts, holdsPost, type Person, type PersonFacts } from './data.ts'
import { appointment } from './posts.ts'

const double = person.meta({ zh: '重复登记的人员', en: 'The second record' })

const commands = {
  close: z.strictObject({ reason }).meta({ zh: '注销人员', en: "Close a person's record" }),
  reinstate: z.strictObject({ reason }).meta({ zh: '恢复误注销的人员', en: 'Reinstate a record closed by mistake' }),
  'recognise-double': z
    .strictObject({ double, reason })
    .meta({ zh: '认定重复登记', en: 'Recognise a second record of this person' }),
  merge: z
    .strictObject({ into: person.meta({ zh: '保留的人员', en: 'The record that is kept' }) })
    .meta({ zh: '并入保留的人员', en: 'Merge into the record that is kept' }),
  erase: z.strictObject({ reason }).meta({ zh: '删除个人信息', en: 'Erase personal data' }),
}

/** A post as it was held: numbered anew where it goes to. */
const heldPost = z.strictObject({
  ...appointment,
  ended: day.optional().meta({ zh: '结束登记日期', en: 'Day on which its end was recorded' }),
})

const events = {
  PersonClosed: commands.close.meta({ zh: '人员已注销', en: 'record closed' }),
  PersonReinstated: commands.reinstate.meta({ zh: '人员已恢复', en: 'record reinstated' }),
  DoubleRecognised: z
    .strictObject({
      double,
      posts: z.array(heldPost).meta({ zh: '承接的任职经历', en: 'Posts held there' }),
      doubles: z.array(person).meta({ zh: '其重复登记', en: 'Its own second records' }),
      reason,
    })
    .meta({ zh: '已认定重复登记', en: 'second record recognised' }),
  PersonMerged: commands.merge.meta({ zh: '已并入保留的人员', en: 'merged into the record that is kept' }),
  PersonErased: commands.erase.meta({ zh: '个人信息已删除', en: 'personal data erased' }),
}

const isOver = ({ actor }: PersonFacts, place: string): boolean =>
  actor.posts.some(
    own => ['bureau', 'street'].includes(own.role) && own.place !== undefined && covers(own.place, place),
  )

/** What tells one held post from another, its number aside. */
const seatOf = ({ role, place, organisation, from, to, ended }: Omit<Post, 'id'>): string =>
  JSON.stringify([role, place, organisation, from, to, ended])

const notYetHeld = (kept: Person, posts: readonly Post[]): Post[] => {
  const held = new Set(kept.posts.map(seatOf))
  return posts.filter(post => !held.has(seatOf(post)))
}

const hasTakenOver = (kept: Person, id: string, other: Person): boolean =>
  [id, ...other.doubles].every(each => kept.doubles.includes(each)) && notYetHeld(kept, heldPosts(other)).length === 0

const numbered = (posts: readonly Post[], more: readonly Omit<Post, 'id'>[]): Post[] => [
  ...posts,
  ...more.map((post, index) => ({ ...post, id: String(posts.length + index + 1) })),
]

const officesOver = over('bureau', 'street')

export const endings = stage<Person, Consulted>()({
  commands,
  events,
  rules: {
    holdsNoPost: {
      of: ['close', 'merge', 'erase'],
      metBy: ['end-post'],
      zh: '此人仍有任职，请先结束全部任职',
      en: 'The person still has a post; end every post first.',
      holds: ({ data, today }) => !holdsPost(data, today),
    },
    anotherRecord: {
      of: 'recognise-double',
      reads: ['double'],
      zh: '没有这个人员，或其记录已合并或已删除，或就是本人记录',
      en: 'There is no such person, or that record is merged or erased, or it is this very record.',
      holds: ({ id, consulted }, input) =>
        input.double !== id && ['active', 'closed'].includes(consulted.double?.standing ?? ''),
    },
    overBothRecords: {
      of: 'recognise-double',
      reads: ['double'],
      zh: '两条记录须都在本人辖区内，否则由上一级办理',
      en: 'Both records must lie within one’s own place; else the level above decides.',
      holds: (facts, _) => isOver(facts, facts.data.place) && isOver(facts, facts.consulted.double?.place ?? ''),
    },
    doubleHoldsNoPost: {
      of: 'recognise-double',
      reads: ['double'],
      zh: '重复登记的人员仍有任职，请先在该记录上结束全部任职',
      en: 'The second record still has a post; end every post there first.',
      holds: ({ consulted, today }, _) => consulted.double === undefined || !holdsPost(consulted.double, today),
    },
    notRecognisedYet: {
      of: 'recognise-double',
      reads: ['double'],
      zh: '该重复登记已经认定',
      en: 'That record is recognised already.',
      holds: ({ data, consulted }, input) =>
        consulted.double === undefined || !hasTakenOver(data, input.double, consulted.double),
    },
    recognisedThere: {
      of: 'merge',
      reads: ['into'],
      metBy: ['recognise-double'],
      zh: '保留的人员尚未认定本记录为重复登记，或认定后本记录又有变化，请先在保留的记录上认定',
      en: 'The record that is kept has not recognised this one, or not as it stands now; recognise it there first.',
      holds: ({ id, data, consulted }, input) =>
        input.into !== id && consulted.into !== undefined && hasTakenOver(consulted.into, id, data),
    },
    keptStands: {
      of: 'merge',
      reads: ['into'],
      zh: '保留的人员的记录已合并或已删除',
      en: 'The record to be kept is merged or erased itself.',
      holds: ({ consulted }, _) =>
        consulted.into === undefined || ['active', 'closed'].includes(consulted.into.standing),
    },
  },
  records: {
    DoubleRecognised: ({ data, consulted }, command) => {
      const { double, reason } = command.data as z.infer<(typeof commands)['recognise-double']>
      const { doubles = [] } = consulted.double ?? {}
      const held = notYetHeld(data, consulted.double ? heldPosts(consulted.double) : []).map(
        ({ id: _, ...post }) => post,
      )
      return { double, posts: held as z.input<typeof heldPost>[], doubles: [...doubles], reason }
    },
  },
  erases: {
    PersonMerged: (_, id) => [lifeKey('person', id)],
    PersonErased: (_, id) => [lifeKey('person', id)],
  },
  evolve: {
    PersonClosed: data => ({ ...data, standing: 'closed' }),
    PersonReinstated: data => ({ ...data, standing: 'active' }),
    DoubleRecognised: (data, { double, posts, doubles }) => ({
      ...data,
      posts: numbered(data.posts, posts),
      doubles: [...new Set([...data.doubles, double, ...doubles])],
    }),
    PersonMerged: (data, { into }) => ({ ...data, standing: 'merged', mergedInto: into }),
    PersonErased: data => ({ ...data, standing: 'erased' }),
  },
  permits: {
    close: officesOver,
    reinstate: officesOver,
    'recognise-double': officesOver,
    merge: [...officesOver, { system: 'merge-double-when-recognised' }],
    erase: [{ self: true }, ...officesOver],
  },
  apart: [
    {
      zh: '注销人员的人不得恢复该人员',
      en: 'Who closed a record does not reinstate it.',
      did: ['PersonClosed'],
      mayNot: ['reinstate'],
    },
  ],
  corrections: [
    { entries: ['PersonClosed'], event: 'PersonReinstated', made: 'PersonReinstated', commands: ['reinstate'] },
  ],
})
