/** Short lives beside the projects: people, organisations and resources, some of which want what is one of its kind. */

import { creditCheckSign } from '../../../workflows/credit-code.ts'
import type { Random } from '../../fuzz/random.ts'
import { COMMUNITY, need, reason } from '../../support/micro-project.ts'
import type { Cast } from '../cast.ts'

/** What is sent one after the other; the first starts the life. A refusal ends it. */
export type Errand = { workflow: string; steps: readonly (readonly [by: string, command: string, input: object])[] }

/** Few of each, so that lives meet. */
const CODES = 60
const ID_NUMBERS = 80
const NAMES = 200

export const errandBy = (random: Random, cast: Cast): Errand =>
  random.pick([person, person, organisation, organisation, resource])(random, cast)

const person = (random: Random, { founder, street }: Cast): Errand => {
  const idNumber = idNumberOf(random.below(ID_NUMBERS))
  const born = { name: '张三', phone: '027-87650000', place: COMMUNITY, idNumber }
  const endings = [
    [[street, 'close', { reason }]],
    [[founder, 'erase', { reason }]],
    [
      [street, 'close', { reason }],
      [founder, 'erase', { reason }],
    ],
    [],
  ] as const
  return {
    workflow: 'person',
    steps: [
      [founder, 'register', random.percent(60) ? born : { ...born, idNumber: undefined }],
      [street, 'change-contact', { phone: `027-8765${1000 + random.below(9000)}` }],
      ...random.pick<readonly (readonly [string, string, object])[]>(endings),
    ],
  }
}

const organisation = (random: Random, { street }: Cast): Errand => {
  const enrolled = { name: `互助队${random.below(NAMES)}`, field: need.field, place: COMMUNITY }
  const papers = () => ({ tier: 'registered', creditCode: creditCodeOf(random.below(CODES)) })
  const starts = random.percent(50) ? papers() : { tier: 'community-managed' }
  return {
    workflow: 'organisation',
    steps: [
      [street, 'enrol', { ...enrolled, ...starts }],
      ...(random.percent(50) ? [[street, 'change-tier', { ...papers(), reason }] as const] : []),
      [street, 'suspend', { reason }],
      [street, 'reinstate', { reason }],
      ...(random.percent(80) ? [[street, 'dissolve', { reason }] as const] : []),
    ],
  }
}

const resource = (random: Random, { street }: Cast): Errand => {
  const offer = (title: string) => ({ holder: '社区', kind: 'venue', title, detail: '可容纳六十人', place: COMMUNITY })
  const revisions = Array.from(
    { length: 1 + random.below(8) },
    (_, n) => [street, 'revise-resource', offer(`${n}楼`)] as const,
  )
  return {
    workflow: 'resource',
    steps: [[street, 'offer-resource', offer('大厅')], ...revisions, [street, 'withdraw-resource', { reason }]],
  }
}

const creditCodeOf = (n: number): string => {
  const seventeen = `51420106MJH${String(n).padStart(6, '0')}`
  return seventeen + creditCheckSign(seventeen)
}

const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

const idNumberOf = (n: number): string => {
  const seventeen = `42010619900307${String(n).padStart(3, '0')}`
  const sum = ID_WEIGHTS.reduce((total, weight, i) => total + weight * Number(seventeen[i]), 0)
  return seventeen + '10X98765432'.charAt(sum % 11)
}
