/** The sample district: its lists are handed in as an office hands them in, then its projects live through half a year. */
import { readFile } from 'node:fs/promises'
import { type Draft, type ListName, readList } from '../lists/lists.ts'
import { type Send, sendList } from '../lists/send-list.ts'
import { type Cast, idGiven, idsByName, playing, seatsIn } from './cast.ts'
import { lives } from './lives.ts'
import { openRound } from './open-round.ts'
import { publishPacks } from './packs.ts'
import { handIn } from './papers.ts'
import type { Storyteller } from './storyteller.ts'
import { tellLives } from './telling.ts'

/** How far back it begins. */
export const STORY_DAYS = 190

/** 武昌区 */
const DISTRICT = '420106'

export const tellStory = async (teller: Storyteller): Promise<void> => {
  const { cast, needs, papers, pack } = await setTheScene(teller)
  await tellLives(teller, cast, { needs, papers }, lives)
  await openRound(teller, cast, pack)
}

/** Who is there and what they bring, on the first day. */
export const setTheScene = async (teller: Storyteller) => {
  const { founder, others } = foundedBy(await linesOf('people', 'people.csv'))
  const first = await teller.founder(founder)
  const cast = await assemble(teller, first, others)
  await registerTwice(teller, first)
  const pack = await publishPacks(teller, cast, first)
  const needs = [...(await linesOf('needs', 'needs.csv')), ...(await linesOf('needs', 'needs-gb18030.csv'))]
  return { cast, needs, pack, papers: await handIn(teller, first) }
}

const linesOf = async (list: ListName, file: string): Promise<Draft[]> => {
  const bytes = await readFile(new URL(`../../samples/wuchang/${file}`, import.meta.url))
  return readList(list, bytes, DISTRICT).drafts
}

/** The city's bureau has the first post; nobody on the list could give it. */
const foundedBy = (people: readonly Draft[]) => {
  const isFounder = ({ followedBy }: Draft) =>
    followedBy.some(({ body }) => body.role === 'bureau' && body.place !== DISTRICT)
  const { name, phone } = people.find(isFounder)?.body ?? {}
  return { founder: { name: String(name), phone: String(phone) }, others: people.filter(each => !isFounder(each)) }
}

/** Organisations before people: posts in them name them. */
const assemble = async (teller: Storyteller, founder: string, people: readonly Draft[]): Promise<Cast> => {
  const bureau = clerk(teller, founder)
  const register = await linesOf('organisations', 'organisations.csv')
  const organisations = idsByName(register, await sendList(register, bureau.send))
  await bureau.registered('organisation')
  const persons = idsByName(people, await sendList(people, bureau.send))
  const seats = seatsIn(people, persons)
  const bureauOfDistrict = playing({ seats }, 'bureau', { place: DISTRICT })
  const cast = { organisations, seats, resources: await offer(teller, bureauOfDistrict) }
  await nameOfficers(teller, founder, cast)
  return cast
}

/** Somebody whom two counters registered: once that is recognised, the second record is merged into the first. */
const registerTwice = async (teller: Storyteller, founder: string): Promise<void> => {
  const register = (phone: string) =>
    teller.tell(founder, '/v1/person', { name: '穆如清', phone, place: '420106012' }, `story-twice-${phone}`)
  const kept = await register('13800009001')
  const { id: double } = await register('13800009002')
  const body = { double, reason: '姓名、住址一致，系同一人换号后重复登记' }
  await teller.tell(founder, `/v1/person/${kept.id}/recognise-double`, body, 'story-twice-recognised')
}

/** Sends a line a minute, so that the register keeps the order of the lists, and can wait until it has them. */
const clerk = (teller: Storyteller, person: string) => {
  const send = teller.as(person)
  let hour = 9
  let position = ''
  return {
    send: async (request: Parameters<Send>[0]) => {
      hour += 1 / 60
      await teller.at(teller.days, hour)
      const answer = await send(request)
      position = (answer.body as { position?: string }).position ?? position
      return answer
    },
    registered: (workflow: string) => send({ method: 'GET', path: `/v1/${workflow}?limit=1&after=${position}` }),
  }
}

const duties: Record<string, string> = { chair: 'chair', member: 'officer' }

const nameOfficers = async (teller: Storyteller, founder: string, { organisations, seats }: Cast): Promise<void> => {
  for (const [name, id] of organisations) {
    const officers = seats
      .filter(({ role, organisation }) => role in duties && organisation === name)
      .map(({ person, role }) => ({ person, duty: duties[role] }))
    if (officers.length > 0)
      await teller.tell(founder, `/v1/organisation/${id}/name-officers`, { officers }, `story-officers-${id}`)
  }
}

/** The lists of services and resources come from the district; the resources by their titles. */
const offer = async (teller: Storyteller, person: string): Promise<Map<string, string>> => {
  const bureau = teller.as(person)
  for (const sent of await sendList(await linesOf('supplies', 'supplies.csv'), bureau)) idGiven(sent)
  const resources = await linesOf('resources', 'resources.csv')
  return idsByName(resources, await sendList(resources, bureau))
}
