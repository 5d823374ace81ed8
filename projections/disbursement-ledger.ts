/** 拨付台账: one row a tranche, for finance: what is to be paid, why it may be, who prepared, approved and paid it. */
import { type ExpressionBuilder, type Kysely, sql } from 'kysely'
import { z } from 'zod'
import {
  type FactOf,
  forgetsTexts,
  forgetting,
  leavesOf,
  ofInstance,
  originOf,
  origins,
  paged,
  query,
  REDACTED,
  readModel,
  type Touch,
  table,
  underPlaces,
} from '../engine/projection.ts'
import { channels, sources } from '../workflows/micro-project/fields.ts'
import type { MicroProjectEvents } from '../workflows/micro-project/index.ts'
import { stageOf } from '../workflows/micro-project/stage.ts'
import type { OrganisationEvents } from '../workflows/organisation.ts'

// ── the project behind a tranche ────────────────────────────────────────────────────────────────

const projectRow = z.strictObject({
  project: z.string().meta({ zh: '项目编号', en: 'Project' }),
  title: z.string().meta({ zh: '项目名称', en: 'Title' }),
  place: z.string().meta({ zh: '社区', en: 'Community', shows: 'place' }),
  payee: z.string().nullable().meta({ zh: '收款组织', en: 'Payee', shows: 'organisation' }),
  funder: z.string().nullable().meta({ zh: '资助方', en: 'Funder', shows: 'organisation' }),
  source: z.string().nullable().meta({ zh: '资金来源', en: 'Source', shows: 'choice', choices: sources }),
  channel: z.string().nullable().meta({ zh: '资助渠道', en: 'Channel', shows: 'choice', choices: channels }),
  budgetCode: z.string().nullable().meta({ zh: '预算科目编码', en: 'Budget code' }),
  round: z.string().nullable().meta({ zh: '创投轮次', en: 'Round' }),
  award: z.int().meta({ zh: '资助金额', en: 'Award', shows: 'fen' }),
  stage: z.string().meta({ zh: '项目阶段或结局', en: 'Stage or outcome of the project', shows: 'state' }),
  fundCorrected: z.boolean().meta({ zh: '资助信息有更正', en: 'Award or fund corrected' }),
})
const keptProject = projectRow.extend({ origins })
type Project = z.infer<typeof keptProject>

const blankProject = (project: string): Project => ({
  project,
  title: '',
  place: '',
  payee: null,
  funder: null,
  source: null,
  channel: null,
  budgetCode: null,
  round: null,
  award: 0,
  stage: '',
  fundCorrected: false,
  origins: {},
})

const project = <D>(change: (data: D) => Partial<Project>) =>
  ofInstance<Project, D>((row, { id, data }) => ({ ...(row ?? blankProject(id)), ...change(data) }))

const titled = ofInstance<Project, { title: string }>((row, { id, data: { title }, revision }) => ({
  ...(row ?? blankProject(id)),
  title,
  origins: { title: originOf({ revision, field: 'title' }) },
}))

const projects = table<{ 'micro-project': MicroProjectEvents }>()({
  name: 'projects',
  key: 'project',
  row: keptProject,
  touches: {
    'micro-project': {
      NeedDrafted: titled,
      NeedRevised: titled,
      TextRedacted: forgetsTexts<Project>(),
      RoundEntered: project(({ round }) => ({ round })),
      RoundJoined: project(({ round }) => ({ round })),
      Commissioned: project(({ amount }) => ({ award: amount })),
      Awarded: project(({ amount }) => ({ award: amount })),
      AwardedInRound: project(({ amount }) => ({ award: amount })),
      FundCommitted: project(({ funder, source, channel, budgetCode }) => ({
        funder,
        source,
        channel,
        budgetCode: budgetCode ?? null,
      })),
      AwardCorrected: project(({ amount }) => ({ ...(amount && { award: amount }), fundCorrected: true })),
      CommitmentCorrected: project(({ source, channel, budgetCode }) => ({
        ...(source && { source }),
        ...(channel && { channel }),
        ...(budgetCode && { budgetCode }),
        fundCorrected: true,
      })),
      '*': ofInstance<Project, unknown>((row, { id, metadata }) => ({
        ...(row ?? blankProject(id)),
        place: metadata.place ?? '',
        payee: metadata.within.organisation ?? null,
        stage: stageOf(leavesOf(metadata.state)),
      })),
    },
  },
})

// ── the organisation that is paid ───────────────────────────────────────────────────────────────

const payeeRow = z.strictObject({
  organisation: z.string().meta({ zh: '组织编号', en: 'Organisation' }),
  creditCode: z.string().nullable().meta({ zh: '统一社会信用代码', en: 'Unified social credit code' }),
})
type Payee = z.infer<typeof payeeRow>

/** A code once given stays; a filed organisation has none. */
const coded = ofInstance<Payee, { creditCode?: string }>((row, { id, data }) => ({
  organisation: id,
  creditCode: data.creditCode ?? row?.creditCode ?? null,
}))

const payees = table<{ organisation: OrganisationEvents }>()({
  name: 'payees',
  key: 'organisation',
  row: payeeRow,
  touches: { organisation: { OrganisationEnrolled: coded, TierChanged: coded, PapersCorrected: coded } },
})

// ── tranches ────────────────────────────────────────────────────────────────────────────────────

const STATUSES = {
  planned: { zh: '待经办', en: 'planned' },
  prepared: { zh: '待审批', en: 'prepared' },
  approved: { zh: '待支付', en: 'approved' },
  instructed: { zh: '支付中', en: 'instructed' },
  paid: { zh: '已到账', en: 'paid' },
  failed: { zh: '支付失败', en: 'failed' },
  cancelled: { zh: '已取消', en: 'cancelled' },
} as const
type Status = keyof typeof STATUSES

const when = (zh: string, en: string) => z.string().nullable().meta({ zh, en, shows: 'instant' })
const who = (zh: string, en: string) => z.string().nullable().meta({ zh, en, shows: 'person' })

const trancheFields = {
  payment: z.string().meta({ zh: '拨付编号', en: 'Payment' }),
  project: projectRow.shape.project,
  tranche: z.int().meta({ zh: '期次', en: 'Tranche' }),
  status: z
    .enum(Object.keys(STATUSES) as [Status, ...Status[]])
    .meta({ zh: '状态', en: 'Status', shows: 'choice', choices: STATUSES }),
  planned: z.int().meta({ zh: '约定金额', en: 'Planned', shows: 'fen' }),
  amount: z.int().nullable().meta({ zh: '拨付金额', en: 'Amount', shows: 'fen' }),
  conditions: z
    .array(
      z.strictObject({
        text: z.string().meta({ zh: '条件', en: 'Condition' }),
        evidence: z.string().nullable().meta({ zh: '证明材料', en: 'Evidence' }),
      }),
    )
    .meta({ zh: '拨付条件及证明', en: 'Conditions and evidence' }),
  invoice: z.string().nullable().meta({ zh: '发票号码', en: 'Invoice' }),
  preparedBy: who('经办人', 'Prepared by'),
  preparedAt: when('经办时间', 'Prepared at'),
  approvedBy: who('审批人', 'Approved by'),
  approvedAt: when('审批时间', 'Approved at'),
  instructedBy: who('支付人', 'Instructed by'),
  instructedAt: when('支付指令时间', 'Instructed at'),
  paidOn: z.string().nullable().meta({ zh: '到账日期', en: 'Paid on', shows: 'day' }),
  bankReference: z.string().nullable().meta({ zh: '银行流水号', en: 'Bank reference' }),
  failure: z.string().nullable().meta({ zh: '失败或取消原因', en: 'Why failed or cancelled' }),
  reconciled: z.boolean().meta({ zh: '已对账', en: 'Reconciled' }),
  corrected: z.boolean().meta({ zh: '有更正', en: 'Corrected' }),
  stream: z.string().meta({ zh: '事件流', en: 'Stream' }),
  revision: z.int().meta({ zh: '版次', en: 'Revision' }),
} as const
const trancheRow = z.strictObject({ ...trancheFields, origins })
type Tranche = z.infer<typeof trancheRow>

/** An agreement has at most so many tranches; drawn up anew it may have fewer than before. */
const MOST_TRANCHES = 12

const everyTranche = ({ id }: FactOf<unknown>): string[] =>
  Array.from({ length: MOST_TRANCHES }, (_, index) => `${id}/${index + 1}`)

const drawnUp: Touch<Tranche, MicroProjectEvents['AgreementDrawnUp']> = {
  keys: everyTranche,
  row: (_, { id, data, stream, revision }, key) => {
    const number = Number(key.slice(id.length + 1))
    const plan = data.tranches[number - 1]
    return (
      plan && {
        ...blankTranche(key, id, number),
        planned: plan.amount,
        conditions: plan.conditions.map(unproven),
        origins: { conditions: originOf({ revision, field: 'tranches' }) },
        stream,
        revision,
      }
    )
  },
}

const unproven = (text: string) => ({ text, evidence: null })

const blankTranche = (
  payment: string,
  project: string,
  tranche: number,
): Omit<Tranche, 'planned' | 'conditions' | 'origins' | 'stream' | 'revision'> => ({
  payment,
  project,
  tranche,
  status: 'planned',
  amount: null,
  invoice: null,
  preparedBy: null,
  preparedAt: null,
  approvedBy: null,
  approvedAt: null,
  instructedBy: null,
  instructedAt: null,
  paidOn: null,
  bankReference: null,
  failure: null,
  reconciled: false,
  corrected: false,
})

/** What an event that names its tranche changes in that row. */
const tranche = <D extends { tranche: number }>(
  change: (fact: FactOf<D>, row: Tranche) => Partial<Tranche>,
): Touch<Tranche, D> => ({
  keys: ({ id, data }) => [`${id}/${data.tranche}`],
  row: (row, fact) => row && { ...row, ...change(fact, row), revision: fact.revision },
})

/** A reason told of a payment, until the next step takes its place. */
const failing = <D extends { tranche: number; reason: string }>(status: Status) =>
  tranche<D>(({ data: { reason }, revision }, { origins }) => ({
    status,
    failure: reason,
    origins: { ...origins, failure: originOf({ revision, field: 'reason' }) },
  }))

const checked = tranche<MicroProjectEvents['ConditionChecked']>(({ data, revision }, { conditions, origins }) => ({
  conditions: conditions.map((each, index) =>
    index === data.condition - 1 ? { ...each, evidence: data.evidence.name } : each,
  ),
  origins: { ...origins, [evidenceOf(data.condition - 1)]: originOf({ revision, field: 'evidence' }) },
}))

const evidenceOf = (condition: number): string => `evidence ${condition}`

/** Conditions are several texts in one column: the agreement's words, and names of files. */
const forgettingTranche: Touch<Tranche, MicroProjectEvents['TextRedacted']> = {
  keys: everyTranche,
  row: (row, { data }) => {
    if (!row) return undefined
    const { conditions, ...others } = row
    const taken = (origin: string): boolean => row.origins[origin] === originOf(data)
    return {
      ...forgetting(others, data),
      conditions: conditions.map(({ text, evidence }, index) => ({
        text: taken('conditions') ? REDACTED : text,
        evidence: taken(evidenceOf(index)) ? REDACTED : evidence,
      })),
    }
  },
}

const tranches = table<{ 'micro-project': MicroProjectEvents }>()({
  name: 'tranches',
  key: 'payment',
  row: trancheRow,
  indexes: [['project'], ['status']],
  touches: {
    'micro-project': {
      AgreementDrawnUp: drawnUp,
      ConditionChecked: checked,
      TextRedacted: forgettingTranche,
      PaymentPrepared: tranche(({ data, metadata }) => ({
        status: 'prepared',
        amount: data.amount,
        invoice: data.invoice ?? null,
        preparedBy: metadata.person,
        preparedAt: metadata.recordedAt,
        approvedBy: null,
        approvedAt: null,
        instructedBy: null,
        instructedAt: null,
        failure: null,
      })),
      PaymentReturned: tranche(({ data, revision }, { origins }) => ({
        status: 'planned',
        failure: data.reason,
        origins: { ...origins, failure: originOf({ revision, field: 'reason' }) },
        approvedBy: null,
        approvedAt: null,
      })),
      PaymentApproved: tranche(({ metadata }) => ({
        status: 'approved',
        approvedBy: metadata.person,
        approvedAt: metadata.recordedAt,
      })),
      PaymentInstructed: tranche(({ metadata }) => ({
        status: 'instructed',
        instructedBy: metadata.person,
        instructedAt: metadata.recordedAt,
      })),
      PaymentConfirmed: tranche(({ data }) => ({
        status: 'paid',
        paidOn: data.paidOn,
        bankReference: data.bankReference,
      })),
      PaymentFailed: failing('failed'),
      PaymentReconciled: tranche(() => ({ reconciled: true })),
      PaymentCorrected: tranche(({ data: { amount, invoice } }) => ({
        ...(amount && { amount }),
        ...(invoice && { invoice }),
        corrected: true,
      })),
      ConfirmationCorrected: tranche(({ data: { paidOn, bankReference } }) => ({
        ...(paidOn && { paidOn }),
        ...(bankReference && { bankReference }),
        reconciled: false,
        corrected: true,
      })),
      TrancheCancelled: failing('cancelled'),
    },
  },
})

// ── the ledger ──────────────────────────────────────────────────────────────────────────────────

const { project: projectId, ...aboutProject } = projectRow.shape
const { payment, project: _, ...aboutTranche } = trancheFields

const ledgerRow = z.strictObject({
  payment,
  fiscalYear: z.string().nullable().meta({ zh: '会计年度', en: 'Fiscal year' }),
  project: projectId,
  ...aboutProject,
  creditCode: payeeRow.shape.creditCode,
  ...aboutTranche,
  cumulative: z.int().meta({ zh: '累计拨付', en: 'Paid up to and with this tranche', shows: 'fen' }),
})

type Database = { projects: Project; payees: Payee; tranches: Tranche }

const filters = z.strictObject({
  status: trancheFields.status.optional(),
  project: z.string().max(40).optional().meta({ zh: '项目编号', en: 'Project' }),
  year: z
    .string()
    .regex(/^\d{4}$/)
    .optional()
    .meta({ zh: '会计年度', en: 'Fiscal year' }),
})

const order = ['payment'] as const

const cumulative = (eb: ExpressionBuilder<Database, 'projects' | 'tranches'>) =>
  eb
    .selectFrom('tranches as earlier')
    .select(sql<number>`coalesce(sum(earlier.amount), 0)::bigint`.as('sum'))
    .whereRef('earlier.project', '=', 'tranches.project')
    .whereRef('earlier.tranche', '<=', 'tranches.tranche')
    .where('earlier.status', '=', 'paid')

const ledger = query({
  title: { zh: '拨付台账', en: 'Disbursement ledger' },
  filters,
  row: ledgerRow,
  order,
  run: (db: Kysely<Database>, { filters: { status, project, year }, scope, ...page }) =>
    paged(
      db
        .selectFrom('tranches')
        .innerJoin('projects', 'projects.project', 'tranches.project')
        .leftJoin('payees', 'payees.organisation', 'projects.payee')
        .selectAll('projects')
        .selectAll('tranches')
        .select('payees.creditCode')
        .select(eb => [
          sql<string | null>`substr("paidOn", 1, 4)`.as('fiscalYear'),
          sql<number>`${cumulative(eb)}`.as('cumulative'),
        ])
        .where(eb => eb.or([underPlaces('place', scope.places), sql<boolean>`funder = any(${scope.organisations})`]))
        .$if(status !== undefined, q => q.where('status', '=', status as Status))
        .$if(project !== undefined, q => q.where('tranches.project', '=', project as string))
        .$if(year !== undefined, q => q.where(sql<boolean>`substr("paidOn", 1, 4) = ${year}`)),
      order,
      page,
    ),
})

export const disbursementLedger = readModel({
  name: 'disbursement-ledger',
  title: { zh: '拨付台账', en: 'Disbursement ledger' },
  about: {
    zh: '每期拨付一行：应拨多少、凭什么拨、谁经办谁审批、何时到账、累计多少。',
    en: 'One row a tranche: how much, on what evidence, prepared and approved by whom, when it arrived, and the sum so far.',
  },
  version: 1,
  tables: [projects, payees, tranches],
  sees: [
    { role: 'finance', over: 'place' },
    { role: 'street', over: 'place' },
    { role: 'bureau', over: 'place' },
    { role: 'funder', in: 'funder' },
  ],
  queries: { '': ledger },
})
