/** 征集: a round is drafted, both parties commit their seeds, the call opens and closes, and the list of what arrived is settled. */
import { z } from 'zod'
import type { Day } from '../../engine/definition.ts'
import { fingerprint } from '../../engine/sealed.ts'
import { stage } from '../../engine/workflow.ts'
import { daysFrom, reason } from '../fields.ts'
import { placeLevel } from '../places/places.ts'
import { over } from '../roles.ts'
import {
  type CompetitionRound,
  type Consulted,
  type Entry,
  entered,
  entryOf,
  isSelf,
  listOf,
  observer,
  packIn,
  panelChair,
  partyOf,
  type RoundFacts,
  takesPart,
  withEntry,
} from './data.ts'
import {
  closesOn,
  commitment,
  counted,
  digest,
  entryFields,
  nothing,
  type parties,
  party,
  proposal,
  roundFields,
} from './fields.ts'
import { inTime, receiptsAreOver, SETTLED_AFTER_MINUTES } from './times.ts'

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const round = z.strictObject(roundFields)
const entry = z.strictObject(entryFields)
const newDay = z.strictObject({ closesOn, reason })
const settled = z.strictObject({
  digest: digest.meta({ zh: '名单校验值', en: 'Digest of the list' }),
  proposals: counted,
})

const commands = {
  'draft-round': round.meta({ zh: '起草轮次', en: 'Draft a round' }),
  'revise-round': round.meta({ zh: '修改轮次', en: 'Revise the round' }),
  'commit-seed': z.strictObject({ commitment }).meta({ zh: '提交种子承诺', en: 'Commit to a seed' }),
  'open-round': nothing.meta({ zh: '开始征集', en: 'Open the call' }),
  'extend-call': newDay.meta({ zh: '延长征集', en: 'Extend the call' }),
  'close-call': nothing.meta({ zh: '截止征集', en: 'Close the call' }),
  'reopen-call': newDay.meta({ zh: '重新征集', en: 'Reopen the call' }),
  'settle-list': nothing.meta({ zh: '核定申报名单', en: 'Settle the list' }),
  'enter-proposal': entry.meta({ zh: '列入申报名单', en: 'Enter a proposal' }),
  'withdraw-entry': z.strictObject({ proposal }).meta({ zh: '移出申报名单', en: 'Withdraw an entry' }),
}

const events = {
  RoundDrafted: commands['draft-round'].meta({ zh: '轮次已起草', en: 'round drafted' }),
  RoundRevised: commands['revise-round'].meta({ zh: '轮次已修改', en: 'round revised' }),
  SeedCommitted: z.strictObject({ party, commitment }).meta({ zh: '种子承诺已提交', en: 'seed committed' }),
  RoundOpened: z
    .strictObject({
      pack: roundFields.pack,
      packDigest: digest.meta({ zh: '规则包校验值', en: 'Digest of the rule pack' }),
      scoresKey: fingerprint({ named: 'scores' }).meta({
        zh: '评分密钥指纹',
        en: 'Fingerprint of the key of the scores',
      }),
    })
    .meta({ zh: '征集已开始', en: 'call opened' }),
  CallExtended: commands['extend-call'].meta({ zh: '征集已延长', en: 'call extended' }),
  CallClosed: commands['close-call'].meta({ zh: '征集已截止', en: 'call closed' }),
  CallReopened: commands['reopen-call'].meta({ zh: '已重新征集', en: 'call reopened' }),
  ListSettled: settled.meta({ zh: '申报名单已核定', en: 'list settled' }),
  ListAmended: settled.meta({ zh: '申报名单已更正', en: 'list amended' }),
  ProposalEntered: commands['enter-proposal'].meta({ zh: '申报书已列入名单', en: 'proposal entered' }),
  EntryCompleted: commands['enter-proposal'].meta({ zh: '名单中的申报书已更新', en: 'entry completed' }),
  EntryWithdrawn: commands['withdraw-entry'].meta({ zh: '申报书已移出名单', en: 'entry withdrawn' }),
}

// ── rules' words ────────────────────────────────────────────────────────────────────────────────

/** From the day on which the call opened, or opens now. */
const callLasts = ({ data, today }: RoundFacts, closes: Day | undefined): number =>
  closes === undefined ? 0 : daysFrom(data.openedOn ?? today, closes)

const liveOf = ({ entries }: CompetitionRound, applicant: string, except: string): Entry[] =>
  entries.filter(each => takesPart(each) && each.applicant === applicant && each.proposal !== except)

type RoundInput = z.infer<typeof round>
/** Whoever holds a seed does not chair: the chair declares the other one not revealed. */
const threePeople = ({ data }: RoundFacts, { chair, observer: watches }: RoundInput): boolean =>
  chair !== watches && data.seeds.every(({ person: holds }) => holds !== chair)
const samePeople = {
  zh: '评审组长不能是监督人，也不能是提交种子承诺的人',
  en: 'The chair of the panel is neither the observer nor anybody who committed to a seed.',
}
const drafted = (data: CompetitionRound, given: RoundInput): CompetitionRound => ({ ...data, ...given })

const hasCommitted = ({ seeds }: CompetitionRound, who: keyof typeof parties): boolean =>
  seeds.some(each => each.party === who)
const bothCommitted = ({ data }: RoundFacts): boolean =>
  hasCommitted(data, 'organiser') && hasCommitted(data, 'observer')

/** As the command has them now: for the list that is amended in the same breath. */
const afterEntering = ({ data }: RoundFacts, command: { data: object }) =>
  listOf(entered(data, { ...(command.data as z.infer<typeof entry>), overridden: [] }))
const afterWithdrawing = ({ data }: RoundFacts, command: { data: object }) =>
  listOf(withdrawn(data, command.data as { proposal: string }))

/** What is counted changes, but not once awards are decided. */
const recounted = ({
  tally,
  standing,
  tallyDue,
}: CompetitionRound): Pick<CompetitionRound, 'standing' | 'tallyDue'> => {
  if (tally === undefined || standing === 'awarded') return { standing, tallyDue }
  return { standing: standing === 'judging' ? standing : 'tally', tallyDue: true }
}

const withdrawn = (data: CompetitionRound, { proposal: which }: { proposal: string }): CompetitionRound => ({
  ...withEntry(data, which, each => ({ ...each, out: 'withdrawn' })),
  ...recounted(data),
})

export const call = stage<CompetitionRound, Consulted>()({
  commands,
  events,
  rules: {
    draftedForTwoPeople: { of: 'draft-round', reads: ['chair', 'observer'], ...samePeople, holds: threePeople },
    revisedForTwoPeople: { of: 'revise-round', reads: ['chair', 'observer'], ...samePeople, holds: threePeople },
    staysInPlace: {
      of: 'revise-round',
      reads: ['place'],
      zh: '不能变更轮次所在地，请另行起草',
      en: 'A round stays at its place; draft another one there.',
      holds: ({ data }, { place }) => place === data.place,
    },
    observerStaysOnceCommitted: {
      of: 'revise-round',
      reads: ['observer'],
      zh: '监督人已提交种子承诺，不能更换',
      en: 'The observer has committed to a seed and stays.',
      holds: ({ data }, { observer: watches }) => watches === data.observer || !hasCommitted(data, 'observer'),
    },
    partyCommitsOnce: {
      of: 'commit-seed',
      zh: '该方已提交种子承诺，不能更改',
      en: 'This party has committed to a seed; it cannot be changed.',
      holds: facts => !hasCommitted(facts.data, partyOf(facts)),
    },
    partiesAreTwoPeople: {
      of: 'commit-seed',
      zh: '同一人不能代表两方提交种子承诺，评审组长不提交种子承诺',
      en: 'One person does not commit for both parties, and the chair of the panel for neither.',
      holds: ({ data, actor }) =>
        [data.chair, ...data.seeds.map(({ person }) => person)].every(who => !isSelf(actor, who)),
    },
    packIsPublished: {
      of: 'open-round',
      zh: '所选规则包尚未发布，或已停用',
      en: 'The rule pack is not published, or is retired.',
      holds: ({ consulted }) => consulted.pack?.standing === 'published',
    },
    packFitsThePlace: {
      of: 'open-round',
      zh: '规则包的层级与轮次所在地不符（街道、区、市）',
      en: 'The pack is of another level than the place of the round: street, district or city.',
      holds: ({ data, consulted }) =>
        consulted.pack?.pack !== undefined && packIn(consulted).level === placeLevel(data.place),
    },
    callIsLongEnough: {
      of: 'open-round',
      metBy: ['revise-round'],
      zh: '征集期短于规则包规定的天数，请推迟截止日',
      en: 'The call is shorter than the pack allows; let it close later.',
      holds: facts =>
        facts.consulted.pack?.pack === undefined ||
        callLasts(facts, facts.data.closesOn) >= packIn(facts.consulted).durations.callLeast,
    },
    callIsShortEnough: {
      of: 'open-round',
      metBy: ['revise-round'],
      zh: '征集期长于规则包规定的天数，请提前截止日',
      en: 'The call is longer than the pack allows; let it close sooner.',
      holds: facts =>
        facts.consulted.pack?.pack === undefined ||
        callLasts(facts, facts.data.closesOn) <= packIn(facts.consulted).durations.callMost,
    },
    chairMayAct: {
      of: 'open-round',
      metBy: ['revise-round'],
      zh: '评审组长未登记，或其登记已停用',
      en: 'The chair of the panel is not registered, or is active no more.',
      holds: ({ consulted }) => consulted.chair?.standing === 'active',
    },
    observerMayAct: {
      of: 'open-round',
      metBy: ['revise-round'],
      zh: '监督人未登记，或其登记已停用；已提交种子承诺的不能更换，请取消后另行起草',
      en: 'The observer is not registered, or is active no more; one who has committed to a seed stays: cancel the round, and draft another.',
      holds: ({ consulted }) => consulted.observer?.standing === 'active',
    },
    bothPartiesHaveCommitted: {
      of: '*',
      metBy: ['commit-seed'],
      zh: '组织方和监督人均须先提交种子承诺',
      en: 'Both the office that runs the round and the observer commit to a seed first.',
      holds: bothCommitted,
    },
    callIsNotOver: {
      of: 'extend-call',
      metBy: ['reopen-call'],
      zh: '征集期已过，可在截止后重新征集',
      en: 'The call is over; once it is closed it may be reopened.',
      holds: ({ data, today }) => data.closesOn !== undefined && today <= data.closesOn,
    },
    extendsForward: {
      of: 'extend-call',
      reads: ['closesOn'],
      zh: '新的截止日应晚于原截止日',
      en: 'The new last day is later than the one before.',
      holds: ({ data }, { closesOn: day }) => day > (data.closesOn ?? ''),
    },
    extendsWithinPack: {
      of: 'extend-call',
      reads: ['closesOn'],
      zh: '延长后的征集期超过规则包规定的天数',
      en: 'Extended so far the call would be longer than the pack allows.',
      holds: (facts, { closesOn: day }) => callLasts(facts, day) <= packIn(facts.consulted).durations.callMost,
    },
    callIsOver: {
      of: 'close-call',
      zh: '征集截止日尚未结束',
      en: 'The last day of the call is not over yet.',
      holds: ({ data, today }) => data.closesOn !== undefined && today > data.closesOn,
    },
    reopensAhead: {
      of: 'reopen-call',
      reads: ['closesOn'],
      zh: '重新征集的截止日应晚于今天，且不超过规则包规定的最长天数',
      en: 'A reopened call closes after today, and within as many days as the pack allows for a call.',
      holds: ({ today, consulted }, { closesOn: day }) =>
        day > today && daysFrom(today, day) <= packIn(consulted).durations.callMost,
    },
    receiptsHaveExpired: {
      of: 'settle-list',
      zh: `截止后${SETTLED_AFTER_MINUTES}分钟内送达回执仍有效，请稍后核定`,
      en: `For ${SETTLED_AFTER_MINUTES} minutes after the close somebody may still come back with a receipt; settle the list then.`,
      holds: ({ data, now }) => data.closesOn !== undefined && receiptsAreOver(now, data.closesOn),
    },
    arrivedInTime: {
      of: 'enter-proposal',
      reads: ['arrivedAt'],
      zh: '申报书在截止后送达，不能列入名单',
      en: 'The proposal arrived after the close.',
      holds: ({ data }, { arrivedAt }) => inTime(arrivedAt, data.closesOn),
    },
    versionIsLater: {
      of: 'enter-proposal',
      reads: ['proposal', 'version'],
      zh: '名单中已有这一版本或更新的版本，或该申报书已退出',
      en: 'The list has this version or a later one, or the proposal takes no part any more.',
      holds: ({ data }, { proposal: which, version }) => {
        const before = entryOf(data, which)
        return before === undefined || (takesPart(before) && version > before.version)
      },
    },
    applicantHasRoom: {
      of: 'enter-proposal',
      reads: ['proposal', 'applicant'],
      zh: '该组织在本轮次的申报数已达规则包规定的上限',
      en: 'The applicant has as many proposals in this round as the pack allows.',
      holds: ({ data, consulted }, { proposal: which, applicant }) =>
        liveOf(data, applicant, which).length < packIn(consulted).applicants.mostPerApplicant,
    },
    isListed: {
      of: 'enter-proposal',
      reads: ['proposal'],
      zh: '已在名单中的申报书，更新其版本',
      en: 'A proposal that is in the list gets its new version.',
      holds: ({ data }, { proposal: which }) => entryOf(data, which) !== undefined,
    },
    isNotListed: {
      of: 'enter-proposal',
      reads: ['proposal'],
      zh: '不在名单中的申报书，须在截止前送达',
      en: 'A proposal that is not in the list must have arrived before the close.',
      holds: ({ data }, { proposal: which }) => entryOf(data, which) === undefined,
    },
    standsInTheList: {
      of: 'withdraw-entry',
      reads: ['proposal'],
      zh: '该申报书不在名单中，或已退出',
      en: 'The proposal is not in the list, or takes no part any more.',
      holds: ({ data }, { proposal: which }) => data.entries.some(each => each.proposal === which && takesPart(each)),
    },
    holdsNoOffer: {
      of: 'withdraw-entry',
      reads: ['proposal'],
      zh: '已提出资助的，请答复是否接受',
      en: 'An award is offered to it: accept or decline that.',
      holds: ({ data }, { proposal: which }) => entryOf(data, which)?.offer === undefined,
    },
  },
  records: {
    SeedCommitted: (facts, command) => ({
      party: partyOf(facts),
      commitment: (command.data as { commitment: string }).commitment,
    }),
    RoundOpened: ({ data, consulted }) => ({ pack: data.pack, packDigest: consulted.pack?.digest ?? '' }),
    ListSettled: ({ data }) => listOf(data),
    ListAmended: (facts, command) =>
      command.type === 'withdraw-entry' ? afterWithdrawing(facts, command) : afterEntering(facts, command),
  },
  evolve: {
    RoundDrafted: drafted,
    RoundRevised: drafted,
    SeedCommitted: (data, committed, { person }) => ({ ...data, seeds: [...data.seeds, { ...committed, person }] }),
    RoundOpened: (data, { packDigest }, { occurredOn }) => ({
      ...data,
      standing: 'open',
      packDigest,
      openedOn: occurredOn,
    }),
    CallExtended: (data, { closesOn: day }) => ({ ...data, closesOn: day }),
    CallClosed: data => ({ ...data, standing: 'closed' }),
    CallReopened: ({ list: _, ...data }, { closesOn: day }) => ({ ...data, standing: 'open', closesOn: day }),
    ListSettled: (data, list) => ({ ...data, standing: 'screening', list }),
    ListAmended: (data, list) => ({ ...data, list }),
    ProposalEntered: (data, given) => entered(data, { ...given, overridden: [] }),
    EntryCompleted: (data, given) => entered(data, { ...given, overridden: [] }),
    EntryWithdrawn: withdrawn,
  },
  confidential: {
    // They name the chair and the observer; what is public of a round shows without them.
    RoundDrafted: [...over('street', 'bureau'), panelChair, observer],
    RoundRevised: [...over('street', 'bureau'), panelChair, observer],
    ProposalEntered: over('street', 'bureau'),
    EntryCompleted: over('street', 'bureau'),
    EntryWithdrawn: over('street', 'bureau'),
  },
  permits: {
    'draft-round': over('street', 'bureau'),
    'revise-round': over('street', 'bureau'),
    'commit-seed': [...over('street', 'bureau'), observer],
    'open-round': over('street', 'bureau'),
    'extend-call': over('street', 'bureau'),
    'close-call': [...over('street', 'bureau'), { system: 'deadlines' }],
    'reopen-call': over('street', 'bureau'),
    'settle-list': [...over('street', 'bureau'), { system: 'deadlines' }],
    'enter-proposal': [{ system: 'enter-proposal-when-submitted' }],
    'withdraw-entry': [{ system: 'withdraw-entry-when-proposal-withdrawn' }],
  },
  deadlines: {
    callCloses: {
      zh: '征集截止',
      en: 'the call closes',
      in: 'open',
      after: { days: 0, from: ({ closesOn: day }) => day },
      ladder: [
        { at: { before: 3 }, remind: 'street' },
        { at: 0, act: 'close-call' },
      ],
    },
    listSettled: {
      zh: '核定申报名单',
      en: 'the list is settled',
      in: 'closed',
      after: { days: 0, from: ({ closesOn: day }) => day },
      ladder: [
        { at: { minutesAfter: SETTLED_AFTER_MINUTES }, act: 'settle-list' },
        { at: { after: 1 }, remind: 'street' },
        { at: { after: 2 }, escalate: 'bureau' },
      ],
    },
  },
})
