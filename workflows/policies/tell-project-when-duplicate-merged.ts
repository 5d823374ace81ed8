/** 重复项目并入后告知保留的项目: a project that a duplicate was merged into says so in its own history. */
import { policy } from '../../engine/policy.ts'
import type { MicroProject } from '../micro-project/data.ts'
import type { MicroProjectEvents } from '../micro-project/index.ts'

export const tellProjectWhenDuplicateMerged = policy<{
  'micro-project': { data: MicroProject; events: Pick<MicroProjectEvents, 'ProjectMerged'> }
}>()({
  name: 'tell-project-when-duplicate-merged',
  title: { zh: '重复项目并入后告知保留的项目', en: 'Tell the project that a duplicate was merged into it' },
  about: {
    zh: '重复的项目并入另一项目后，在保留的项目上记录其编号。',
    en: 'When a duplicate is merged into another project, that one records which.',
  },
  sends: { 'micro-project': ['take-in-duplicate'] },
  when: {
    'micro-project': {
      ProjectMerged: ({ id, event: { into } }) => [
        { workflow: 'micro-project', id: into, command: 'take-in-duplicate', input: { project: id } },
      ],
    },
  },
})
