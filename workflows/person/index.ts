/** A person: known by a name and how to reach them, appointed to posts from a day to a day; one file a part, joined here. */
import type { z } from 'zod'
import { all } from '../../engine/definition.ts'
import { join, lifecycle } from '../../engine/workflow.ts'
import { over, roles } from '../roles.ts'
import { contacts } from './contact.ts'
import { type Consulted, offices, type Person, start } from './data.ts'
import { endings } from './ending.ts'
import { appointments, organisationOf } from './posts.ts'

const whole = join(contacts, appointments, endings)

type Events = typeof whole.events
/** Every event by its name, with its data. */
export type PersonEvents = { [E in keyof Events & string]: z.infer<Events[E]> }

export const person = lifecycle<Person, Consulted>()({
  name: 'person',
  title: { zh: '人员', en: 'Person' },
  about: {
    zh: '登记一个人及其联系方式，记录其在各地点和组织的任职；每个人能做什么，由其现任职务决定。',
    en: 'A person and how to reach them, with the posts they hold; what somebody may do comes from their posts.',
  },
  version: 1,
  roles,
  start,
  ...whole,
  consults: {
    organisation: (data, command) => ({ workflow: 'organisation', id: organisationOf(data, command) }),
    double: (_, command) => ({
      workflow: 'person',
      id: command.type === 'recognise-double' ? command.data.double : undefined,
    }),
    into: (_, command) => ({ workflow: 'person', id: command.type === 'merge' ? command.data.into : undefined }),
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
              'declinedOnceIsAsked',
            ),
            actions: 'PersonAppointed',
          },
          'decline-post': { guard: all('isDeclinedSoon'), actions: 'PostDeclined' },
          'end-post': { guard: all('postRuns', 'endsBelow'), actions: 'PostEnded' },
          'recognise-double': {
            guard: all('anotherRecord', 'overBothRecords', 'doubleHoldsNoPost', 'notRecognisedYet'),
            actions: 'DoubleRecognised',
          },
          close: { target: 'closed', guard: all('holdsNoPost'), actions: 'PersonClosed' },
          merge: {
            target: 'merged',
            guard: all('holdsNoPost', 'recognisedThere', 'keptStands'),
            actions: 'PersonMerged',
          },
          erase: { target: 'erased', guard: all('holdsNoPost'), actions: 'PersonErased' },
        },
      },
      closed: {
        meta: { zh: '已注销', en: 'closed' },
        on: {
          reinstate: { target: 'active', actions: 'PersonReinstated' },
          merge: {
            target: 'merged',
            guard: all('holdsNoPost', 'recognisedThere', 'keptStands'),
            actions: 'PersonMerged',
          },
          erase: { target: 'erased', guard: all('holdsNoPost'), actions: 'PersonErased' },
        },
      },
      merged: { type: 'final', meta: { zh: '已合并', en: 'merged' } },
      erased: { type: 'final', meta: { zh: '已删除', en: 'erased' } },
    },
  },
  claims: {
    'id-number': {
      zh: '身份证号',
      en: 'Id number',
      by: { PersonRegistered: ({ idNumber }) => idNumber, ContactChanged: ({ idNumber }) => idNumber },
      releasedBy: ['PersonMerged', 'PersonErased'],
    },
  },
  place: (data, command) => (command?.type === 'register' ? command.data.place : data.place) || undefined,
  within: { organisation: (data, command) => command && organisationOf(data, command) },
  sees: [{ self: true }, ...over(...offices, 'finance')],
  opens: {
    name: [{ self: true }, ...over(...offices)],
    phone: [{ self: true }, ...over('street', 'community')],
    mail: [{ self: true }, ...over('street', 'community')],
    'id-number': [{ self: true }, ...over('street')],
    account: [{ self: true }, ...over('finance')],
  },
  seesAccess: [{ self: true }, ...over('bureau')],
  label: data => data.name ?? '',
})
