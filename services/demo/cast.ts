/** Who is there: offices of Wuchang, organisations with their chairs, a pool of judges, two neighbours. */
import list from '../../workflows/places/wuhan-2023.json' with { type: 'json' }
import type { Stage } from './stage.ts'

/** 武昌区 */
export const DISTRICT = '420106'

const FIELDS = [
  'elder-and-child-care',
  'culture-and-education',
  'health-care',
  'dispute-mediation',
  'mental-health',
  'community-hygiene',
]
const SURNAMES = [...'赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许']
const GIVEN = ['建国', '桂兰', '志明', '秀英', '晓东', '丽华', '文静', '海燕', '玉梅', '立新']

export type Applicant = { organisation: string; chair: string; place: string; field: string; late: boolean }
export type PoolJudge = { judge: string; person: string }
export type Cast = {
  founder: string
  organiser: string
  checker: string
  secondChecker: string
  investigator: string
  panelChair: string
  /** Chairs the panel when who did cannot go on. */
  deputy: string
  observer: string
  resident: string
  bystander: string
  neighbour: string
  neighbours: string
  applicants: readonly Applicant[]
  judges: readonly PoolJudge[]
}

/** Enough judges for a panel of seven, reserves, and conflicts. */
const JUDGES = 13
/** The only one from the district's own offices beside each two from outside. */
const isOutside = (number: number): boolean => number % 4 !== 0

const nameOf = (number: number): string =>
  `${SURNAMES[number % SURNAMES.length]}${GIVEN[Math.floor(number / SURNAMES.length) % GIVEN.length]}`

const communities = (list as [code: string, name: string][])
  .map(([code]) => code)
  .filter(code => code.startsWith(DISTRICT) && code.length === 12)

type Seat = { role: string; place?: string; organisation?: string }

const people = (stage: Stage, founder: string) => {
  let registered = 0
  return async (...seats: Seat[]): Promise<string> => {
    registered += 1
    const phone = `027-${String(80_000_000 + registered)}`
    const { id } = await stage.send(founder, '/v1/person', { name: nameOf(registered), phone, place: DISTRICT })
    for (const seat of seats) await stage.send(founder, `/v1/person/${id}/appoint`, { ...seat, from: stage.day(0) })
    return id
  }
}

/** `applicants`: each may apply twice. */
export const assemble = async (stage: Stage, applicants: number, inPool: number = JUDGES): Promise<Cast> => {
  const founder = await stage.teller.founder({ name: '何采薇', phone: '027-80000000' })
  const person = people(stage, founder)
  const bureau = { role: 'bureau', place: DISTRICT }
  const neighbours = await enrolled(stage, founder, { name: '水果湖邻里议事会', number: 0 })
  const cast = {
    founder,
    neighbours,
    organiser: await person(bureau),
    checker: await person(bureau),
    secondChecker: await person(bureau),
    investigator: await person(bureau),
    panelChair: await person(),
    observer: await person(),
    resident: await person({ role: 'resident', place: communities[0] as string }),
    bystander: await person(),
    neighbour: await person({ role: 'chair', organisation: neighbours }),
    applicants: [] as Applicant[],
  }
  for (let number = 1; number <= applicants; number++)
    cast.applicants.push(await applicant(stage, founder, person, number))
  const judges = await pool(stage, cast.organiser, person, cast.applicants, inPool)
  return { ...cast, judges, deputy: await person() }
}

/** Enrolled weeks before the call, where the rules ask for months. */
export const assembleLate = async (stage: Stage, { founder, applicants }: Cast): Promise<Applicant> => {
  const number = applicants.length + 1
  const organisation = await enrolled(stage, founder, { name: applicantsName(number), number })
  const { id: chair } = await stage.send(founder, '/v1/person', {
    name: '方知夏',
    phone: '027-80009999',
    place: DISTRICT,
  })
  await stage.send(founder, `/v1/person/${chair}/appoint`, { role: 'chair', organisation, from: stage.day(60) })
  return { organisation, chair, place: placeOf(number), field: fieldOf(number), late: true }
}

const applicantsName = (number: number): string => `武昌公益服务队${String(number).padStart(3, '0')}`
const placeOf = (number: number): string => communities[number % communities.length] as string
const fieldOf = (number: number): string => FIELDS[number % FIELDS.length] as string

const applicant = async (
  stage: Stage,
  founder: string,
  person: ReturnType<typeof people>,
  number: number,
): Promise<Applicant> => {
  const organisation = await enrolled(stage, founder, { name: applicantsName(number), number })
  const chair = await person({ role: 'chair', organisation })
  const officers = [{ person: chair, duty: 'chair' }]
  await stage.send(founder, `/v1/organisation/${organisation}/name-officers`, { officers })
  return { organisation, chair, place: placeOf(number), field: fieldOf(number), late: false }
}

const enrolled = async (stage: Stage, founder: string, { name, number }: { name: string; number: number }) => {
  const filingNumber = `WCSGH-2026-${String(number).padStart(3, '0')}`
  const enrol = { name, tier: 'filed', filingNumber, field: 'mutual-care-centre', place: placeOf(number) }
  return (await stage.send(founder, '/v1/organisation', enrol)).id
}

/** The first declares an employer among the applicants; the second is a member of one. */
const pool = async (
  stage: Stage,
  organiser: string,
  person: ReturnType<typeof people>,
  applicants: readonly Applicant[],
  many: number,
): Promise<PoolJudge[]> => {
  const judges: PoolJudge[] = []
  for (let number = 0; number < many; number++) {
    const tied = number === 1 ? [{ role: 'member', organisation: applicants[1]?.organisation as string }] : []
    const judge = await person(...tied)
    const knows = FIELDS.filter((_, at) => (at + number) % 3 !== 0)
    const enrol = { person: judge, place: DISTRICT, outside: isOutside(number), fields: knows }
    judges.push({ person: judge, judge: (await stage.send(organiser, '/v1/judge', enrol)).id })
  }
  const [first] = judges as [PoolJudge]
  const employer = { organisation: applicants[0]?.organisation, kind: 'employer', from: stage.day(0) }
  await stage.send(first.person, `/v1/judge/${first.judge}/declare-tie`, employer)
  return judges
}
