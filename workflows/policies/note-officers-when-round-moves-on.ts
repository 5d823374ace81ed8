/** 轮次进入下一阶段时记录申报组织负责人员: whoever stands for an applicant without a post is known to the round before somebody decides in it. */
import { type Cause, type Look, policy } from '../../engine/policy.ts'
import type { CompetitionRound } from '../competition-round/data.ts'
import type { CompetitionRoundEvents } from '../competition-round/index.ts'
import { MOST_PEOPLE } from '../competition-round/officers.ts'
import { officersOfApplicants, packOf } from './known-conflicts.ts'

const inParts = (people: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(people.length / MOST_PEOPLE) }, (_, n) =>
    people.slice(n * MOST_PEOPLE, (n + 1) * MOST_PEOPLE),
  )

// Beside those whom the round knew as this happened, and not as it is now: made again, the parts are the same. Nor is it
// told whenever an organisation names somebody: in a blind round that moment would tell of whom it is that they apply.
const noteOfficers = async ({ id, after, meta }: Cause<CompetitionRound, object>, look: Look) => {
  const { yearsApart } = (await packOf(look, after.pack)).panel
  const known = new Set(after.officers)
  const people = await officersOfApplicants(look, after.entries, { today: meta.occurredOn, yearsApart })
  const parts = inParts(people.filter(each => !known.has(each)))
  return parts.map(part => ({ workflow: 'competition-round', id, command: 'note-officers', input: { people: part } }))
}

export const noteOfficersWhenRoundMovesOn = policy<{
  'competition-round': { data: CompetitionRound; events: CompetitionRoundEvents }
}>()({
  name: 'note-officers-when-round-moves-on',
  title: { zh: '轮次进入下一阶段时记录申报组织负责人员', en: 'Note the officers of applicants when a round moves on' },
  about: {
    zh: '资格审查结束、更换评审组长、评分启封和公示时，按组织名册记录申报和联合申报组织现任及规则包所定年限内曾任的负责人员；此前未记录的才记录。其不得主持评审，也不得处理该轮次的异议。',
    en: 'When screening is finished, the chair is replaced, sheets are revealed and the list is published, those who by the register are officers of an applicant or co-applicant, or were within the years of the pack, are noted, if they were not before: they do not run the judging, nor decide on objections to the round.',
  },
  sends: { 'competition-round': ['note-officers'] },
  otherwise: () => ({
    notNeeded: {
      zh: '所列人员均已记录，或轮次已不在需要记录的阶段',
      en: 'they are noted already, or the round is where nobody asks for them',
    },
  }),
  when: {
    'competition-round': {
      ScreeningFinished: noteOfficers,
      // Whoever comes to chair is held against the register as it is then.
      ChairReplaced: noteOfficers,
      SheetsRevealed: noteOfficers,
      PublicityOpened: noteOfficers,
      PublishedAgain: noteOfficers,
    },
  },
})
