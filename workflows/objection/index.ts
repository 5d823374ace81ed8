/** 异议: what somebody objects to a published list of a round, from its filing to the answer; one file a part, joined here. */
import type { z } from 'zod'
import { all, type Sees } from '../../engine/definition.ts'
import { join, lifecycle } from '../../engine/workflow.ts'
import { followingChair, notingChair } from '../competition-round/following-chair.ts'
import { peopleOf } from '../organisation.ts'
import { over, roles } from '../roles.ts'
import { type Consulted, type Objection, ofAnApplicant, ofObjecting, peopleOfRound, start } from './data.ts'
import { examination } from './examination.ts'
import { filing, openTo } from './filing.ts'
import { redacting, redaction } from './redaction.ts'

const chaired = followingChair<Objection, Consulted>((data, panelChair) => ({ ...data, panelChair }))

const whole = join(filing, examination, redaction, chaired)

/** In every end. */
const atTheEnd = { ...redacting, ...notingChair } as const

type Events = typeof whole.events
/** Every event by its name, with its data. */
export type ObjectionEvents = { [E in keyof Events & string]: z.infer<Events[E]> }

/** All that would tell who objects. */
const shows = ({ filer, organisation, statement, evidence, ...data }: Objection, sees: Sees) =>
  !data.protected || sees(openTo) ? { ...data, filer, organisation, statement, evidence } : data

/** Everything by which an objection is decided: who had a part in what is objected to does none of it. */
const deciding = [
  'accept-form',
  'reject-form',
  'begin-investigation',
  'uphold-objection',
  'uphold-partly',
  'reject-objection',
  'answer-objection',
  'redact-statement',
] as const

export const objection = lifecycle<Objection, Consulted>()({
  name: 'objection',
  title: { zh: '异议', en: 'Objection' },
  about: {
    zh: '居民或组织在公示期内对创投轮次公示的名单提出的异议，从提出、受理、调查到答复。',
    en: 'What a resident or an organisation objects to a published list of a round, from filing and form to the finding and the answer.',
  },
  version: 1,
  roles,
  start,
  ...whole,
  apart: [
    // One sentence for both: of a protected objection it must not tell that it is theirs who read it.
    {
      zh: '在该轮次申报或联合申报的任一组织的人员，以及提出异议的组织的人员，不得处理异议',
      en: 'Who belongs to any organisation that applies in the round, alone or with others, or to the one that objects, does not decide on the objection.',
      belongsTo: 'applicant',
      mayNot: deciding,
    },
    {
      zh: '该轮次的评委、评审组长和观察人不得处理异议',
      en: 'Judges of the round, who chairs them and who observes do not decide on the objection.',
      belongsTo: 'round',
      mayNot: deciding,
    },
    {
      zh: '起草该轮次，或办理其评委邀请、抽签、评议、排名、公示的人不得处理异议',
      en: 'Who drafted the round, invited its judges, drew, deliberated, ranked or published in it does not decide on the objection.',
      did: [
        'RoundDrafted',
        'JudgeInvited',
        'SeedRevealed',
        'PanelDrawn',
        'MissingVoided',
        'Deliberated',
        'SheetsVoided',
        'RankingSettled',
        'PublicityOpened',
        'PublishedAgain',
      ],
      inLife: 'round',
      mayNot: deciding,
    },
    {
      zh: '审查过该申报书资格的人不得处理异议',
      en: 'Who checked the eligibility of the proposal does not decide on the objection.',
      did: ['EligibilityChecked', 'OverrideProposed', 'OverrideConfirmed', 'ResemblanceSettled'],
      inLife: 'proposal',
      mayNot: deciding,
    },
    {
      zh: '提出或代收异议的人不得处理该异议',
      en: 'Who filed the objection, or took it in, does not decide on it.',
      did: ['ObjectionFiled'],
      mayNot: deciding,
    },
  ],
  claims: {
    'open-objection': {
      zh: '同一人对同一次公示中同一申报书的未办结异议',
      en: 'One open objection of a person to one proposal of one publication',
      // Who files and who takes it in stand in it: nobody learns by trying whether somebody else has objected.
      by: {
        ObjectionFiled: ({ filer, takenInBy = '', round, publication, proposal }) =>
          [filer, takenInBy, round, publication, proposal].join(' '),
      },
      releasedBy: ['FormRejected', 'ObjectionWithdrawn', 'ObjectionLapsed', 'ObjectionAnswered'],
    },
  },
  consults: {
    round: (data, command) => ({
      workflow: 'competition-round',
      id: command.type === 'file-objection' ? command.data.round : data.round,
    }),
    proposal: ({ proposal }) => ({ workflow: 'proposal', id: proposal }),
    organisation: ({ applicant }) => ({ workflow: 'organisation', id: applicant }),
    objecting: ({ organisation }) => ({ workflow: 'organisation', id: organisation }),
    pack: ({ pack }, command) => ({
      workflow: 'round-pack',
      id: command.type === 'file-objection' ? command.data.pack : pack,
    }),
  },
  chart: {
    initial: 'blank',
    states: {
      blank: {
        meta: { zh: '未提出', en: 'not filed' },
        on: {
          'file-objection': {
            target: 'filed',
            guard: all('listIsPublic', 'packIsTheRounds', 'proposalIsInRound', 'speaksForIt'),
            actions: 'ObjectionFiled',
          },
        },
      },
      filed: {
        meta: { zh: '待受理', en: 'filed', next: ['bureau'] },
        on: {
          ...notingChair,
          'accept-form': { target: 'examined', guard: all('packHearsThem', 'packProtects'), actions: 'FormAccepted' },
          'reject-form': { target: 'notTaken', actions: 'FormRejected' },
          'withdraw-objection': { target: 'withdrawn', actions: 'ObjectionWithdrawn' },
          'lapse-objection': { target: 'lapsed', actions: 'ObjectionLapsed' },
        },
      },
      examined: {
        meta: { zh: '办理中', en: 'being examined' },
        initial: 'accepted',
        on: { ...notingChair, 'lapse-objection': { target: 'lapsed', actions: 'ObjectionLapsed' } },
        states: {
          accepted: {
            meta: { zh: '已受理，待调查', en: 'accepted, to be investigated', next: ['bureau'] },
            on: {
              'begin-investigation': { target: 'investigated', actions: 'InvestigationBegun' },
              'withdraw-objection': { target: '#withdrawn', actions: 'ObjectionWithdrawn' },
            },
          },
          investigated: {
            meta: { zh: '调查中', en: 'under investigation', next: ['investigator'] },
            on: {
              'hand-back': { target: 'accepted', actions: 'InvestigationHandedBack' },
              'uphold-objection': {
                target: 'withRound',
                guard: all('packAllowsEffect'),
                actions: 'ObjectionUpheld',
              },
              'uphold-partly': [
                {
                  target: 'withRound',
                  guard: all('packAllowsPartly', 'somethingFollows'),
                  actions: 'ObjectionUpheldInPart',
                },
                { target: 'found', guard: all('nothingFollows'), actions: 'ObjectionUpheldInPart' },
              ],
              'reject-objection': { target: 'found', actions: 'ObjectionRejected' },
              'withdraw-objection': { target: '#withdrawn', actions: 'ObjectionWithdrawn' },
            },
          },
          withRound: {
            meta: { zh: '已认定，待该轮次处理', en: 'the round acts on it' },
            on: { 'note-round-acted': { target: 'found', actions: 'RoundActed' } },
          },
          found: {
            meta: { zh: '已有结论，待答复', en: 'found, to be answered', next: ['investigator', 'bureau'] },
            on: { 'answer-objection': { target: '#answered', actions: 'ObjectionAnswered' } },
          },
        },
      },
      answered: { id: 'answered', type: 'final', meta: { zh: '已答复', en: 'answered' }, on: atTheEnd },
      notTaken: { type: 'final', meta: { zh: '不予受理', en: 'rejected as to form' }, on: atTheEnd },
      withdrawn: { id: 'withdrawn', type: 'final', meta: { zh: '已撤回', en: 'withdrawn' }, on: atTheEnd },
      lapsed: { type: 'final', meta: { zh: '已终止', en: 'lapsed' }, on: atTheEnd },
    },
  },
  /** Before it is filed, the counter where somebody hands it in for another. */
  place: (data, command) => (command?.type === 'file-objection' ? command.data.place : data.place),
  within: {
    applicant: ({ applicant }) => applicant,
    round: ({ round }) => round,
    heard: ({ protected: secret, applicant }) => (secret ? undefined : applicant),
  },
  members: {
    applicant: facts => {
      const { organisation, objecting } = facts.consulted
      const people = [organisation, objecting].flatMap(each => (each ? peopleOf(each, facts.today) : []))
      return [...people, ...ofAnApplicant(facts), ...ofObjecting(facts)]
    },
    round: peopleOfRound,
  },
  people: {
    filer: { zh: '异议人', en: 'who objects', who: ({ filer }) => (filer === undefined ? [] : [filer]) },
    investigator: {
      zh: '承办人',
      en: 'investigator',
      who: ({ investigator }) => (investigator === undefined ? [] : [investigator]),
    },
    panelChair: {
      zh: '评审组长',
      en: 'chair of the panel',
      who: ({ protected: secret, panelChair }) => (secret || panelChair === undefined ? [] : [panelChair]),
    },
  },
  sees: [...openTo, ...over('bureau')],
  // Beside each event stands which organisation was asked, also the one that objects.
  seesWhole: openTo,
  impartial: {
    protection: {
      zh: '异议人身份保密的，仅限未参与该轮次的人员',
      en: 'of a protected objection, who has no part in the round',
      where: data => data.protected,
      of: 'accept-form',
    },
  },
  shows,
  intake: { commands: ['file-objection', 'withdraw-objection'], by: over('community', 'street', 'bureau') },
})
