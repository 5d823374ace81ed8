/** 资助方项目总览: what each funder's money did: committed, paid, by project, stage and outcome. */
import { type ExpressionBuilder, type Kysely, sql } from 'kysely'
import { z } from 'zod'
import {
  type FactOf,
  forgetsTexts,
  leavesOf,
  ofInstance,
  originOf,
  origins,
  paged,
  query,
  readModel,
  type Scope,
  table,
  underPlaces,
} from '../engine/projection.ts'
import { channels, grades, sources } from '../workflows/micro-project/fields.ts'
import type { MicroProjectEvents } from '../workflows/micro-project/index.ts'
import { hasEnded, stageOf } from '../workflows/micro-project/stage.ts'

const shown = {
  project: z.string().meta({ zh: '项目编号', en: 'Project' }),
  title: z.string().meta({ zh: '项目名称', en: 'Title' }),
  place: z.string().meta({ zh: '社区', en: 'Community', shows: 'place' }),
  organisation: z.string().nullable().meta({ zh: '承接组织', en: 'Organisation', shows: 'organisation' }),
  funder: z.string().nullable().meta({ zh: '资助方', en: 'Funder', shows: 'organisation' }),
  source: z.string().meta({ zh: '资金来源', en: 'Source', shows: 'choice', choices: sources }),
  channel: z.string().meta({ zh: '资助渠道', en: 'Channel', shows: 'choice', choices: channels }),
  committed: z.int().meta({ zh: '已落实', en: 'Committed', shows: 'fen' }),
  paid: z.int().meta({ zh: '已拨付', en: 'Paid', shows: 'fen' }),
  recovered: z.int().meta({ zh: '已追回', en: 'Recovered', shows: 'fen' }),
  stage: z.string().meta({ zh: '阶段或结局', en: 'Stage or outcome', shows: 'state' }),
  ended: z.boolean().meta({ zh: '已终结', en: 'Ended' }),
  grade: z.string().nullable().meta({ zh: '终期等次', en: 'Final grade', shows: 'choice', choices: grades }),
  corrected: z.boolean().meta({ zh: '有更正', en: 'Corrected' }),
} as const

/**
 * `prepared`: what is to be paid of each tranche; the payment itself names the tranche only. `returned`: what came
 * back by each receipt.
 */
const row = z.strictObject({
  ...shown,
  origins,
  prepared: z.record(z.string(), z.int()).meta({ zh: '各期金额', en: 'Prepared' }),
  returned: z.record(z.string(), z.int()).meta({ zh: '各笔退款', en: 'Returned' }),
})
type Row = z.infer<typeof row>
type Database = { projects: Row }

const blank = (project: string): Row => ({
  project,
  title: '',
  place: '',
  organisation: null,
  funder: null,
  source: '',
  channel: '',
  committed: 0,
  paid: 0,
  recovered: 0,
  stage: '',
  ended: false,
  grade: null,
  corrected: false,
  prepared: {},
  returned: {},
  origins: {},
})

/** The new row from the old one, or from a blank one. */
const changing = <D>(change: (row: Row, data: D) => Partial<Row>) =>
  ofInstance<Row, D>((row, { id, data }) => ({ ...(row ?? blank(id)), ...change(row ?? blank(id), data) }))

/** By receipt, so that one that is corrected counts once. */
const returning = ({ returned }: Row, { receipt, amount }: { receipt: number; amount?: number }): Partial<Row> => {
  const all: Row['returned'] = { ...returned, ...(amount && { [receipt]: amount }) }
  return { returned: all, recovered: Object.values(all).reduce((sum, each) => sum + each, 0) }
}
const titled = ofInstance<Row, { title: string }>((row, { id, data: { title }, revision }) => ({
  ...(row ?? blank(id)),
  title,
  origins: { title: originOf({ revision, field: 'title' }) },
}))

const standing = (row: Row | undefined, { id, metadata }: FactOf<unknown>): Row => {
  const stage = stageOf(leavesOf(metadata.state))
  const before = row ?? blank(id)
  return {
    ...before,
    place: metadata.place ?? '',
    organisation: metadata.within.organisation ?? null,
    stage,
    ended: hasEnded(stage),
    corrected: before.corrected || metadata.corrects !== undefined,
  }
}

const projects = table<{ 'micro-project': MicroProjectEvents }>()({
  name: 'projects',
  key: 'project',
  row,
  indexes: [['funder', 'project'], ['place']],
  touches: {
    'micro-project': {
      NeedDrafted: titled,
      NeedRevised: titled,
      TextRedacted: forgetsTexts<Row>(),
      FundCommitted: changing((_, { funder, source, channel, amount }) => ({
        funder,
        source,
        channel,
        committed: amount,
      })),
      PaymentPrepared: changing(({ prepared }, { tranche, amount }) => ({
        prepared: { ...prepared, [tranche]: amount },
      })),
      PaymentConfirmed: changing(({ prepared, paid }, { tranche }) => ({ paid: paid + (prepared[tranche] ?? 0) })),
      MoneyReturned: changing(returning),
      FinallyGraded: changing((_, { grade }) => ({ grade })),
      CommitmentCorrected: changing((_, { source, channel }) => ({
        ...(source && { source }),
        ...(channel && { channel }),
      })),
      PaymentCorrected: changing(({ prepared }, { tranche, amount }) => ({
        prepared: { ...prepared, ...(amount && { [tranche]: amount }) },
      })),
      FinalGradeCorrected: changing((_, { grade }) => ({ ...(grade && { grade }) })),
      ReceiptCorrected: changing(returning),
      '*': ofInstance(standing),
    },
  },
})

const filters = z.strictObject({
  funder: z.string().max(40).optional().meta({ zh: '资助方编号', en: 'Funder id' }),
  stage: z.string().max(100).optional().meta({ zh: '阶段或结局', en: 'Stage or outcome' }),
})

const inScope = (eb: ExpressionBuilder<Database, 'projects'>, scope: Scope) =>
  eb.and([
    eb('funder', 'is not', null),
    eb.or([underPlaces('place', scope.places), sql<boolean>`funder = any(${scope.organisations})`]),
  ])

const order = ['funder', 'project'] as const

const portfolio = query({
  title: { zh: '资助项目', en: 'Projects funded' },
  filters,
  row: z.strictObject(shown),
  order,
  run: (db: Kysely<Database>, { filters: { funder, stage }, scope, ...page }) =>
    paged(
      db
        .selectFrom('projects')
        .select(Object.keys(shown) as (keyof typeof shown)[])
        .where(eb => inScope(eb, scope))
        .$if(funder !== undefined, q => q.where('funder', '=', funder as string))
        .$if(stage !== undefined, q => q.where('stage', '=', stage as string)),
      order,
      page,
    ),
})

const total = z.strictObject({
  funder: shown.funder,
  stage: shown.stage,
  projects: z.int().meta({ zh: '项目数', en: 'Projects' }),
  committed: shown.committed,
  paid: shown.paid,
  recovered: shown.recovered,
})
const totalOrder = ['funder', 'stage'] as const

const totals = query({
  title: { zh: '按资助方和阶段合计', en: 'Totals by funder and stage' },
  filters: filters.pick({ funder: true }),
  row: total,
  order: totalOrder,
  run: (db: Kysely<Database>, { filters: { funder }, scope, ...page }) =>
    paged(
      db
        .selectFrom('projects')
        .select(['funder', 'stage'])
        .select(eb => [
          eb.fn.countAll<number>().as('projects'),
          sql<number>`sum(committed)::bigint`.as('committed'),
          sql<number>`sum(paid)::bigint`.as('paid'),
          sql<number>`sum(recovered)::bigint`.as('recovered'),
        ])
        .where(eb => inScope(eb, scope))
        .$if(funder !== undefined, q => q.where('funder', '=', funder as string))
        .groupBy(['funder', 'stage']),
      totalOrder,
      page,
    ),
})

export const funderPortfolio = readModel({
  name: 'funder-portfolio',
  title: { zh: '资助方项目总览', en: 'Funder portfolio' },
  about: {
    zh: '每个资助方落实、拨付、追回了多少，按项目、阶段和结局。',
    en: 'What each funder committed, paid and got back, by project, stage and outcome.',
  },
  version: 1,
  tables: [projects],
  sees: [
    { role: 'funder', in: 'funder' },
    { role: 'street', over: 'place' },
    { role: 'bureau', over: 'place' },
    { role: 'finance', over: 'place' },
  ],
  queries: { '': portfolio, totals },
})
