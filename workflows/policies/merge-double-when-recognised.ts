/** 认定重复登记后合并: once a record has recognised a second one of the same person, that one is merged into it. */
import { policy } from '../../engine/policy.ts'
import type { Person } from '../person/data.ts'
import type { PersonEvents } from '../person/index.ts'

export const mergeDoubleWhenRecognised = policy<{ person: { data: Person; events: PersonEvents } }>()({
  name: 'merge-double-when-recognised',
  title: { zh: '认定重复登记后合并', en: 'Merge a double once it is recognised' },
  about: {
    zh: '在保留的人员记录上认定重复登记后，自动将重复的记录并入；其个人信息的密钥随之销毁。',
    en: 'Once the record that is kept has recognised a second one, that one is merged into it, and the key of its personal data destroyed.',
  },
  sends: { person: ['merge'] },
  when: {
    person: {
      DoubleRecognised: ({ id, event: { double } }) => [
        { workflow: 'person', id: double, command: 'merge', input: { into: id } },
      ],
    },
  },
})
