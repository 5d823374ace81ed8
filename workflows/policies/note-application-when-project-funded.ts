/** 项目获得资金后记入组织: an organisation is known by what it is paid for already, so that it is not asked for again elsewhere. */
import { type Cause, policy } from '../../engine/policy.ts'
import type { MicroProject } from '../micro-project/data.ts'
import type { MicroProjectEvents } from '../micro-project/index.ts'

const note = ({ id, after: { match } }: Cause<MicroProject, object>) =>
  match === undefined
    ? []
    : [
        {
          workflow: 'organisation',
          id: match.organisation,
          command: 'note-application',
          input: { life: id, kind: 'micro-project' },
        },
      ]

export const noteApplicationWhenProjectFunded = policy<{
  'micro-project': {
    data: MicroProject
    events: Pick<MicroProjectEvents, 'Commissioned' | 'Awarded' | 'AwardedInRound'>
  }
}>()({
  name: 'note-application-when-project-funded',
  title: { zh: '项目获得资金后记入组织', en: 'Note with the organisation what it is funded for' },
  about: {
    zh: '微项目被直接委托或获得资助后，记入承接组织，供比对其他申报是否重复。',
    en: 'When a project is commissioned or awarded, its organisation is known to be paid for it, so that other proposals can be compared with it.',
  },
  sends: { organisation: ['note-application'] },
  when: { 'micro-project': { Commissioned: note, Awarded: note, AwardedInRound: note } },
  otherwise: () => ({
    notNeeded: { zh: '已经记录过，或组织已注销', en: 'noted before, or the organisation is dissolved' },
  }),
})
