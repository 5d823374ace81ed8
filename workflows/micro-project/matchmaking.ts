/** 供需对接: an organisation is found for the need, and both sides agree. */
import { z } from 'zod'
import { all } from '../../engine/definition.ts'
import { stage } from '../../engine/workflow.ts'
import { inTime } from '../competition-round/times.ts'
import { amount, day, freeText, organisation, reason, text } from '../fields.ts'
import { covers } from '../places/places.ts'
import { over } from '../roles.ts'
import {
  type Consulted,
  isActive,
  lasting,
  type MicroProject,
  numbered,
  organisationsChair,
  type ProjectFacts,
  packOf,
} from './data.ts'
import { because, competition, match, minutes, nothing } from './fields.ts'

const basis = {
  need: { zh: '需求清单', en: 'list of needs' },
  supply: { zh: '供给清单', en: 'list of services' },
  resource: { zh: '资源清单', en: 'list of resources' },
}
const proposed = {
  organisation,
  reasons: z
    .array(
      z.strictObject({
        list: z.enum(['need', 'supply', 'resource']).meta({ zh: '清单', en: 'List', shows: 'choice', choices: basis }),
        text: freeText(300).meta({ zh: '匹配理由', en: 'Reason', examples: ['该组织每月可探访六十户，驻地在本社区'] }),
      }),
    )
    .min(1)
    .max(10)
    .meta({ zh: '匹配理由', en: 'Reasons of the match' }),
  resource: z.uuid().optional().meta({ zh: '占用的资源', en: 'Resource that it takes' }),
}
const theMatch = z.strictObject({ match })
const theMatchBecause = z.strictObject({ match, reason })

const commands = {
  'propose-match': z.strictObject(proposed).meta({ zh: '提出对接', en: 'Propose a match' }),
  'offer-to-serve': z.strictObject(proposed).meta({ zh: '申请承接', en: 'Offer to serve the need' }),
  'accept-match-as-organisation': theMatch.meta({ zh: '组织同意对接', en: 'Accept the match as organisation' }),
  'decline-match-as-organisation': theMatchBecause.meta({
    zh: '组织谢绝对接',
    en: 'Decline the match as organisation',
  }),
  'accept-match-as-need-side': theMatch.meta({ zh: '需求方同意对接', en: 'Accept the match for the need' }),
  'decline-match-as-need-side': theMatchBecause.meta({ zh: '需求方谢绝对接', en: 'Decline the match for the need' }),
  'withdraw-match': theMatchBecause.meta({ zh: '撤回对接', en: 'Withdraw the match' }),
  'lapse-match': nothing.meta({ zh: '对接逾期失效', en: 'Let the match lapse' }),
  'take-to-fair': z
    .strictObject({
      fair: text(80).meta({ zh: '对接会名称', en: 'Fair', examples: ['水果湖街道2026年春季供需对接会'] }),
      on: day.meta({ zh: '举办日期', en: 'Day of the fair' }),
    })
    .meta({ zh: '提交对接会', en: 'Take to a matchmaking fair' }),
  'leave-fair': because.meta({ zh: '对接会未成', en: 'Leave the fair without a match' }),
  commission: z.strictObject({ amount, reason, minutes }).meta({ zh: '直接委托', en: 'Commission directly' }),
  'enter-round': z
    .strictObject({
      round: text(80).meta({ zh: '创投轮次', en: 'Round', examples: ['武昌区2026年第一轮公益创投'] }),
      submitBy: day.meta({ zh: '申报截止日', en: 'Submit by' }),
    })
    .meta({ zh: '转入线下公益创投（纸质评审）', en: 'Send to a round held on paper' }),
  'join-round': z.strictObject({ competition }).meta({ zh: '转入公益创投轮次', en: 'Send to a round' }),
}

const events = {
  MatchProposed: z.strictObject({ match, ...proposed }).meta({ zh: '已提出对接', en: 'match proposed' }),
  ServiceOffered: z
    .strictObject({ match, ...proposed })
    .meta({ zh: '组织已申请承接', en: 'organisation offered to serve' }),
  MatchAcceptedByOrganisation: theMatch.meta({ zh: '组织已同意对接', en: 'match accepted by the organisation' }),
  MatchDeclinedByOrganisation: theMatchBecause.meta({
    zh: '组织已谢绝对接',
    en: 'match declined by the organisation',
  }),
  MatchAcceptedByNeedSide: theMatch.meta({ zh: '需求方已同意对接', en: 'match accepted for the need' }),
  MatchDeclinedByNeedSide: theMatchBecause.meta({ zh: '需求方已谢绝对接', en: 'match declined for the need' }),
  MatchLapsed: commands['lapse-match'].meta({ zh: '组织逾期未答复，对接已失效', en: 'match lapsed unanswered' }),
  MatchWithdrawn: theMatchBecause.meta({ zh: '对接已撤回', en: 'match withdrawn' }),
  TakenToFair: commands['take-to-fair'].meta({ zh: '已提交对接会', en: 'taken to a fair' }),
  FairLeft: commands['leave-fair'].meta({ zh: '对接会未达成', en: 'fair ended without a match' }),
  Commissioned: commands.commission.meta({ zh: '已直接委托', en: 'commissioned directly' }),
  RoundEntered: commands['enter-round'].meta({
    zh: '已转入线下公益创投（纸质评审）',
    en: 'sent to a round held on paper',
  }),
  RoundJoined: z
    .strictObject({ competition, round: text(80).meta({ zh: '轮次名称', en: 'Title of the round' }) })
    .meta({ zh: '已转入公益创投轮次', en: 'sent to a round' }),
}

const isCurrent = ({ data }: ProjectFacts, { match }: { match: number }): boolean => data.match?.number === match
const notCurrent = {
  zh: '该对接已不是当前对接，请刷新后重新办理',
  en: 'This match is no longer the current one; look again before deciding.',
}
const inactive = {
  zh: '该组织未入册，或已暂停、注销，不能承接项目',
  en: 'The organisation is not on the register, suspended or dissolved, and cannot take the project on.',
}

type Match = { match: number; organisation: string; resource?: string | undefined }
const takeOn = (data: MicroProject, { match, organisation, resource }: Match): MicroProject => ({
  ...data,
  matches: match,
  match: { number: match, organisation, ...(resource !== undefined && { resource }) },
})
const matchFree = (data: MicroProject): MicroProject => ({ ...data, match: undefined })

export const matchmaking = stage<MicroProject, Consulted>()({
  commands,
  events,
  rules: {
    matchedIsActive: { of: 'propose-match', reads: ['organisation'], ...inactive, holds: isActive },
    offeringIsActive: { of: 'offer-to-serve', reads: ['organisation'], ...inactive, holds: isActive },
    // Who of two that propose at once gets it, the resource decides; an offer to serve is not turned down for a room.
    proposedResourceIsFree: {
      of: 'propose-match',
      reads: ['resource'],
      zh: '没有这项资源，或已被其他项目占用或已撤回，请另选资源',
      en: 'There is no such resource, or another project has it, or it was withdrawn; choose another.',
      holds: ({ consulted }: ProjectFacts, { resource }) =>
        resource === undefined || consulted.resource?.standing === 'available',
    },
    acceptingIsActive: {
      of: ['accept-match-as-organisation', 'accept-match-as-need-side', 'commission', 'enter-round', 'join-round'],
      ...inactive,
      holds: isActive,
    },
    organisationAcceptsCurrent: {
      of: 'accept-match-as-organisation',
      reads: ['match'],
      ...notCurrent,
      holds: isCurrent,
    },
    organisationDeclinesCurrent: {
      of: 'decline-match-as-organisation',
      reads: ['match'],
      ...notCurrent,
      holds: isCurrent,
    },
    needSideAcceptsCurrent: { of: 'accept-match-as-need-side', reads: ['match'], ...notCurrent, holds: isCurrent },
    needSideDeclinesCurrent: { of: 'decline-match-as-need-side', reads: ['match'], ...notCurrent, holds: isCurrent },
    withdrawsCurrent: { of: 'withdraw-match', reads: ['match'], ...notCurrent, holds: isCurrent },
    fairIsAhead: {
      of: 'take-to-fair',
      reads: ['on'],
      zh: '对接会日期已过，请填写今天或以后的日期',
      en: 'The day of the fair is over; give today or a later day.',
      holds: ({ today }, { on }) => on >= today,
    },
    withinCommissionCap: {
      of: 'commission',
      reads: ['amount'],
      zh: '金额超过直接委托限额，应转入公益创投',
      en: 'The amount is above what may be commissioned directly; send the project to a round.',
      holds: (facts, { amount }) => amount <= packOf(facts).limits.commissionAtMost,
    },
    callIsAhead: {
      of: 'enter-round',
      reads: ['submitBy'],
      zh: '申报截止日已过，请选择仍在申报期内的轮次',
      en: 'The last day to submit is over; choose a round that is still open.',
      holds: ({ today }, { submitBy }) => submitBy >= today,
    },
    joinsOpenRound: {
      of: 'join-round',
      reads: ['competition'],
      zh: '该轮次不在申报期内，请选择开放申报的轮次',
      en: 'The call of this round is not open; choose one that is.',
      holds: ({ consulted: { competition }, now }: ProjectFacts) =>
        competition?.standing === 'open' && inTime(now, competition.closesOn),
    },
    roundIsForItsPlace: {
      of: 'join-round',
      reads: ['competition'],
      zh: '该轮次的地域不含项目所在社区',
      en: 'The round is not for the place of this project.',
      holds: ({ data, consulted: { competition } }: ProjectFacts) =>
        competition !== undefined && covers(competition.place, data.need?.place ?? ''),
    },
  },
  records: {
    RoundJoined: ({ consulted }, command) => ({
      competition: (command.data as { competition: string }).competition,
      round: consulted.competition?.title ?? '',
    }),
    MatchProposed: numbered<typeof events.MatchProposed>('match', data => data.matches),
    ServiceOffered: numbered<typeof events.ServiceOffered>('match', data => data.matches),
  },
  evolve: {
    MatchProposed: takeOn,
    ServiceOffered: takeOn,
    MatchAcceptedByOrganisation: data => data,
    MatchDeclinedByOrganisation: matchFree,
    MatchAcceptedByNeedSide: data => data,
    MatchDeclinedByNeedSide: matchFree,
    MatchLapsed: matchFree,
    MatchWithdrawn: matchFree,
    TakenToFair: data => data,
    FairLeft: data => data,
    Commissioned: (data, { amount }) => ({ ...data, award: amount }),
    RoundEntered: (data, { round, submitBy }) => ({ ...data, round: { name: round, submitBy } }),
    RoundJoined: (data, { competition }) => ({ ...data, following: { competition } }),
  },
  permits: {
    'propose-match': over('community', 'street'),
    'offer-to-serve': [organisationsChair],
    'accept-match-as-organisation': [organisationsChair],
    'decline-match-as-organisation': [organisationsChair],
    'accept-match-as-need-side': over('community', 'street'),
    'decline-match-as-need-side': over('community', 'street'),
    'withdraw-match': [...over('community', 'street'), organisationsChair],
    'lapse-match': [{ system: 'deadlines' }],
    'take-to-fair': over('community', 'street'),
    'leave-fair': over('community', 'street'),
    commission: over('street', 'bureau'),
    'enter-round': over('street', 'bureau'),
    'join-round': over('street', 'bureau'),
  },
  apart: [
    {
      zh: '社会组织的人员不得为本组织提出对接、代表需求方作决定或委托项目',
      en: 'Who belongs to the organisation does not propose its match, decide for the need, or commission it.',
      belongsTo: 'organisation',
      mayNot: [
        'propose-match',
        'accept-match-as-need-side',
        'decline-match-as-need-side',
        'commission',
        'enter-round',
        'join-round',
      ],
    },
    {
      zh: '替组织答复对接的人不得再代表需求方同意',
      en: 'Who answered for the organisation does not accept for the need.',
      did: ['ServiceOffered', 'MatchAcceptedByOrganisation'],
      mayNot: ['accept-match-as-need-side'],
    },
    {
      zh: '提出对接的人不得决定直接委托',
      en: 'Who proposed the match does not commission it.',
      did: ['MatchProposed'],
      mayNot: ['commission'],
    },
  ],
  deadlines: {
    organisationAnswers: {
      zh: '组织答复对接',
      en: 'the organisation answers the match',
      in: 'running.stage.matchmaking.proposed.organisationSide.asked',
      after: { workingDays: lasting('answerMatch') },
      ladder: [
        { at: { before: 2 }, remind: 'chair' },
        { at: 0, remind: 'community' },
        { at: { after: 5 }, act: 'lapse-match' },
      ],
    },
    needSideAnswers: {
      zh: '需求方答复对接',
      en: 'the need side answers the match',
      in: 'running.stage.matchmaking.proposed.needSide.asked',
      after: { workingDays: lasting('answerMatch') },
      ladder: [
        { at: { before: 1 }, remind: 'community' },
        { at: { after: 1 }, escalate: 'street' },
      ],
    },
  },
  states: {
    matchmaking: {
      id: 'matchmaking',
      meta: { zh: '供需对接', en: 'matchmaking' },
      initial: 'open',
      states: {
        open: {
          id: 'unmatched',
          meta: { zh: '待对接', en: 'looking for a match', next: ['community', 'street'] },
          on: {
            'propose-match': {
              target: 'proposed',
              guard: all('matchedIsActive', 'proposedResourceIsFree'),
              actions: 'MatchProposed',
            },
            'offer-to-serve': {
              target: '#offered',
              guard: all('offeringIsActive'),
              actions: 'ServiceOffered',
            },
            'take-to-fair': { target: 'atFair', guard: all('fairIsAhead'), actions: 'TakenToFair' },
          },
        },
        atFair: {
          meta: { zh: '对接会对接中', en: 'at a matchmaking fair', next: ['community', 'street'] },
          on: {
            'propose-match': {
              target: 'proposed',
              guard: all('matchedIsActive', 'proposedResourceIsFree'),
              actions: 'MatchProposed',
            },
            'offer-to-serve': {
              target: '#offered',
              guard: all('offeringIsActive'),
              actions: 'ServiceOffered',
            },
            'leave-fair': { target: 'open', actions: 'FairLeft' },
          },
        },
        proposed: {
          meta: { zh: '对接待双方同意', en: 'match proposed to both sides' },
          type: 'parallel',
          on: { 'withdraw-match': { target: '#unmatched', guard: all('withdrawsCurrent'), actions: 'MatchWithdrawn' } },
          onDone: { target: 'agreed' },
          states: {
            organisationSide: {
              meta: { zh: '组织方', en: "organisation's side" },
              initial: 'asked',
              states: {
                asked: {
                  meta: { zh: '待组织答复', en: 'organisation asked', next: ['chair'] },
                  on: {
                    'accept-match-as-organisation': {
                      target: 'accepted',
                      guard: all('organisationAcceptsCurrent', 'acceptingIsActive'),
                      actions: 'MatchAcceptedByOrganisation',
                    },
                    'decline-match-as-organisation': {
                      target: '#unmatched',
                      guard: all('organisationDeclinesCurrent'),
                      actions: 'MatchDeclinedByOrganisation',
                    },
                    'lapse-match': { target: '#unmatched', actions: 'MatchLapsed' },
                  },
                },
                accepted: {
                  id: 'offered',
                  type: 'final',
                  meta: { zh: '组织已同意', en: 'organisation accepted' },
                },
              },
            },
            needSide: {
              meta: { zh: '需求方', en: 'side of the need' },
              initial: 'asked',
              states: {
                asked: {
                  meta: { zh: '待需求方答复', en: 'need side asked', next: ['community', 'street'] },
                  on: {
                    'accept-match-as-need-side': {
                      target: 'accepted',
                      guard: all('needSideAcceptsCurrent', 'acceptingIsActive'),
                      actions: 'MatchAcceptedByNeedSide',
                    },
                    'decline-match-as-need-side': {
                      target: '#unmatched',
                      guard: all('needSideDeclinesCurrent'),
                      actions: 'MatchDeclinedByNeedSide',
                    },
                  },
                },
                accepted: { type: 'final', meta: { zh: '需求方已同意', en: 'need side accepted' } },
              },
            },
          },
        },
        agreed: {
          id: 'agreed',
          meta: { zh: '双方已同意', en: 'both sides agreed', next: ['street'] },
          on: {
            commission: {
              target: '#funding',
              guard: all('withinCommissionCap', 'acceptingIsActive'),
              actions: 'Commissioned',
            },
            'enter-round': {
              target: '#competition',
              guard: all('callIsAhead', 'acceptingIsActive'),
              actions: 'RoundEntered',
            },
            'join-round': {
              target: '#inRound',
              guard: all('joinsOpenRound', 'roundIsForItsPlace', 'acceptingIsActive'),
              actions: 'RoundJoined',
            },
            'withdraw-match': { target: 'open', guard: all('withdrawsCurrent'), actions: 'MatchWithdrawn' },
          },
        },
      },
    },
  },
})
