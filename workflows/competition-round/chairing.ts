/** 更换评审组长: a chair who falls ill or leaves does not hold up a round; the bureau names another, whom the other lives of the round follow. */
import { z } from 'zod'
import { heldSince } from '../../engine/definition.ts'
import { stage } from '../../engine/workflow.ts'
import { person, reason } from '../fields.ts'
import { heldPosts } from '../person/data.ts'
import { over } from '../roles.ts'
import {
  type CompetitionRound,
  type Consulted,
  concerned,
  isApplicantsOfficer,
  isSelf,
  observer,
  panelChair,
  type RoundFacts,
} from './data.ts'

const commands = {
  'replace-chair': z
    .strictObject({ chair: person.meta({ zh: '新任评审组长', en: 'New chair of the panel', shows: 'person' }), reason })
    .meta({ zh: '更换评审组长', en: 'Replace the chair' }),
}
const events = { ChairReplaced: commands['replace-chair'].meta({ zh: '评审组长已更换', en: 'chair replaced' }) }

const isActive = ({ consulted }: RoundFacts): boolean => consulted.chair?.standing === 'active'

/** Under this record, and under those that were doubles of it. */
const selvesOf = ({ consulted }: RoundFacts, named: string): string[] => [named, ...(consulted.chair?.doubles ?? [])]

/** By a post held at any time since the round opened, or still to begin; nor by the register, as far as the round has noted it. */
const isOfNoApplicant = (facts: RoundFacts, { chair }: { chair: string }): boolean =>
  !isApplicantsOfficer(facts.data, selvesOf(facts, chair)) && !holdsPostIn(facts)

const holdsPostIn = ({ data, consulted }: RoundFacts): boolean =>
  heldSince(
    { heldPosts: consulted.chair ? heldPosts(consulted.chair) : [] },
    new Set(concerned(data)),
    data.openedOn ?? '',
  )

export const chairing = stage<CompetitionRound, Consulted>()({
  commands,
  events,
  // Nothing is asked of who chaired until now: they may be unable to act, or be nobody any more.
  rules: {
    newChairMayAct: {
      of: 'replace-chair',
      reads: ['chair'],
      zh: '新任评审组长未登记，或其登记已停用',
      en: 'The new chair is not registered, or is active no more.',
      holds: isActive,
    },
    newChairIsAnother: {
      of: 'replace-chair',
      reads: ['chair'],
      zh: '新任评审组长须为现任组长、监督人和提交种子承诺者以外的人员',
      en: 'The new chair is neither the present one nor the observer, nor did they commit to a seed.',
      holds: (facts, { chair }) => {
        const { chair: present, observer: watches, seeds } = facts.data
        const taken = [present, watches, ...seeds.map(({ person: holds }) => holds)]
        return !selvesOf(facts, chair).some(each => taken.includes(each))
      },
    },
    newChairIsNotTheSender: {
      of: 'replace-chair',
      reads: ['chair'],
      zh: '不能指定本人接任评审组长，请由其他人员办理',
      en: 'Nobody puts themself in the chair; let somebody else send this.',
      holds: (facts, { chair }) => !selvesOf(facts, chair).some(each => isSelf(facts.actor, each)),
    },
    // Also who declined or left: asked again, or heard under a pseudonym, they would sit on both sides.
    newChairJudgesNothing: {
      of: 'replace-chair',
      reads: ['chair'],
      zh: '受邀评审本轮次的人员不能担任评审组长，谢绝或退出的也不能',
      en: 'Who was invited to judge in the round does not chair it, also where they declined or left.',
      holds: (facts, { chair }) => {
        const selves = selvesOf(facts, chair)
        return facts.data.judges.every(each => !selves.includes(each.person))
      },
    },
    newChairIsNoApplicants: {
      of: 'replace-chair',
      reads: ['chair'],
      zh: '申报组织的人员，以及征集开始后曾任职的人员，不能担任评审组长',
      en: 'Who belongs to an applicant, or did since the call opened, does not chair the panel.',
      holds: isOfNoApplicant,
    },
  },
  evolve: {
    ChairReplaced: (data, { chair }) => ({
      ...data,
      chair,
      formerChairs: [...(data.formerChairs ?? []), data.chair],
    }),
  },
  // As with the draft: it names somebody, and why another left is nobody's business.
  confidential: { ChairReplaced: [...over('street', 'bureau'), panelChair, observer] },
  permits: { 'replace-chair': over('bureau') },
})
