/**
 * Why a judge may not judge what an applicant asks for: what is known from posts, the register and the project, and what
 * the judge declared. Pure; whoever records a matrix or assigns proposals brings the lives.
 */
import type { Day, Post, Title } from '../../engine/definition.ts'

export const tieKinds = {
  employer: { zh: '任职单位', en: 'employer' },
  post: { zh: '担任职务', en: 'post' },
  adviser: { zh: '担任顾问', en: 'adviser' },
  kin: { zh: '亲属任职', en: 'kin works there' },
} as const satisfies Record<string, Title>
export type TieKind = keyof typeof tieKinds

/** `ended`: the day on which somebody recorded that it is over. */
export type Tie = { organisation: string; kind: TieKind; from: Day; to?: Day; ended?: Day }

/** `doubles`: ids under which the same human being was registered, and acted, before. */
export type KnownJudge = {
  person: string
  doubles: readonly string[]
  posts: readonly Post[]
  ties: readonly Tie[]
}

export type KnownApplicant = {
  id: string
  officers: readonly { person: string }[]
  formerOfficers: readonly { person: string; until: Day }[]
}

/** Who took part in the project before it came to the round, by what they did. */
export type KnownProject = { posted: readonly string[]; matched: readonly string[] }

export type Conflict =
  | 'posted-the-need'
  | 'proposed-the-match'
  /** Is an officer of the applicant, or lately was. */
  | 'officer'
  /** Holds a post in it, or lately did. */
  | 'post'
  /** Declared by the judge. */
  | 'tie'

/** What a past conflict is counted from, and for how many years it lasts. */
type Reckoning = { today: Day; yearsApart: number }

/** A 29 February counts from the day that it would be: days are compared as text, and that lies between the 28th and March. */
const yearsBefore = (day: Day, years: number): Day => `${Number(day.slice(0, 4)) - years}${day.slice(4)}`

const isRecent = (until: Day | undefined, { today, yearsApart }: Reckoning): boolean =>
  until === undefined || until >= yearsBefore(today, yearsApart)

/** Its last day may be dated back; the day on which somebody recorded that may not. */
const lastDay = ({ to, ended }: { to?: Day; ended?: Day }): Day | undefined =>
  to !== undefined && ended !== undefined && ended > to ? ended : to

/** A post is a conflict from the day on which it is known, though it begins later. */
const holdsPost = ({ posts }: KnownJudge, { id }: KnownApplicant, when: Reckoning): boolean =>
  posts.some(post => post.organisation === id && isRecent(lastDay(post), when))

const hasTie = ({ ties }: KnownJudge, { id }: KnownApplicant, when: Reckoning): boolean =>
  ties.some(tie => tie.organisation === id && isRecent(lastDay(tie), when))

/** Who stands on the register as an officer of an applicant, or lately did. */
export const officersOf = ({ officers, formerOfficers }: KnownApplicant, when: Reckoning): string[] => {
  const former = formerOfficers.filter(({ until }) => isRecent(until, when))
  return [...officers, ...former].map(({ person }) => person)
}

const isOfficer = (selves: readonly string[], applicant: KnownApplicant, when: Reckoning): boolean =>
  officersOf(applicant, when).some(person => selves.includes(person))

/** Every reason there is; none where the judge may judge. */
export const conflictsBetween = (
  judge: KnownJudge,
  applicant: KnownApplicant,
  project: KnownProject,
  when: Reckoning,
): Conflict[] => {
  const selves = [judge.person, ...judge.doubles]
  const isOneOf = (people: readonly string[]): boolean => people.some(person => selves.includes(person))
  const found: [Conflict, boolean][] = [
    ['posted-the-need', isOneOf(project.posted)],
    ['proposed-the-match', isOneOf(project.matched)],
    ['officer', isOfficer(selves, applicant, when)],
    ['post', holdsPost(judge, applicant, when)],
    ['tie', hasTie(judge, applicant, when)],
  ]
  return found.filter(([, is]) => is).map(([conflict]) => conflict)
}
