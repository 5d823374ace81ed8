/** Who is there and in which post, as the lists of people and organisations say. */
import type { Draft } from '../lists/lists.ts'
import type { Sent } from '../lists/send-list.ts'
import type { Part } from './step.ts'

type Seat = { person: string; role: string; place?: string; organisation?: string }
export type Cast = {
  organisations: ReadonlyMap<string, string>
  resources: ReadonlyMap<string, string>
  seats: readonly Seat[]
}

/** The id that a line's life was given. */
export const idGiven = (sent: Sent | undefined): string => {
  if (sent?.outcome === 'refused') throw new Error(`line ${sent.line} of the sample was refused: ${sent.problem}`)
  if (sent === undefined) throw new Error('a line of the sample was not sent')
  return sent.id
}

export const idsByName = (drafts: readonly Draft[], sent: readonly Sent[]): Map<string, string> =>
  new Map(drafts.map(({ body }, index) => [String(body.name ?? body.title), idGiven(sent[index])]))

export const seatsIn = (drafts: readonly Draft[], people: ReadonlyMap<string, string>): Seat[] =>
  drafts.flatMap(({ body, followedBy }) =>
    followedBy.map(({ body: { role, place, organisation } }) => ({
      person: idOf(people, String(body.name)),
      role: String(role),
      ...(typeof place === 'string' && { place }),
      ...(typeof organisation === 'string' && { organisation }),
    })),
  )

export const idOf = (ids: ReadonlyMap<string, string>, name: string): string => {
  const id = ids.get(name)
  if (id === undefined) throw new Error(`the sample names '${name}', who is not in its lists`)
  return id
}

/** Where a project is, who serves it and who pays for it. */
export type Around = { place: string; organisation?: string; funder?: string }

const DISTRICT = 6
const STREET = 9

/** Who takes a part in a project, by id. */
export const playing = ({ seats }: Pick<Cast, 'seats'>, part: Part, around: Around): string => {
  const [person] = candidates(seats, part, around)
  if (person === undefined) throw new Error(`nobody in the sample is ${part} at ${around.place}`)
  return person
}

const candidates = (seats: readonly Seat[], part: Part, { place, organisation, funder }: Around): string[] => {
  const at = (role: string, where: string) => peopleIn(seats, each => each.role === role && each.place === where)
  const of = (role: string, which = '') => peopleIn(seats, each => each.role === role && each.organisation === which)
  const district = place.slice(0, DISTRICT)
  /** Who chairs the organisation does not supervise it: the bureau steps in. */
  const street = () =>
    [...at('street', place.slice(0, STREET)), ...at('bureau', district).slice(1)].filter(
      person => !of('chair', organisation).includes(person),
    )
  const parts: Record<Part, () => string[]> = {
    community: () => [...at('community', place), ...street()],
    street,
    bureau: () => at('bureau', district),
    secondBureau: () => at('bureau', district).slice(1),
    finance: () => at('finance', district),
    secondFinance: () => at('finance', district).slice(1),
    funder: () => of('funder', funder),
    chair: () => of('chair', organisation),
    member: () => [...of('member', organisation), ...of('chair', organisation)],
    resident: () => [...at('resident', place), ...peopleIn(seats, each => each.role === 'resident')],
  }
  return parts[part]()
}

const peopleIn = (seats: readonly Seat[], fits: (seat: Seat) => boolean): string[] =>
  seats.filter(fits).map(({ person }) => person)
