/** For each lifecycle a life that stands in the community, speaks of both organisations, and may be sent anything. */
import { decide, type Surroundings } from '../../engine/decide.ts'
import type { Actor, AnyCommand, Workflow } from '../../engine/definition.ts'
import { EngineError } from '../../engine/engine-error.ts'
import { blankInstance, type Instance } from '../../engine/instance.ts'
import { exampleOf } from '../../services/api/openapi/example.ts'
import { ballot } from '../../workflows/ballot/index.ts'
import { competitionRound } from '../../workflows/competition-round/index.ts'
import { judge } from '../../workflows/judge.ts'
import { logKey } from '../../workflows/log-key.ts'
import type { Objection } from '../../workflows/objection/data.ts'
import { objection } from '../../workflows/objection/index.ts'
import { organisation } from '../../workflows/organisation.ts'
import { person } from '../../workflows/person/index.ts'
import type { Proposal } from '../../workflows/proposal/data.ts'
import { proposal } from '../../workflows/proposal/index.ts'
import { resource } from '../../workflows/resource.ts'
import { roundPackLife } from '../../workflows/round-pack/index.ts'
import { RULE_PACKS, rulePacks } from '../../workflows/rule-packs/index.ts'
import { firstPack } from '../../workflows/rule-packs/pack.ts'
import { CALENDAR, workingCalendar } from '../../workflows/working-calendar/index.ts'
import { opening } from '../support/ballot.ts'
import {
  dataOf,
  PACK,
  proposalOf,
  ROUND,
  people as roundPeople,
  told as roundTold,
} from '../support/competition-round.ts'
import { actor, idOf, type Life, lifeOf, TODAY } from '../support/given.ts'
import { COMMUNITY, FUNDER, ORGANISATION, people, told, world } from '../support/micro-project.ts'
import { PARTNER, told as proposalTold } from '../support/proposal.ts'
import { samplePack } from '../support/round-packs.ts'
import { FILER, INVESTIGATOR, THEMSELF } from './seats.ts'

const HERE: Record<string, string> = { place: COMMUNITY, organisation: ORGANISATION, funder: FUNDER }

/** An input that fits, about this place and these organisations. */
const inputOf = (workflow: Workflow, command: string): object => {
  const input = exampleOf(workflow.commands[command] as never, { name: '', extent: 'full' }) as object
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, HERE[name] ?? value]))
}

const register = () =>
  lifeOf(person, THEMSELF, world()).given(
    [people.bureau, 'register', inputOf(person, 'register')],
    [people.bureau, 'appoint', { role: 'member', organisation: ORGANISATION, from: TODAY }],
  )

const judgeInPool = () =>
  lifeOf(judge, idOf(36), [register()]).given([
    people.bureau,
    'enrol-judge',
    { ...inputOf(judge, 'enrol-judge'), person: THEMSELF },
  ])

/** Far enough for somebody to be invited, and at a place that every office here reaches. */
const roundInScreening = (): Life => {
  const life = roundTold('invited')
  life.instance.data = { ...dataOf(life), place: COMMUNITY }
  return life
}
const ballotOpened = () =>
  lifeOf(ballot, idOf(37)).given([
    actor('system:open-ballots-when-judging-opens'),
    'open-ballot',
    { ...opening, person: THEMSELF, chair: roundPeople.chair.person },
  ])

/** To a proposal of the organisation, and somebody has taken it on. */
const objectionTaken = (): Life => {
  const filed = {
    round: ROUND,
    pack: PACK,
    publication: 1,
    proposal: proposalOf(1),
    protected: false,
    statement: '预算不实',
    evidence: [],
  }
  const life = lifeOf(objection, idOf(38), [roundTold('public')]).given([actor(FILER), 'file-objection', filed])
  const data = life.data as Objection
  life.instance.data = { ...data, place: COMMUNITY, applicant: ORGANISATION, investigator: INVESTIGATOR }
  return life
}

/** Judged, with another organisation beside the applicant. */
const proposalOfTwo = (): Life => {
  const life = proposalTold('opened')
  const data = life.data as Proposal
  life.instance.data = { ...data, entered: { ...data.entered, coApplicants: [PARTNER] } }
  return life
}

const LIVES: Record<string, () => Life> = {
  'micro-project': () => told('committed'),
  [organisation.name]: () => world()[0] as Life,
  [resource.name]: () =>
    lifeOf(resource, idOf(32)).given([people.street, 'offer-resource', inputOf(resource, 'offer-resource')]),
  [person.name]: register,
  [judge.name]: judgeInPool,
  [competitionRound.name]: roundInScreening,
  [objection.name]: objectionTaken,
  [ballot.name]: ballotOpened,
  [proposal.name]: proposalOfTwo,
  [workingCalendar.name]: () =>
    lifeOf(workingCalendar, CALENDAR).given(
      [actor('system:founding'), 'publish-year', { year: 2026, holidays: [], makeUpDays: [], source: '通知' }],
      [people.bureau, 'close-locally', inputOf(workingCalendar, 'close-locally')],
    ),
  [rulePacks.name]: () =>
    lifeOf(rulePacks, RULE_PACKS).given([
      actor('system:founding'),
      'publish-version',
      { durations: firstPack.durations, limits: firstPack.limits, reason: '首次发布' },
    ]),
  [roundPackLife.name]: () =>
    lifeOf(roundPackLife, idOf(36)).given([
      people.street,
      'draft-pack',
      { place: '420106012', pack: samplePack('street') },
    ]),
  [logKey.name]: () =>
    lifeOf(logKey, idOf(35)).given([actor('system:notary'), 'publish-key', inputOf(logKey, 'publish-key')]),
}

/** A start begins a life of its own; everything else is sent to one that has come far. */
export const instanceFor = (workflow: Workflow, command?: string): Instance => {
  const life = command === workflow.startCommand ? undefined : LIVES[workflow.name]
  return life ? life().instance : blankInstance(workflow, idOf(33))
}

/** What keeps this actor from a command: a code about who they are, or nothing; what the rules say is another matter. */
export const barrier = (instance: Instance, by: Actor, command: string): string | undefined =>
  barredBy(instance, command, { actor: by })

/** What keeps this actor from sending a command for the organisation's chair, who has no device. */
export const intakeBarrier = (instance: Instance, sender: Actor, command: string): string | undefined => {
  const onBehalf = { person: CHAIR.person, channel: 'phone', on: TODAY } as const
  return barredBy(instance, command, { actor: CHAIR, intake: { sender, onBehalf, today: TODAY } })
}

/** Who filed the objection, too. */
const CHAIR = actor(FILER, [{ role: 'chair', organisation: ORGANISATION }])

const barredBy = (instance: Instance, command: string, who: Pick<Surroundings, 'actor' | 'intake'>) => {
  const asked = { type: command, data: inputOf(instance.workflow, command) } as AnyCommand
  try {
    decide(instance, asked, { ...who, lives: {}, now: `${TODAY}T04:00:00.000Z`, today: TODAY })
  } catch (error) {
    if (error instanceof EngineError && BARRIERS.includes(error.code)) return error.code
  }
  return undefined
}

const BARRIERS = [
  'not-permitted',
  'outside-your-place',
  'post-ended',
  'kept-apart',
  'not-on-behalf',
  'for-oneself',
  'no-intake',
]
