/** What is known of judges and applicants at this moment, looked up for the policies that keep them apart. */
import type { Day } from '../../engine/definition.ts'
import type { Look } from '../../engine/policy.ts'
import { applicantsOf, type Entry } from '../competition-round/data.ts'
import type { Judge } from '../judge.ts'
import {
  conflictsBetween,
  type KnownApplicant,
  type KnownJudge,
  type KnownProject,
  officersOf,
} from '../judging/conflicts.ts'
import type { Organisation } from '../organisation.ts'
import { heldPosts, type Person } from '../person/data.ts'
import type { RoundPack } from '../round-pack/pack.ts'
import { dataOf } from './data-of.ts'

type Asking = Pick<Entry, 'proposal' | 'applicant' | 'coApplicants' | 'project'>
type Parties = { proposal: string; applicants: readonly KnownApplicant[]; project: KnownProject }

export const packOf = async (look: Look, id: string): Promise<RoundPack> =>
  (await dataOf<{ pack: RoundPack }>(look, 'round-pack', id)).pack

/** Nobody who left the pool or is suspended judges anything. */
const knownJudge = async (look: Look, id: string): Promise<KnownJudge | undefined> => {
  const seat = (await look.life('judge', id))?.data as Judge | undefined
  if (seat?.standing !== 'active') return undefined
  const person = (await look.life('person', seat.person))?.data as Person | undefined
  return person && { person: seat.person, doubles: person.doubles, posts: heldPosts(person), ties: seat.ties }
}

const knownApplicant = async (look: Look, id: string): Promise<KnownApplicant> => {
  const { officers = [], formerOfficers = [] } = ((await look.life('organisation', id))?.data ??
    {}) as Partial<Organisation>
  return { id, officers, formerOfficers }
}

const knownProject = async (look: Look, id: string | undefined): Promise<KnownProject> => {
  const project = id === undefined ? undefined : await look.life('micro-project', id)
  const whoDid = (...events: string[]): string[] => events.flatMap(event => project?.did(event) ?? [])
  return { posted: whoDid('NeedPosted'), matched: whoDid('MatchProposed', 'ServiceOffered') }
}

const partiesOf = async (look: Look, entries: readonly Asking[]): Promise<Parties[]> => {
  const applicants = new Map<string, KnownApplicant>()
  for (const id of new Set(entries.flatMap(applicantsOf))) applicants.set(id, await knownApplicant(look, id))
  const parties: Parties[] = []
  for (const entry of entries)
    parties.push({
      proposal: entry.proposal,
      applicants: applicantsOf(entry).flatMap(id => applicants.get(id) ?? []),
      project: await knownProject(look, entry.project),
    })
  return parties
}

const mayNot = (judge: KnownJudge | undefined, parties: readonly Parties[], when: Reckoning): string[] =>
  parties
    .filter(
      ({ applicants, project }) =>
        judge === undefined || applicants.some(each => conflictsBetween(judge, each, project, when).length > 0),
    )
    .map(({ proposal }) => proposal)

type Reckoning = { today: Day; yearsApart: number }

/** Everybody who stands, or lately stood, on the register as an officer of somebody who applies; each once, in the order of their ids. */
export const officersOfApplicants = async (
  look: Look,
  entries: readonly Pick<Entry, 'applicant' | 'coApplicants'>[],
  when: Reckoning,
): Promise<string[]> => {
  const people = new Set<string>()
  for (const id of new Set(entries.flatMap(applicantsOf)))
    for (const person of officersOf(await knownApplicant(look, id), when)) people.add(person)
  return [...people].sort()
}

/** For each judge, by the life in the pool, the proposals that they may not judge. */
export const conflictsOf = async (
  look: Look,
  judges: readonly string[],
  entries: readonly Asking[],
  when: Reckoning,
): Promise<Map<string, string[]>> => {
  const parties = await partiesOf(look, entries)
  const found = new Map<string, string[]>()
  for (const id of judges) found.set(id, mayNot(await knownJudge(look, id), parties, when))
  return found
}
