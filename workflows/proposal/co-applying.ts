/** 联合申报: an organisation named as co-applicant applies once its own chair has agreed; before that its name is a name in a draft. */
import { z } from 'zod'
import type { Day } from '../../engine/definition.ts'
import { stage } from '../../engine/workflow.ts'
import { CO_APPLICANTS } from '../co-applicants.ts'
import { inTime } from '../competition-round/times.ts'
import { organisation } from '../fields.ts'
import { type Consulted, chairsBeside, namedIn, type Proposal, type ProposalFacts, versionOf } from './data.ts'

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const theirs = organisation.meta({ zh: '联合申报组织', en: 'Co-applicant' })
/** Only whoever chairs several of them need say for which. */
const forWhich = z.strictObject({ organisation: theirs.optional() })
const which = z.strictObject({ organisation: theirs })

const commands = {
  'agree-to-apply': forWhich.meta({ zh: '同意联合申报', en: 'Agree to apply together' }),
  'leave-application': forWhich.meta({ zh: '退出联合申报', en: 'Leave the application' }),
}

const events = {
  CoApplicationAgreed: which.meta({ zh: '已同意联合申报', en: 'a co-applicant agreed' }),
  CoApplicationLeft: which.meta({ zh: '已退出联合申报', en: 'a co-applicant left' }),
}

// ── rules' words ────────────────────────────────────────────────────────────────────────────────

type Saying = { organisation?: string | undefined }

/** The co-applicants that the sender chairs. */
const chaired = ({ data, actor }: ProposalFacts): string[] =>
  namedIn(data).filter(id => actor.posts.some(post => post.role === 'chair' && post.organisation === id))

const hasAgreed = ({ agreed = [] }: Proposal, id: string): boolean => agreed.includes(id)
const toAgree = (facts: ProposalFacts): string[] => chaired(facts).filter(id => !hasAgreed(facts.data, id))
const toLeave = (facts: ProposalFacts): string[] => chaired(facts).filter(id => hasAgreed(facts.data, id))

/** Once it is taken out of all that stands, what it agreed to is over: named again, it is asked again. */
export const stillNamed = (data: Proposal): Proposal['agreed'] =>
  data.agreed?.filter(id => namedIn(data).includes(id) || isHandedIn(data, id))

/** A co-applicant of the version on the list has left since. */
export const somebodyLeft = (data: Proposal): boolean =>
  data.entered?.coApplicants.some(id => !hasAgreed(data, id)) ?? false

/** The day on which somebody was asked who has not agreed. */
const askedOn = (data: Proposal): Day | undefined => {
  const last = data.versions.at(-1)
  return last?.coApplicants.some(id => !hasAgreed(data, id)) ? last.writtenOn : undefined
}

const meant = (among: readonly string[], { organisation: said }: Saying): string[] =>
  among.filter(id => said === undefined || id === said)
/** Where there is none at all, another rule says so. */
const isOne = (among: readonly string[], input: Saying): boolean =>
  among.length === 0 || meant(among, input).length === 1

const notOne = {
  zh: '您负责其中不止一个组织，请写明为哪一个办理；写明的须是您负责的联合申报组织',
  en: 'You chair more than one of them: say for which, and name one that you chair.',
}

const isHandedIn = ({ submitted }: Proposal, id: string): boolean => submitted?.coApplicants.includes(id) ?? false
const callIsOpen = ({ consulted: { round }, now }: ProposalFacts): boolean =>
  round?.standing === 'open' && inTime(now, round.closesOn)

/** Each is on the register, active, and has agreed. Of a version that nobody wrote another rule speaks. */
export const allAgree = ({ data, consulted }: ProposalFacts, { version }: { version: number }): boolean =>
  (versionOf(data, version)?.coApplicants ?? []).every((id, n) => {
    const name = CO_APPLICANTS[n]
    return name !== undefined && consulted[name]?.standing === 'active' && hasAgreed(data, id)
  })
export const notAllAgree = {
  zh: '该版本的联合申报组织须均已入册、状态正常，并已由其负责人同意：请其负责人办理“同意联合申报”，或编写不含该组织的新版本',
  en: 'Each co-applicant of the version must be on the register, active, and have agreed: its chair sends agree-to-apply, or a new version is written without it.',
}

// ── the stage ───────────────────────────────────────────────────────────────────────────────────

export const coApplying = stage<Proposal, Consulted>()({
  commands,
  events,
  rules: {
    isAskedToAgree: {
      of: 'agree-to-apply',
      metBy: ['write-version'],
      zh: '您不是尚未同意的联合申报组织的负责人',
      en: 'You chair no co-applicant that has yet to agree.',
      holds: facts => toAgree(facts).length > 0,
    },
    agreesForOne: {
      of: 'agree-to-apply',
      reads: ['organisation'],
      ...notOne,
      holds: (facts, input) => isOne(toAgree(facts), input),
    },
    leavesWhatItAgreedTo: {
      of: 'leave-application',
      metBy: ['agree-to-apply'],
      zh: '您不是已同意联合申报的组织的负责人',
      en: 'You chair no co-applicant that has agreed.',
      holds: facts => toLeave(facts).length > 0,
    },
    leavesForOne: {
      of: 'leave-application',
      reads: ['organisation'],
      ...notOne,
      holds: (facts, input) => isOne(toLeave(facts), input),
    },
    leavesInTime: {
      of: 'leave-application',
      reads: ['organisation'],
      zh: '含该组织的版本已提交且征集已截止，不能再退出；可请申报组织撤回申报',
      en: 'A version that names it is handed in and the call is over: it stays; the applicant may withdraw the proposal.',
      holds: (facts, input) =>
        callIsOpen(facts) || meant(toLeave(facts), input).every(id => !isHandedIn(facts.data, id)),
    },
  },
  records: {
    CoApplicationAgreed: (facts, command) => ({ organisation: meant(toAgree(facts), command.data)[0] ?? '' }),
    CoApplicationLeft: (facts, command) => ({ organisation: meant(toLeave(facts), command.data)[0] ?? '' }),
  },
  evolve: {
    CoApplicationAgreed: (data, { organisation: id }) => ({ ...data, agreed: [...(data.agreed ?? []), id] }),
    CoApplicationLeft: (data, { organisation: id }) => ({
      ...data,
      agreed: (data.agreed ?? []).filter(each => each !== id),
    }),
  },
  permits: {
    'agree-to-apply': chairsBeside,
    'leave-application': chairsBeside,
  },
  deadlines: {
    coApplicantsAgreed: {
      zh: '联合申报组织答复',
      en: 'the co-applicants agree',
      in: 'writing',
      after: { days: 3, from: askedOn },
      ladder: [
        { at: { before: 1 }, remind: 'chair' },
        { at: 0, remind: 'chair' },
      ],
    },
  },
})
