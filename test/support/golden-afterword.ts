/** What the sample district's story does not tell, so that every kind of event has been recorded once. */
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { simulatedClock } from '../../engine/clock.ts'
import { settled } from '../../services/passing-time.ts'
import { CALENDAR } from '../../workflows/working-calendar/index.ts'
import { tellProposals } from './golden-proposal.ts'
import { tellRounds } from './golden-round.ts'
import {
  ballotIn,
  closeJudging,
  declareNone,
  inDays,
  reveal,
  roundJudgedIn,
  type Seat,
  seatsIn,
  submitAll,
  toBallot,
  toRound,
  written,
} from './judged-round.ts'
import { need } from './micro-project.ts'
import type { Ending } from './postgres.ts'
import { rootKeys } from './root-keys.ts'
import { samplePack } from './round-packs.ts'
import { type Person, type Service, service } from './service.ts'

const DONGTING = '420106012021'
const reason = '核对后决定'
const venue = { holder: '社区', kind: 'venue', title: '多功能厅', detail: '可容纳六十人', place: DONGTING }

type Told = { s: Service; street: Person; chair: Person }

export const tellAfterword = async (t: Ending, s: Service, pool: pg.Pool): Promise<void> => {
  const [street, chair] = await Promise.all([
    s.somebody({ role: 'street', place: '420106012' }),
    s.somebody({ role: 'community', place: DONGTING }),
  ])
  for (const tell of [
    organisationTold,
    resourceTold,
    personTold,
    judgeTold,
    calendarTold,
    packTold,
    matchLapsed,
    lanternTold,
  ])
    await tell({ s, street, chair })
  await ballotsTold(s)
  await s.close()
  await roundsTold(t, s)
  await keysTold(t, s, pool)
}

/** Without policies: what they would tell a round or a proposal is told there. */
const roundsTold = async (t: Ending, s: Service): Promise<void> => {
  const alone = await service(t, { beside: s, clock: s.runtime.clock, policies: [] })
  await tellRounds(alone)
  await tellProposals(alone)
  await alone.close()
}

/** One command after the other on one life. */
const onOne =
  ({ s }: Told, path: string) =>
  async (...sent: readonly (readonly [by: Person, command: string, input: object])[]): Promise<void> => {
    for (const [by, command, input] of sent) await s.given(by, `${path}/${command}`, input)
  }

const organisationTold = async (told: Told): Promise<void> => {
  const { s, street } = told
  const { id } = await s.given(street, '/v1/organisation', aGroup())
  await onOne(told, `/v1/organisation/${id}`)(
    [s.founder, 'change-tier', { tier: 'filed', filingNumber: `备-${randomUUID().slice(0, 8)}`, reason }],
    [street, 'correct-papers', { filingNumber: `备-${randomUUID().slice(0, 8)}`, reason }],
    [street, 'correct-name', { name: `邻里队${randomUUID().slice(0, 8)}`, reason }],
    [street, 'suspend', { reason }],
    [s.founder, 'reinstate', { reason }],
    [s.founder, 'dissolve', { reason }],
  )
}

const resourceTold = async (told: Told): Promise<void> => {
  const { s, street } = told
  const { id } = await s.given(street, '/v1/resource', venue)
  await onOne(told, `/v1/resource/${id}`)(
    [street, 'revise-resource', { ...venue, title: '活动室' }],
    [street, 'withdraw-resource', { reason }],
  )
}

const aGroup = () => ({
  name: `互助队${randomUUID().slice(0, 8)}`,
  tier: 'community-managed',
  field: 'dance',
  place: DONGTING,
})

/** Made a member of a group without being asked. */
const declined = async (told: Told): Promise<void> => {
  const { s, street } = told
  const someone = await s.register()
  const { id: organisation } = await s.given(street, '/v1/organisation', aGroup())
  await onOne(told, `/v1/person/${someone.id}`)(
    [street, 'appoint', { role: 'member', organisation, from: '2026-01-01' }],
    [someone, 'decline-post', { post: '1', reason }],
  )
}

const personTold = async (told: Told): Promise<void> => {
  const { s, street } = told
  const { id, token } = await s.register()
  const from = '2026-01-01'
  await declined(told)
  await onOne(told, `/v1/person/${id}`)(
    [{ id, token }, 'change-contact', { phone: '027-12345678' }],
    [s.founder, 'appoint', { role: 'community', place: DONGTING, from }],
    [s.founder, 'end-post', { post: '1', on: from, reason }],
    [s.founder, 'close', { reason }],
    [street, 'reinstate', { reason }],
    [s.founder, 'close', { reason }],
    [s.founder, 'erase', { reason }],
  )
}

const judgeTold = async (told: Told): Promise<void> => {
  const { s, street } = told
  const judge = await s.register()
  const { id: organisation } = await s.given(street, '/v1/organisation', aGroup())
  const known = { outside: true, fields: ['legal-services'] }
  const { id } = await s.given(s.founder, '/v1/judge', { person: judge.id, place: '420106', ...known })
  await onOne(told, `/v1/judge/${id}`)(
    [s.founder, 'change-expertise', { ...known, fields: ['dance', 'legal-services'], reason }],
    [judge, 'declare-tie', { organisation, kind: 'adviser', from: '2026-01-01' }],
    [judge, 'end-tie', { tie: '1', to: '2026-02-01', reason }],
    [s.founder, 'suspend', { reason }],
    [s.founder, 'reinstate', { reason }],
    [judge, 'leave', { reason }],
  )
}

const calendarTold = async (told: Told): Promise<void> => {
  const { founder } = told.s
  const [from, to] = ['2027-01-11', '2027-01-15']
  await onOne(told, `/v1/working-calendar/${CALENDAR}`)(
    [founder, 'close-locally', { place: '420106012', from, to, reason }],
    [founder, 'reopen-locally', { closure: 1, from: '2027-01-14', reason }],
  )
}

const packTold = async (told: Told): Promise<void> => {
  const { s, street } = told
  const pack = samplePack('street')
  const { id } = await s.given(street, '/v1/round-pack', { place: '420106012', pack })
  await onOne(told, `/v1/round-pack/${id}`)(
    [street, 'revise-pack', { pack: { ...pack, quorum: 4 } }],
    [s.founder, 'retire-pack', { reason }],
  )
}

/** As the deadline sends it. */
const matchLapsed = async (told: Told): Promise<void> => {
  const { s, street, chair } = told
  const { id: organisation } = await s.given(street, '/v1/organisation', aGroup())
  const { id } = await s.given(chair, '/v1/micro-project', need)
  await onOne(told, `/v1/micro-project/${id}`)(
    [chair, 'post-need', {}],
    [street, 'accept-need', {}],
    [street, 'propose-match', { organisation, reasons: [{ list: 'supply', text: '驻地在本社区' }] }],
  )
  const lapse = { workflow: 'micro-project', id, command: 'lapse-match', input: {}, key: randomUUID() }
  await s.runtime.handler.handle({ ...lapse, person: 'system:deadlines' })
}

const lanternTold = async (told: Told): Promise<void> => {
  const { s, street } = told
  const { id } = await s.given(street, '/v1/lantern', { place: DONGTING })
  await onOne(told, `/v1/lantern/${id}`)(
    [street, 'fill', { oil: 2 }],
    [street, 'fill', { oil: 1 }],
    [street, 'take-down', {}],
  )
}

/** A round from its call to what was found late: extended, revealed, recused from, voided, scored anew, and cancelled at last. */
const ballotsTold = async (s: Service): Promise<void> => {
  const judged = await roundJudgedIn(s, s.runtime.clock as ReturnType<typeof simulatedClock>, { judges: 5 })
  const chair = await s.register()
  await toRound(judged, judged.bureau, 'replace-chair', { chair: chair.id, reason })
  await settled(s.runtime)
  const world = { ...judged, chair }
  const until = () => inDays(world.clock, 30)
  const [leaving] = (await seatsIn(world)) as [Seat]
  await toRound(world, world.chair, 'replace-judge', { name: leaving.name, reason })
  await settled(s.runtime)
  await declareNone(world)
  const [one, other] = (await seatsIn(world)) as [Seat, Seat]
  const [proposal, second] = (await ballotIn(world, one.ballot)).sheets.map(each => each.proposal) as [string, string]
  await toBallot(world, one, 'save-draft', written(proposal))
  await submitAll(world)
  await closeJudging(world)
  await toRound(world, world.chair, 'extend-judging', { until: until(), reason })
  await settled(s.runtime)
  await closeJudging(world)
  await reveal(world)
  await toBallot(world, one, 'recuse', { proposal: second, reason })
  await settled(s.runtime)
  await toRound(world, world.chair, 'void-sheets', { name: other.name, proposal: second, reason })
  await settled(s.runtime)
  await toRound(world, world.chair, 'order-rescoring', {
    proposals: [proposal],
    until: inDays(world.clock, 60),
    reason,
  })
  await settled(s.runtime)
  await toRound(world, world.bureau, 'cancel-round', { reason })
  await settled(s.runtime)
}

/** A signing key is published, signs, and is followed by another; by whoever keeps the tree, one after the other. */
const keysTold = async (t: Ending, s: Service, pool: pg.Pool): Promise<void> => {
  const heads = { events: 1, minutes: 1, to: undefined }
  await signed(pool, () => service(t, { beside: s, clock: s.runtime.clock, heads }))
  const another = { ...rootKeys, signing: generateKeyPairSync('ed25519').privateKey }
  await signed(pool, () => service(t, { beside: s, clock: s.runtime.clock, heads, rootKeys: another }))
}

const PATIENCE_MS = 20_000

const signed = async (pool: pg.Pool, open: () => Promise<Service>): Promise<void> => {
  const before = (await signatures(pool)) + 1
  const signing = await open()
  // Something that is new, for a head to cover.
  await signing.given(signing.founder, '/v1/resource', venue)
  for (let waited = 0; (await signatures(pool)) < before; waited += 100) {
    if (waited > PATIENCE_MS) throw new Error('no head was signed')
    await sleep(100)
  }
  await signing.close()
}

const signatures = async (pool: pg.Pool): Promise<number> =>
  Number((await pool.query("SELECT count(*) FROM log.events WHERE type = 'HeadSigned'")).rows[0]?.count)
