/** 编写与申报: versions are written and kept; one is handed in before the call is over, and the round takes it on its list. */
import { z } from 'zod'
import { stage } from '../../engine/workflow.ts'
import { inTime } from '../competition-round/times.ts'
import { choice, organisation } from '../fields.ts'
import { digestOf } from '../judging/list.ts'
import { place } from '../places/place-field.ts'
import type { RoundPack } from '../round-pack/pack.ts'
import { type Field, field } from '../vocabulary.ts'
import { addsUp, keepsShares, spendsOnAllowed } from './budget.ts'
import { allAgree, notAllAgree, stillNamed } from './co-applying.ts'
import {
  addUp,
  type Consulted,
  chair,
  type Entry,
  isActive,
  leftRound,
  matchingOf,
  type Proposal,
  type ProposalFacts,
  packOf,
  type Version,
  versionOf,
} from './data.ts'
import { because, entry, project, round, title, version, type Written, written } from './fields.ts'

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const reasonsNotEntered = {
  late: { zh: '送达时申报期已过', en: 'it arrived after the call was over' },
  'list-settled': { zh: '申报名单已确定', en: 'the list was settled' },
  'too-many': { zh: '申报数已达上限', en: 'the applicant has as many as the rule pack allows' },
  refused: { zh: '轮次未予列入', en: 'the round refused it' },
}
const whyNotEntered = choice(reasonsNotEntered, { zh: '未列入的原因', en: 'Why it is not on the list' })
const theVersion = z.strictObject({ version })

const commands = {
  'draft-proposal': z
    .strictObject({
      round,
      organisation,
      title,
      project: project.optional(),
      field: field.optional(),
      place: place.optional(),
    })
    .meta({ zh: '起草申报书', en: 'Draft a proposal' }),
  'write-version': z.strictObject(written).meta({ zh: '编写申报书', en: 'Write a version' }),
  'submit-version': theVersion.meta({ zh: '提交申报书', en: 'Submit a version' }),
  'take-to-another-round': z.strictObject({ round }).meta({ zh: '改报其他轮次', en: 'Take it to another round' }),
  withdraw: because.meta({ zh: '撤回申报', en: 'Withdraw the proposal' }),
  'confirm-entry': theVersion.meta({ zh: '确认列入申报名单', en: 'Confirm that it is on the list' }),
  'note-not-entered': z
    .strictObject({ version, why: whyNotEntered })
    .meta({ zh: '记录未列入申报名单', en: 'Note that it is not on the list' }),
}

type Drafting = z.infer<(typeof commands)['draft-proposal']>

const inRound = {
  round,
  pack: z.uuid().meta({ zh: '规则包', en: 'Rule pack' }),
  panelChair: z.uuid().meta({ zh: '评审组长', en: 'Chair of the panel', shows: 'person' }),
}

const events = {
  ProposalDrafted: z
    .strictObject({ ...inRound, organisation, title, project: project.optional(), field, place })
    .meta({ zh: '申报书已起草', en: 'proposal drafted' }),
  VersionWritten: z.strictObject({ version, ...written }).meta({ zh: '申报书已编写', en: 'version written' }),
  ProposalSubmitted: z.strictObject(entry).meta({ zh: '申报书已提交', en: 'proposal submitted' }),
  TakenToAnotherRound: z
    .strictObject({ left: round.meta({ zh: '原轮次', en: 'From the round' }), ...inRound })
    .meta({ zh: '已改报其他轮次', en: 'taken to another round' }),
  ProposalWithdrawn: z
    .strictObject({ round, project: project.optional(), ...because.shape })
    .meta({ zh: '申报已撤回', en: 'proposal withdrawn' }),
  EntryConfirmed: theVersion.meta({ zh: '已列入申报名单', en: 'on the list of the round' }),
  NotEntered: commands['note-not-entered'].meta({ zh: '未列入申报名单', en: 'not on the list of the round' }),
}

// ── rules' words ────────────────────────────────────────────────────────────────────────────────

type Naming = { project?: string | undefined; organisation: string; round: string }
/** A project is applied for by the organisation that it is matched with, in the round that it was sent to. */
const isSent = ({ consulted: { project: life } }: ProposalFacts, { project, organisation, round }: Naming): boolean =>
  project === undefined || (life?.match?.organisation === organisation && life.following?.competition === round)

/** For a draft; whether something that is handed in came in time hangs on when it arrived. */
const callIsOpen = ({ consulted: { round }, now }: ProposalFacts): boolean =>
  round?.standing === 'open' && inTime(now, round.closesOn)

const notSent = {
  zh: '该微项目未由街道转入本轮次，或对接的不是本组织',
  en: 'The project was not sent to this round, or it is matched with another organisation.',
}
const notOpen = {
  zh: '该轮次不在申报期内，请选择开放申报的轮次',
  en: 'The call of this round is not open; choose one that is.',
}
const inactive = {
  zh: '申报组织未入册，或已暂停、注销，恢复后方可申报',
  en: 'The applicant is not on the register, suspended or dissolved; it may apply once it is reinstated.',
}
const forbidden = {
  zh: '预算中有规则包未允许的支出类别',
  en: 'The budget spends on a class that the rule pack does not allow.',
}
const overShare = {
  zh: '预算中有支出类别超过规则包规定的比例',
  en: 'The budget gives a class a larger share than the rule pack does.',
}

/** A rule about lines, where there is a pack to judge them by. Of lines that nobody wrote `versionIsWritten` speaks alone. */
const underPack =
  (keeps: (pack: RoundPack, lines: Written['lines']) => boolean) =>
  (facts: ProposalFacts, lines: Written['lines'] | undefined): boolean => {
    const pack = packOf(facts)
    return lines === undefined || (pack !== undefined && keeps(pack, lines))
  }
const classesAllowed = underPack(spendsOnAllowed)
const sharesKept = underPack(keepsShares)
const linesOf = ({ data }: ProposalFacts, { version }: { version: number }) => versionOf(data, version)?.lines

const projectField = ({ consulted }: ProposalFacts) => consulted.project?.need?.field
const projectPlace = ({ consulted }: ProposalFacts) => consulted.project?.need?.place

/** All that another life hears of a version that is handed in. */
export const entryOf = (facts: ProposalFacts, command: { data: object }): Entry => {
  const { data } = facts
  const { version } = command.data as { version: number }
  const { round, project, organisation: applicant, place } = data
  const written = versionOf(data, version) as Version
  return {
    round,
    version,
    ...(project !== undefined && { project }),
    applicant,
    coApplicants: written.coApplicants,
    field: data.field as Entry['field'],
    place,
    requested: written.requested,
    ownShare: matchingOf(written),
    budget: addUp(written.lines),
    blind: packOf(facts)?.blind ?? false,
    arrivedAt: facts.arrived,
    digest: digestOf({ round, applicant, title: data.title, ...written }),
  }
}

export const isWritten = ({ data }: ProposalFacts, { version }: { version: number }): boolean =>
  versionOf(data, version) !== undefined
export const isNew = ({ data }: ProposalFacts, { version }: { version: number }): boolean =>
  version > (data.submitted?.version ?? 0)
export const notWritten = {
  zh: '没有这一版本的申报书，请先编写',
  en: 'There is no such version of the proposal; write it first.',
}
export const notNew = {
  zh: '该版本已提交，请先编写新版本',
  en: 'This version is submitted already; write a new one first.',
}

const withAgreed = (data: Proposal): Proposal => (data.agreed ? { ...data, agreed: stillNamed(data) } : data)

const inRoundOf = ({ consulted: { round } }: ProposalFacts, id: string) => ({
  round: id,
  pack: round?.pack ?? '',
  panelChair: round?.chair ?? '',
})

// ── the stage ───────────────────────────────────────────────────────────────────────────────────

export const writing = stage<Proposal, Consulted>()({
  commands,
  events,
  rules: {
    draftsInOpenRound: { of: 'draft-proposal', reads: ['round'], ...notOpen, holds: callIsOpen },
    draftedProjectIsSent: {
      of: 'draft-proposal',
      reads: ['round', 'organisation', 'project'],
      ...notSent,
      holds: isSent,
    },
    draftingIsActive: { of: 'draft-proposal', reads: ['organisation'], ...inactive, holds: isActive },
    saysWhatAndWhere: {
      of: 'draft-proposal',
      reads: ['project', 'field', 'place'],
      zh: '未关联微项目的，应填写领域和地点；已关联的，以微项目为准，不必再填',
      en: 'Without a project, give field and place; with one, they are those of the project and need not be given.',
      holds: (_, { project, field, place }) =>
        project === undefined ? field !== undefined && place !== undefined : field === undefined && place === undefined,
    },
    budgetAddsUp: {
      of: 'write-version',
      reads: ['lines', 'requested', 'ownShare', 'matching'],
      zh: '预算明细合计应等于申请金额、自筹金额与其他配套资金之和',
      en: 'The budget lines must add up to the amount requested, the own share and the other matching funds.',
      holds: (_, budget) => addsUp(budget),
    },
    writesAllowedClasses: {
      of: 'write-version',
      reads: ['lines'],
      ...forbidden,
      holds: (facts, { lines }) => classesAllowed(facts, lines),
    },
    writesWithinShares: {
      of: 'write-version',
      reads: ['lines'],
      ...overShare,
      holds: (facts, { lines }) => sharesKept(facts, lines),
    },
    coAppliesWithOthers: {
      of: 'write-version',
      reads: ['coApplicants'],
      zh: '联合申报组织不能重复，也不能是申报组织自己',
      en: 'Co-applicants are named once, and the applicant is none of them.',
      holds: ({ data }, { coApplicants }) =>
        new Set([data.organisation, ...coApplicants]).size === coApplicants.length + 1,
    },
    versionIsWritten: {
      of: 'submit-version',
      reads: ['version'],
      metBy: ['write-version'],
      ...notWritten,
      holds: isWritten,
    },
    versionIsNew: { of: 'submit-version', reads: ['version'], metBy: ['write-version'], ...notNew, holds: isNew },
    roundTakesProposals: {
      of: 'submit-version',
      metBy: ['take-to-another-round'],
      zh: '该轮次不再接受申报；可改报其他开放的轮次',
      en: 'The round takes no proposals any more; the proposal may be taken to another that is open.',
      // Closed, and yet not settled: what arrived before the close is still on its way.
      holds: ({ consulted: { round } }) => round?.standing === 'open' || round?.standing === 'closed',
    },
    arrivedInTime: {
      of: 'submit-version',
      metBy: ['take-to-another-round'],
      zh: '送达时申报期已过（以请求最后一个字节送达为准）；可改报其他开放的轮次，或待本轮次重新开放申报',
      en: 'It arrived after the call was over, by the last byte of the request; take it to another round that is open, or wait until this call is opened again.',
      holds: ({ consulted: { round }, arrived }) => round !== undefined && inTime(arrived, round.closesOn),
    },
    submittingIsActive: { of: 'submit-version', ...inactive, holds: isActive },
    submittedProjectIsSent: { of: 'submit-version', ...notSent, holds: facts => isSent(facts, facts.data) },
    submitsAllowedClasses: {
      of: 'submit-version',
      reads: ['version'],
      metBy: ['write-version'],
      ...forbidden,
      holds: (facts, input) => classesAllowed(facts, linesOf(facts, input)),
    },
    submitsWithinShares: {
      of: 'submit-version',
      reads: ['version'],
      metBy: ['write-version'],
      ...overShare,
      holds: (facts, input) => sharesKept(facts, linesOf(facts, input)),
    },
    coApplicantsAgree: {
      of: 'submit-version',
      reads: ['version'],
      metBy: ['agree-to-apply', 'write-version'],
      ...notAllAgree,
      holds: allAgree,
    },
    otherRoundIsOpen: {
      of: 'take-to-another-round',
      reads: ['round'],
      ...notOpen,
      holds: (facts, { round }) => round !== facts.data.round && callIsOpen(facts),
    },
    projectIsSentThere: {
      of: 'take-to-another-round',
      reads: ['round'],
      ...notSent,
      holds: (facts, { round }) => isSent(facts, { ...facts.data, round }),
    },
    confirmsSubmitted: {
      of: 'confirm-entry',
      reads: ['version'],
      zh: '该版本不是最近提交的版本',
      en: 'This is not the version handed in last.',
      holds: ({ data }, { version }) => data.submitted?.version === version,
    },
    refusedIsSubmitted: {
      of: 'note-not-entered',
      reads: ['version'],
      zh: '该版本不是最近提交的版本',
      en: 'This is not the version handed in last.',
      holds: ({ data }, { version }) => data.submitted?.version === version,
    },
    stoodThereBefore: {
      of: 'note-not-entered',
      zh: '此前的版本已在名单上的，以该版本为准',
      en: 'If an earlier version is on the list, that one stands.',
      holds: ({ data }) => data.entered !== undefined,
    },
    neverStoodThere: {
      of: 'note-not-entered',
      zh: '此前没有版本在名单上的，退回编写',
      en: 'If none is on the list, it is a draft again.',
      holds: ({ data }) => data.entered === undefined,
    },
  },
  records: {
    ProposalDrafted: (facts, command) => {
      const { round, organisation, title, project, field, place } = command.data as Drafting
      return {
        ...inRoundOf(facts, round),
        organisation,
        title,
        ...(project !== undefined && { project }),
        field: (field ?? projectField(facts)) as Field,
        place: (place ?? projectPlace(facts)) as string,
      }
    },
    VersionWritten: ({ data }, command) => ({ version: data.versions.length + 1, ...(command.data as Written) }),
    ProposalSubmitted: entryOf,
    TakenToAnotherRound: (facts, command) => ({
      left: facts.data.round,
      ...inRoundOf(facts, (command.data as { round: string }).round),
    }),
    ProposalWithdrawn: ({ data: { round, project } }, command) => ({
      round,
      ...(project !== undefined && { project }),
      ...(command.data as { reason: string }),
    }),
  },
  evolve: {
    ProposalDrafted: (data, drafted, { revision }) => ({ ...data, ...drafted, texts: { title: revision } }),
    VersionWritten: (data, written, { occurredOn, revision }) =>
      withAgreed({ ...data, versions: [...data.versions, { ...written, writtenOn: occurredOn, revision }] }),
    ProposalSubmitted: (data, submitted) => ({ ...data, submitted, blind: submitted.blind, notEntered: undefined }),
    TakenToAnotherRound: (data, { left: _, ...there }) => ({ ...leftRound(data), ...there, chairAsOf: undefined }),
    ProposalWithdrawn: data => data,
    EntryConfirmed: data => ({ ...data, entered: data.submitted, completion: undefined, check: undefined }),
    NotEntered: (data, { why }) => ({ ...data, submitted: data.entered, notEntered: why }),
  },
  permits: {
    'draft-proposal': [chair],
    'write-version': [chair],
    'submit-version': [chair],
    'take-to-another-round': [chair],
    withdraw: [chair, { system: 'withdraw-proposal-when-project-ends' }],
    'confirm-entry': [{ system: 'confirm-proposal-when-entered' }],
    'note-not-entered': [{ system: 'enter-proposal-when-submitted' }],
  },
  claims: {
    'project-in-round': {
      zh: '同一组织在同一轮次以同一微项目申报',
      en: 'One project of one applicant in one round',
      by: {
        ProposalSubmitted: ({ round, project, applicant }) => project && `${round} ${project} ${applicant}`,
      },
      releasedBy: ['TakenToAnotherRound', 'ProposalWithdrawn'],
    },
  },
})
