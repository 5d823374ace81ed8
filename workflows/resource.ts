/** A resource (资源清单): a venue, goods, money or people that somebody offers to the neighbourhood. */
import { z } from 'zod'
import { all } from '../engine/definition.ts'
import { lifecycle } from '../engine/workflow.ts'
import { freeText, reason } from './fields.ts'
import { place } from './places/place-field.ts'
import { covers } from './places/places.ts'
import { over, type Role, roles } from './roles.ts'
import { resourceKind } from './vocabulary.ts'

export type Resource = {
  holder: string
  kind: string
  title: string
  detail: string
  place: string
  available?: string
  standing: 'available' | 'reserved' | 'withdrawn'
  /** The project that has it. */
  reservedFor?: string | undefined
}

const project = z.uuid().meta({ zh: '微项目', en: 'Micro-project' })

const offer = {
  holder: freeText(80).meta({ zh: '资源单位', en: 'Holder', examples: ['水果湖街道党群服务中心'] }),
  kind: resourceKind,
  title: freeText(80).meta({ zh: '资源名称', en: 'Title', examples: ['二楼多功能厅'] }),
  detail: freeText(2000).meta({ zh: '资源说明', en: 'Detail', examples: ['可容纳六十人，有投影'] }),
  place,
  available: freeText(200)
    .optional()
    .meta({ zh: '可用时间', en: 'When available', examples: ['每周三、周六下午'] }),
}

const commands = {
  'offer-resource': z.strictObject(offer).meta({ zh: '登记资源', en: 'Offer a resource' }),
  'revise-resource': z.strictObject(offer).meta({ zh: '修改资源', en: 'Revise a resource' }),
  'withdraw-resource': z.strictObject({ reason }).meta({ zh: '撤回资源', en: 'Withdraw a resource' }),
  'reserve-resource': z.strictObject({ project }).meta({ zh: '预留资源', en: 'Reserve a resource' }),
  'release-resource': z.strictObject({ project }).meta({ zh: '释放资源', en: 'Release a resource' }),
}

const events = {
  ResourceOffered: commands['offer-resource'].meta({ zh: '资源已登记', en: 'resource offered' }),
  ResourceRevised: commands['revise-resource'].meta({ zh: '资源已修改', en: 'resource revised' }),
  ResourceWithdrawn: commands['withdraw-resource'].meta({ zh: '资源已撤回', en: 'resource withdrawn' }),
  ResourceReserved: commands['reserve-resource'].meta({ zh: '资源已预留', en: 'resource reserved' }),
  ResourceReleased: commands['release-resource'].meta({ zh: '资源已释放', en: 'resource released' }),
}

const offices: readonly Role[] = ['community', 'street', 'bureau']
const byOffices = over(...offices)

export const resource = lifecycle<Resource>()({
  name: 'resource',
  title: { zh: '社区资源', en: 'Resource' },
  about: {
    zh: '资源清单中的一项：谁有什么场地、物资、人力或资金，何时可用，为哪个项目预留。',
    en: 'An entry of the resource list: who has which venue, goods, people or money, when, and which project has it.',
  },
  version: 1,
  roles,
  start: { holder: '', kind: '', title: '', detail: '', place: '', standing: 'available' },
  commands,
  events,
  rules: {
    movesWithinReach: {
      of: 'revise-resource',
      reads: ['place'],
      zh: '只能改到本人任职地点范围内',
      en: 'A resource is moved only to where one’s own post reaches.',
      holds: ({ actor }, { place }) =>
        actor.posts.some(
          post => offices.some(role => role === post.role) && post.place !== undefined && covers(post.place, place),
        ),
    },
    isReservedForIt: {
      of: 'release-resource',
      reads: ['project'],
      zh: '该资源不是为这个项目预留的',
      en: 'The resource is not reserved for this project.',
      holds: ({ data }, { project }) => data.reservedFor === project,
    },
  },
  consults: {},
  chart: {
    initial: 'blank',
    states: {
      blank: {
        meta: { zh: '未登记', en: 'blank' },
        on: { 'offer-resource': { target: 'available', actions: 'ResourceOffered' } },
      },
      available: {
        meta: { zh: '可用', en: 'available' },
        on: {
          'revise-resource': { guard: all('movesWithinReach'), actions: 'ResourceRevised' },
          'withdraw-resource': { target: 'withdrawn', actions: 'ResourceWithdrawn' },
          'reserve-resource': { target: 'reserved', actions: 'ResourceReserved' },
        },
      },
      reserved: {
        meta: { zh: '已预留', en: 'reserved' },
        on: {
          'revise-resource': { guard: all('movesWithinReach'), actions: 'ResourceRevised' },
          'release-resource': { target: 'available', guard: all('isReservedForIt'), actions: 'ResourceReleased' },
        },
      },
      withdrawn: { type: 'final', meta: { zh: '已撤回', en: 'withdrawn' } },
    },
  },
  evolve: {
    ResourceOffered: ({ standing }, offered) => ({ standing, ...offered }),
    ResourceRevised: ({ standing, reservedFor }, revised) => ({ standing, reservedFor, ...revised }),
    ResourceWithdrawn: data => ({ ...data, standing: 'withdrawn' }),
    ResourceReserved: (data, { project }) => ({ ...data, standing: 'reserved', reservedFor: project }),
    ResourceReleased: data => ({ ...data, standing: 'available', reservedFor: undefined }),
  },
  permits: {
    'offer-resource': byOffices,
    'revise-resource': byOffices,
    'withdraw-resource': byOffices,
    'reserve-resource': [{ system: 'reserve-resource-when-match-proposed' }],
    'release-resource': [{ system: 'release-resource-when-project-lets-go' }],
  },
  place: (data, command) => (command?.type === 'offer-resource' ? command.data.place : data.place || undefined),
  label: ({ title }) => title,
  sees: [{ anyone: true }],
})
