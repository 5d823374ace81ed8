/** 申报组织负责人员: who stands for an applicant on the register, with a post or without one, takes no part in running the round. */
import { z } from 'zod'
import { stage } from '../../engine/workflow.ts'
import { person } from '../fields.ts'
import type { CompetitionRound, Consulted } from './data.ts'

/** One event stays well below what a store takes as one. */
export const MOST_PEOPLE = 10_000

const commands = {
  'note-officers': z
    .strictObject({ people: z.array(person).min(1).max(MOST_PEOPLE).meta({ zh: '人员', en: 'People' }) })
    .meta({ zh: '记录申报组织负责人员', en: 'Note the officers of applicants' }),
}

const events = {
  OfficersNoted: commands['note-officers'].meta({ zh: '申报组织负责人员已记录', en: 'officers of applicants noted' }),
}

const isNew = ({ officers = [] }: CompetitionRound, people: readonly string[]): boolean => {
  const known = new Set(officers)
  return people.some(each => !known.has(each))
}

export const noting = stage<CompetitionRound, Consulted>()({
  commands,
  events,
  rules: {
    namesSomebodyNew: {
      of: 'note-officers',
      reads: ['people'],
      zh: '所列人员均已记录',
      en: 'All of them are noted already.',
      holds: ({ data }, { people }) => isNew(data, people),
    },
  },
  evolve: {
    OfficersNoted: (data, { people }) => ({
      ...data,
      officers: [...new Set([...(data.officers ?? []), ...people])].sort(),
    }),
  },
  // Nobody reads it here: whose they are would tell who applies. The register says of each organisation who they are.
  confidential: { OfficersNoted: [] },
  permits: { 'note-officers': [{ system: 'note-officers-when-round-moves-on' }] },
})
