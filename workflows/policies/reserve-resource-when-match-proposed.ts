/** 提出对接时预留资源: a match that names a resource takes it; where it is gone, the project is told. */
import { policy } from '../../engine/policy.ts'
import type { MicroProject } from '../micro-project/data.ts'
import type { MicroProjectEvents } from '../micro-project/index.ts'

type Proposed = { id: string; event: { match: number; resource?: string | undefined } }

const reserve = ({ id, event: { resource } }: Proposed) =>
  resource === undefined
    ? []
    : [{ workflow: 'resource', id: resource, command: 'reserve-resource', input: { project: id } }]

export const reserveResourceWhenMatchProposed = policy<{
  'micro-project': { data: MicroProject; events: Pick<MicroProjectEvents, 'MatchProposed' | 'ServiceOffered'> }
}>()({
  name: 'reserve-resource-when-match-proposed',
  title: { zh: '提出对接时预留资源', en: 'Reserve the resource when a match is proposed' },
  about: {
    zh: '提出的对接写明要占用的资源时，为该项目预留；已被占用或不存在的，告知该项目。',
    en: 'A match that names a resource reserves it for the project; where it is taken or not there, the project is told.',
  },
  sends: { resource: ['reserve-resource'], 'micro-project': ['note-resource-refused'] },
  when: { 'micro-project': { MatchProposed: reserve, ServiceOffered: reserve } },
  otherwise: ({ event: { match, resource } }, _, { code }) => ({
    command: 'note-resource-refused',
    input: { match, resource, why: code === 'unknown-instance' ? 'unknown' : 'taken' },
    orElse: { notNeeded: { zh: '项目已经结束', en: 'the project has come to its end' } },
  }),
})
