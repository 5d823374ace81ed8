/** 项目不再占用时释放资源: when a match ends, or the project does, its resource is there for others again. */
import { type Cause, policy } from '../../engine/policy.ts'
import { type MicroProject, resourceOf } from '../micro-project/data.ts'
import type { MicroProjectEvents } from '../micro-project/index.ts'

const release = ({ id, before, after }: Cause<MicroProject, object>) => {
  const held = resourceOf(before)
  return held === undefined || resourceOf(after) === held
    ? []
    : [{ workflow: 'resource', id: held, command: 'release-resource', input: { project: id } }]
}

export const releaseResourceWhenProjectLetsGo = policy<{
  'micro-project': { data: MicroProject; events: MicroProjectEvents }
}>()({
  name: 'release-resource-when-project-lets-go',
  title: { zh: '项目不再占用时释放资源', en: 'Release the resource when the project lets it go' },
  about: {
    zh: '对接被谢绝、撤回或失效，项目未获资助、结项、终止或撤回后，为其预留的资源恢复可用。',
    en: 'When a match is declined, withdrawn or lapses, or the project is not funded, accepted, terminated or withdrawn, what was reserved for it is available again.',
  },
  sends: { resource: ['release-resource'] },
  // Whatever refuses it says so: it was never reserved for this project, or is reserved for it no more.
  otherwise: () => ({
    notNeeded: { zh: '该资源未为这个项目预留', en: 'the resource is not reserved for this project' },
  }),
  when: {
    'micro-project': {
      MatchDeclinedByOrganisation: release,
      MatchDeclinedByNeedSide: release,
      MatchWithdrawn: release,
      MatchLapsed: release,
      ProposalWithdrawn: release,
      Declined: release,
      EndedInRound: release,
      WithdrawnInRound: release,
      AwardRenounced: release,
      ProjectWithdrawn: release,
      ProjectRejected: release,
      ProjectAccepted: release,
      ProjectTerminated: release,
    },
  },
})
