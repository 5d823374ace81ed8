/** 社区社会组织: an organisation on the register, in one of three tiers, with its officers and what it offers. */
import { z } from 'zod'
import { correcting } from '../engine/correction.ts'
import { all, type Day, type Facts } from '../engine/definition.ts'
import { join, lifecycle, stage } from '../engine/workflow.ts'
import { creditCode } from './credit-code.ts'
import { choice, freeText, person, reason, text, typedAlike } from './fields.ts'
import { place } from './places/place-field.ts'
import { covers, streetOf } from './places/places.ts'
import { over, roles } from './roles.ts'
import { category, field, type Tier, tier } from './vocabulary.ts'

const duties = {
  chair: { zh: '负责人', en: 'chair' },
  supervisor: { zh: '监督人', en: 'supervisor' },
  treasurer: { zh: '财务负责人', en: 'treasurer' },
  officer: { zh: '骨干', en: 'officer' },
}

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const filingNumber = text(40).meta({ zh: '备案编号', en: 'Filing number', examples: ['WCSGH-2026-017'] })
const officer = z.strictObject({ person, duty: choice(duties, { zh: '职责', en: 'Duty' }) })
const officers = z.array(officer).min(1).max(30).meta({ zh: '负责人员', en: 'Officers' })
const offer = {
  category,
  title: freeText(80).meta({ zh: '服务名称', en: 'Service', examples: ['独居老人敲门探访'] }),
  detail: freeText(2000).meta({ zh: '服务内容', en: 'What it is' }),
  capacity: freeText(80)
    .optional()
    .meta({ zh: '服务能力', en: 'Capacity', examples: ['每月60户'] }),
  places: z.array(place).min(1).max(100).meta({ zh: '服务地点', en: 'Places served' }),
}
/** What it has asked money for, by whatever way. */
const application = {
  life: z.uuid().meta({ zh: '申报书或项目', en: 'Proposal or project' }),
  kind: choice(
    {
      proposal: { zh: '申报书', en: 'proposal' },
      'micro-project': { zh: '微项目', en: 'micro-project' },
    },
    { zh: '类型', en: 'Kind' },
  ),
}
export type Application = z.infer<z.ZodObject<typeof application>>
const service = z.string().meta({ zh: '服务编号', en: 'Number of the service' })
const because = z.strictObject({ reason })

const commands = {
  enrol: z
    .strictObject({
      name: text(80).meta({ zh: '组织名称', en: 'Name', examples: ['东亭邻里互助队'] }),
      tier,
      creditCode: creditCode.optional(),
      filingNumber: filingNumber.optional(),
      field,
      place,
    })
    .meta({ zh: '登记入册', en: 'Enrol an organisation' }),
  'name-officers': z.strictObject({ officers }).meta({ zh: '确定负责人员', en: 'Name the officers' }),
  'offer-service': z.strictObject(offer).meta({ zh: '提供服务', en: 'Offer a service' }),
  'change-tier': z
    .strictObject({ tier, creditCode: creditCode.optional(), filingNumber: filingNumber.optional(), reason })
    .meta({ zh: '变更管理类别', en: 'Change the tier' }),
  suspend: because.meta({ zh: '暂停', en: 'Suspend' }),
  reinstate: because.meta({ zh: '恢复', en: 'Reinstate' }),
  dissolve: because.meta({ zh: '注销', en: 'Dissolve' }),
  'note-application': z.strictObject(application).meta({ zh: '记录申报或受资助项目', en: 'Note what it applied for' }),
}

const events = {
  OrganisationEnrolled: commands.enrol.meta({ zh: '组织已入册', en: 'organisation enrolled' }),
  OfficersNamed: commands['name-officers'].meta({ zh: '负责人员已确定', en: 'officers named' }),
  ServiceOffered: z.strictObject({ service, ...offer }).meta({ zh: '服务已列入供给清单', en: 'service offered' }),
  TierChanged: commands['change-tier'].meta({ zh: '管理类别已变更', en: 'tier changed' }),
  OrganisationSuspended: commands.suspend.meta({ zh: '组织已暂停', en: 'organisation suspended' }),
  OrganisationReinstated: commands.reinstate.meta({ zh: '组织已恢复', en: 'organisation reinstated' }),
  OrganisationDissolved: commands.dissolve.meta({ zh: '组织已注销', en: 'organisation dissolved' }),
  ApplicationNoted: commands['note-application'].meta({ zh: '申报或受资助项目已记录', en: 'application noted' }),
}

type Offer = z.infer<(typeof commands)['offer-service']>
export type Service = { id: string } & Offer
export type Organisation = Omit<z.infer<typeof commands.enrol>, 'field'> & {
  /** Absent only before it is enrolled. */
  field?: z.infer<typeof field>
  enrolledOn?: Day
  officers: readonly z.infer<typeof officer>[]
  /** Who stood among the officers before, and until when: leaving the list does not end a conflict of interest. */
  formerOfficers: readonly { person: string; until: Day }[]
  services: readonly Service[]
  /** For the offices alone: in a blind round nobody learns from the register whose a proposal is. */
  applications?: readonly Application[]
  standing: 'active' | 'suspended' | 'dissolved'
}

// ── rules' words ────────────────────────────────────────────────────────────────────────────────

/** What a tier is known by: the certificate of civil affairs, or the street's filing. */
type Papers = { tier: Tier; creditCode?: string; filingNumber?: string }
const hasPapers = ({ tier, creditCode, filingNumber }: Papers): boolean =>
  (tier !== 'registered' || creditCode !== undefined) && (tier !== 'filed' || filingNumber !== undefined)

type Officers = Organisation['officers']
const leaving = ({ officers }: Organisation, stay: Officers, until: Day) =>
  officers.filter(({ person }) => !stay.some(each => each.person === person)).map(({ person }) => ({ person, until }))

/** Common practice for recusal: office held within three years. */
const YEARS_APART = 3
const yearsBefore = (day: Day, years: number): Day => `${Number(day.slice(0, 4)) - years}${day.slice(4)}`

/** Who stands for an organisation, or did so lately: they are kept apart from decisions on it. */
export const peopleOf = ({ officers, formerOfficers }: Organisation, today: Day): string[] => {
  const since = yearsBefore(today, YEARS_APART)
  return [...officers, ...formerOfficers.filter(({ until }) => until >= since)].map(({ person }) => person)
}

const nameInStreet = (name: string, place: string): string => `${streetOf(place)} ${typedAlike(name)}`

/** A registered or filed organisation needs its office; a community keeps only what it manages itself. */
const isOfficeOf = ({ actor }: Facts<Organisation, object>, at: string): boolean =>
  actor.posts.some(own => ['bureau', 'street'].includes(own.role) && own.place !== undefined && covers(own.place, at))

// ── what is recorded ────────────────────────────────────────────────────────────────────────────

const register = stage<Organisation, Record<never, never>>()({
  commands,
  events,
  rules: {
    enrolsWithPapers: {
      of: 'enrol',
      reads: ['tier', 'creditCode', 'filingNumber'],
      zh: '登记组织须填统一社会信用代码，备案组织须填备案编号',
      en: 'A registered organisation needs its unified social credit code, a filed one its filing number.',
      holds: (_, input) => hasPapers(input),
    },
    communityEnrolsItsOwn: {
      of: 'enrol',
      reads: ['tier', 'place'],
      zh: '社区只能将社区管理类组织入册，登记和备案组织由街道办或民政局办理',
      en: 'A community enrols only what it manages itself; street office or bureau enrol registered and filed organisations.',
      holds: (facts, { tier, place }) => tier === 'community-managed' || isOfficeOf(facts, place),
    },
    oneDutyEach: {
      of: 'name-officers',
      reads: ['officers'],
      zh: '同一人只能列一次，负责人只能有一名',
      en: 'Nobody may stand twice, and there is one chair at most.',
      holds: (_, { officers }) =>
        new Set(officers.map(({ person }) => person)).size === officers.length &&
        officers.filter(({ duty }) => duty === 'chair').length <= 1,
    },
    notYetNoted: {
      of: 'note-application',
      reads: ['life'],
      zh: '已经记录过',
      en: 'It is noted already.',
      holds: ({ data }, { life }) => !data.applications?.some(each => each.life === life),
    },
    tierDiffers: {
      of: 'change-tier',
      reads: ['tier'],
      zh: '该组织已属于这一管理类别',
      en: 'The organisation is in this tier already.',
      holds: ({ data }, { tier }) => data.tier !== tier,
    },
    changesWithPapers: {
      of: 'change-tier',
      reads: ['tier', 'creditCode', 'filingNumber'],
      zh: '变更为登记须填统一社会信用代码，变更为备案须填备案编号',
      en: 'To become registered it needs its unified social credit code, to become filed its filing number.',
      holds: ({ data: { creditCode, filingNumber } }, input) => hasPapers({ creditCode, filingNumber, ...input }),
    },
  },
  confidential: { ApplicationNoted: over('bureau', 'street') },
  records: {
    ServiceOffered: ({ data }, command) => ({
      service: String(data.services.length + 1),
      ...(command.data as Offer),
    }),
  },
  evolve: {
    OrganisationEnrolled: (data, enrolled, { occurredOn }) => ({ ...data, ...enrolled, enrolledOn: occurredOn }),
    OfficersNamed: (data, { officers }, { occurredOn }) => ({
      ...data,
      officers,
      formerOfficers: [...data.formerOfficers, ...leaving(data, officers, occurredOn)],
    }),
    ServiceOffered: (data, { service, ...offered }) => ({
      ...data,
      services: [...data.services, { id: service, ...offered }],
    }),
    TierChanged: (data, { reason, ...papers }) => ({ ...data, ...papers }),
    OrganisationSuspended: data => ({ ...data, standing: 'suspended' }),
    OrganisationReinstated: data => ({ ...data, standing: 'active' }),
    OrganisationDissolved: data => ({ ...data, standing: 'dissolved' }),
    ApplicationNoted: (data, noted) => ({ ...data, applications: [...(data.applications ?? []), noted] }),
  },
  permits: {
    enrol: over('bureau', 'street', 'community'),
    // Not the chair: whoever is named is kept apart from decisions on the organisation, and the chair must not choose who decides.
    'name-officers': over('bureau', 'street'),
    'offer-service': [{ role: 'chair', in: 'organisation' }, ...over('bureau', 'street')],
    'change-tier': over('bureau', 'street'),
    suspend: over('bureau', 'street'),
    reinstate: over('bureau', 'street'),
    dissolve: over('bureau', 'street'),
    'note-application': [
      { system: 'flag-proposal-that-resembles-another' },
      { system: 'note-application-when-project-funded' },
    ],
  },
  apart: [
    {
      zh: '本组织的人员不得决定本组织的管理类别、暂停、恢复或注销',
      en: 'Who belongs to an organisation does not decide on its tier, suspension, reinstatement or dissolution.',
      belongsTo: 'organisation',
      mayNot: ['change-tier', 'suspend', 'reinstate', 'dissolve'],
    },
  ],
})

// ── corrections ─────────────────────────────────────────────────────────────────────────────────

const { correct, corrections } = correcting<Organisation>()(events, reason)
const corrected = corrections(
  correct('correct-name', {
    zh: '组织名称',
    en: 'name',
    of: ['OrganisationEnrolled'],
    fields: ['name'],
    event: 'NameCorrected',
    by: over('bureau', 'street'),
    rules: {},
    apply: (data, { name }) => ({ ...data, name: name ?? data.name }),
  }),
  correct('correct-papers', {
    zh: '信用代码或备案编号',
    en: 'credit code or filing number',
    of: ['OrganisationEnrolled', 'TierChanged'],
    fields: ['creditCode', 'filingNumber'],
    event: 'PapersCorrected',
    by: over('bureau', 'street'),
    rules: {
      correctsWhatItHas: {
        reads: ['creditCode', 'filingNumber'],
        metBy: ['change-tier'],
        zh: '该组织尚无此代码或编号，须随管理类别变更登记',
        en: 'The organisation has no such code or number yet; it comes with a change of tier.',
        holds: ({ data }, { creditCode, filingNumber }) =>
          (!creditCode || data.creditCode !== undefined) && (!filingNumber || data.filingNumber !== undefined),
      },
    },
    apply: (data, { creditCode = data.creditCode, filingNumber = data.filingNumber }) => ({
      ...data,
      ...(creditCode && { creditCode }),
      ...(filingNumber && { filingNumber }),
    }),
  }),
)

const whole = join(register, corrected)

type Events = typeof whole.events
/** Every event by its name, with its data. */
export type OrganisationEvents = { [E in keyof Events & string]: z.infer<Events[E]> }

// ── the lifecycle ───────────────────────────────────────────────────────────────────────────────

export const organisation = lifecycle<Organisation>()({
  name: 'organisation',
  title: { zh: '社区社会组织', en: 'Community organisation' },
  about: {
    zh: '社区社会组织入册，按登记、备案、社区管理三类管理，记录负责人员和服务供给清单。',
    en: 'A community organisation on the register in one of three tiers, with its officers and the services it offers.',
  },
  version: 1,
  roles,
  start: {
    name: '',
    tier: 'community-managed',
    place: '',
    officers: [],
    formerOfficers: [],
    services: [],
    standing: 'active',
  },
  ...whole,
  consults: {},
  chart: {
    initial: 'blank',
    states: {
      blank: {
        meta: { zh: '未入册', en: 'not enrolled' },
        on: {
          enrol: {
            target: 'enrolled',
            guard: all('enrolsWithPapers', 'communityEnrolsItsOwn'),
            actions: 'OrganisationEnrolled',
          },
        },
      },
      enrolled: {
        meta: { zh: '在册', en: 'enrolled' },
        initial: 'active',
        on: {
          ...corrected.on,
          'name-officers': { guard: all('oneDutyEach'), actions: 'OfficersNamed' },
          'change-tier': { guard: all('tierDiffers', 'changesWithPapers'), actions: 'TierChanged' },
          dissolve: { target: 'dissolved', actions: 'OrganisationDissolved' },
          'note-application': { guard: all('notYetNoted'), actions: 'ApplicationNoted' },
        },
        states: {
          active: {
            meta: { zh: '正常', en: 'active' },
            on: {
              'offer-service': { actions: 'ServiceOffered' },
              suspend: { target: 'suspended', actions: 'OrganisationSuspended' },
            },
          },
          suspended: {
            meta: { zh: '暂停', en: 'suspended', next: ['street', 'bureau'] },
            on: { reinstate: { target: 'active', actions: 'OrganisationReinstated' } },
          },
        },
      },
      dissolved: { type: 'final', meta: { zh: '已注销', en: 'dissolved' } },
    },
  },
  claims: {
    'credit-code': {
      zh: '统一社会信用代码',
      en: 'Unified social credit code',
      by: {
        OrganisationEnrolled: ({ creditCode }) => creditCode,
        TierChanged: ({ creditCode }) => creditCode,
        PapersCorrected: ({ creditCode }) => creditCode,
      },
      releasedBy: ['OrganisationDissolved'],
    },
    'organisation-name': {
      zh: '同一街道内的组织名称',
      en: 'Name of an organisation within a street',
      by: {
        OrganisationEnrolled: ({ name, place }) => nameInStreet(name, place),
        NameCorrected: ({ name }, { place }) => name && nameInStreet(name, place),
      },
      releasedBy: ['OrganisationDissolved'],
    },
  },
  place: (data, command) => (command?.type === 'enrol' ? command.data.place : data.place) || undefined,
  within: { organisation: (_data, _command, id) => id },
  members: { organisation: ({ data, today }) => peopleOf(data, today) },
  sees: [{ anyone: true }],
  shows: ({ applications, ...data }, sees) => (sees(over('bureau', 'street')) ? { ...data, applications } : data),
  label: data => data.name,
})
