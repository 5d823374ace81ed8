/** An open round and a project that was sent to it, over HTTP: where stories of proposals begin. */
import { randomUUID } from 'node:crypto'
import { addDays, civilDay, dayBegins, type simulatedClock } from '../../engine/clock.ts'
import { passTime } from '../../services/passing-time.ts'
import { commitmentOf } from '../../workflows/judging/draw.ts'
import type { RoundPack } from '../../workflows/round-pack/pack.ts'
import { round } from './competition-round.ts'
import { need } from './micro-project.ts'
import { district } from './round-packs.ts'
import type { Person, Service } from './service.ts'

const DISTRICT = '420106'
const STREET = '420106012'

export type Scene = {
  s: Service
  bureau: Person
  secondBureau: Person
  street: Person
  community: Person
  chair: Person
  panelChair: Person
  observer: Person
  organisation: string
  pack: string
  /** An open round under the pack, with `more` of its own, and what reveals the seeds that it was opened with. */
  openRound(more?: { fund?: number; title?: string }): Promise<string>
  revealSeeds(round: string): Promise<void>
  /** A project that is matched with the organisation, and not yet sent anywhere. */
  matched(): Promise<string>
  /** The clock moves; what falls due meanwhile happens. */
  later(days: number): Promise<void>
}

export const enrolled = async (s: Service): Promise<string> => {
  const filing = { tier: 'filed', filingNumber: `备-${randomUUID().slice(0, 8)}` }
  const named = { name: `互助队${randomUUID().slice(0, 8)}`, field: need.field, place: need.place }
  return (await s.given(s.founder, '/v1/organisation', { ...named, ...filing })).id
}

const published = async (s: Service, by: Person, pack: RoundPack): Promise<string> => {
  const { id } = await s.given(by, '/v1/round-pack', { place: DISTRICT, pack })
  const { body } = await s.call(by, 'GET', `/v1/round-pack/${id}`)
  await s.given(s.founder, `/v1/round-pack/${id}/check-pack`, { digest: body.data.digest })
  await s.given(by, `/v1/round-pack/${id}/publish-pack`, { basis: '局务会' })
  return id
}

/** The organisation has stood on the register for `days` when the rounds open. */
export const scene = async (s: Service, pack: RoundPack = district, days = 100): Promise<Scene> => {
  const clock = s.runtime.clock as ReturnType<typeof simulatedClock>
  const today = () => civilDay(clock.now())
  const later = (days: number) => passTime(s.runtime, clock, dayBegins(addDays(today(), days)))
  const organisation = await enrolled(s)
  await later(days)
  const [bureau, secondBureau, street, community, chair, panelChair, observer] = await Promise.all([
    s.somebody({ role: 'bureau', place: DISTRICT }),
    s.somebody({ role: 'bureau', place: DISTRICT }),
    s.somebody({ role: 'street', place: STREET }),
    s.somebody({ role: 'community', place: need.place }),
    s.somebody({ role: 'chair', organisation }),
    s.register(),
    s.register(),
  ])
  const rules = await published(s, bureau, pack)
  const people = { chair: panelChair.id, observer: observer.id }
  const seedsOf = new Map<string, { organiser: string; observer: string }>()
  const openRound: Scene['openRound'] = async more => {
    const { id } = await s.given(bureau, '/v1/competition-round', {
      ...{ ...round, pack: rules, ...people, closesOn: addDays(today(), 25), ...more },
    })
    const seeds = { organiser: randomUUID(), observer: randomUUID() }
    seedsOf.set(id, seeds)
    const path = `/v1/competition-round/${id}`
    await s.given(bureau, `${path}/commit-seed`, { commitment: commitmentOf('organiser', seeds.organiser) })
    await s.given(observer, `${path}/commit-seed`, { commitment: commitmentOf('observer', seeds.observer) })
    await s.given(bureau, `${path}/open-round`)
    return id
  }
  const revealSeeds = async (id: string) => {
    const path = `/v1/competition-round/${id}/reveal-seed`
    await s.given(bureau, path, { seed: seedsOf.get(id)?.organiser })
    await s.given(observer, path, { seed: seedsOf.get(id)?.observer })
  }
  const matched = async () => {
    const { id } = await s.given(community, '/v1/micro-project', need)
    const path = `/v1/micro-project/${id}`
    await s.given(community, `${path}/post-need`)
    await s.given(street, `${path}/accept-need`)
    await s.given(chair, `${path}/offer-to-serve`, {
      organisation,
      reasons: [{ list: 'supply', text: '驻地在本社区' }],
    })
    await s.given(community, `${path}/accept-match-as-need-side`, { match: 1 })
    return id
  }
  return {
    ...{ s, bureau, secondBureau, street, community, chair, panelChair, observer },
    ...{ organisation, pack: rules, openRound, revealSeeds, matched, later },
  }
}
