/** 街道看板: each project under a street: its stage, how long it has stood there, who is to act next, late or not. */
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import {
  earliestDue,
  type FactOf,
  forgetsTexts,
  leavesOf,
  ofInstance,
  originOf,
  origins,
  paged,
  query,
  readModel,
  remindedIn,
  table,
  underPlaces,
} from '../engine/projection.ts'
import type { MicroProjectEvents } from '../workflows/micro-project/index.ts'
import { stageOf } from '../workflows/micro-project/stage.ts'
import { categories } from '../workflows/vocabulary.ts'

const stored = {
  project: z.string().meta({ zh: '项目编号', en: 'Project' }),
  title: z.string().meta({ zh: '项目名称', en: 'Title' }),
  place: z.string().meta({ zh: '社区', en: 'Community', shows: 'place' }),
  category: z.string().meta({ zh: '类别', en: 'Category', shows: 'choice', choices: categories }),
  organisation: z.string().nullable().meta({ zh: '承接组织', en: 'Organisation', shows: 'organisation' }),
  stage: z.string().meta({ zh: '阶段', en: 'Stage', shows: 'state' }),
  stageSince: z.string().meta({ zh: '进入阶段日期', en: 'In stage since', shows: 'day' }),
  state: z.array(z.string()).meta({ zh: '状态', en: 'State', shows: 'state' }),
  suspended: z.boolean().meta({ zh: '已暂停', en: 'Suspended' }),
  next: z.array(z.string()).meta({ zh: '待办方', en: 'Who is to act next', shows: 'role' }),
  due: z.string().nullable().meta({ zh: '办理期限', en: 'Due', shows: 'day' }),
  reminded: z.array(z.string()).meta({ zh: '已提醒', en: 'Reminded', shows: 'role' }),
  corrected: z.boolean().meta({ zh: '有更正', en: 'Corrected' }),
}
const row = z.strictObject({ ...stored, origins })
type Row = z.infer<typeof row>

const shown = z.strictObject({
  ...stored,
  daysInStage: z.int().meta({ zh: '在阶段天数', en: 'Days in stage' }),
  late: z.boolean().meta({ zh: '逾期', en: 'Late' }),
})

type Database = { projects: Row }
type Named = { title: string; category: string }

const named = (row: Row | undefined, { id, data, metadata, revision }: FactOf<Named>): Row => ({
  ...(row ?? blank(id, metadata.occurredOn)),
  title: data.title,
  origins: { title: originOf({ revision, field: 'title' }) },
  category: data.category,
})

const blank = (project: string, since: string): Row => ({
  project,
  title: '',
  place: '',
  category: '',
  organisation: null,
  stage: '',
  stageSince: since,
  state: [],
  suspended: false,
  next: [],
  due: null,
  reminded: [],
  corrected: false,
  origins: {},
})

const standing = (row: Row | undefined, { id, metadata }: FactOf<unknown>): Row => {
  const before = row ?? blank(id, metadata.occurredOn)
  const state = leavesOf(metadata.state)
  const stage = stageOf(state)
  return {
    ...before,
    place: metadata.place ?? before.place,
    organisation: metadata.within.organisation ?? null,
    stage,
    stageSince: stage === before.stage ? before.stageSince : metadata.occurredOn,
    state,
    suspended: state.includes('running.standing.suspended'),
    next: [...metadata.next],
    due: earliestDue(metadata.due) ?? null,
    reminded: remindedIn(metadata.due),
    corrected: before.corrected || metadata.corrects !== undefined,
  }
}

const projects = table<{ 'micro-project': MicroProjectEvents }>()({
  name: 'projects',
  key: 'project',
  row,
  indexes: [['place', 'project']],
  touches: {
    'micro-project': {
      NeedDrafted: ofInstance(named),
      NeedRevised: ofInstance(named),
      TextRedacted: forgetsTexts<Row>(),
      '*': ofInstance(standing),
    },
  },
})

const filters = z.strictObject({
  place: z.string().max(12).optional().meta({ zh: '地点代码（含下级）', en: 'Place code; what lies under it counts' }),
  stage: z.string().max(100).optional().meta({ zh: '阶段', en: 'Stage' }),
  next: z.string().max(40).optional().meta({ zh: '待办方', en: 'Who is to act next: a role' }),
  reminded: z.string().max(40).optional().meta({ zh: '已提醒的角色', en: 'Reminded of a deadline: a role' }),
  late: z.enum(['true', 'false']).optional().meta({ zh: '只看逾期', en: 'Only late ones' }),
})

const order = ['place', 'project'] as const

const lateOn = (today: string) => sql<boolean>`coalesce(due < ${today}, false)`

const board = query({
  title: { zh: '街道看板', en: 'Street board' },
  filters,
  row: shown,
  order,
  run: (db: Kysely<Database>, { filters: { place, stage, next, reminded, late }, scope, today, ...page }) =>
    paged(
      db
        .selectFrom('projects')
        .selectAll()
        .select([sql<number>`${today}::date - "stageSince"::date`.as('daysInStage'), lateOn(today).as('late')])
        .where(underPlaces('place', scope.places))
        .$if(place !== undefined, q => q.where(underPlaces('place', [place as string])))
        .$if(stage !== undefined, q => q.where('stage', '=', stage as string))
        .$if(next !== undefined, q => q.where(sql<boolean>`jsonb_exists(next, ${next})`))
        .$if(reminded !== undefined, q => q.where(sql<boolean>`jsonb_exists(reminded, ${reminded})`))
        .$if(late !== undefined, q => q.where(sql<boolean>`${lateOn(today)} = ${late === 'true'}`)),
      order,
      page,
    ),
})

const countRow = z.strictObject({
  place: stored.place,
  stage: stored.stage,
  projects: z.int().meta({ zh: '项目数', en: 'Projects' }),
  late: z.int().meta({ zh: '逾期数', en: 'Late' }),
})
const countOrder = ['place', 'stage'] as const

const counts = query({
  title: { zh: '各社区各阶段项目数', en: 'Projects by community and stage' },
  filters: filters.pick({ place: true }),
  row: countRow,
  order: countOrder,
  run: (db: Kysely<Database>, { filters: { place }, scope, today, ...page }) =>
    paged(
      db
        .selectFrom('projects')
        .select([
          'place',
          'stage',
          sql<number>`count(*)`.as('projects'),
          sql<number>`count(*) filter (where ${lateOn(today)})`.as('late'),
        ])
        .where(underPlaces('place', scope.places))
        .$if(place !== undefined, q => q.where(underPlaces('place', [place as string])))
        .groupBy(['place', 'stage']),
      countOrder,
      page,
    ),
})

export const streetBoard = readModel({
  name: 'street-board',
  title: { zh: '街道看板', en: 'Street board' },
  about: {
    zh: '辖区内每个项目在哪个阶段、停了几天、轮到谁办、是否逾期；并按社区和阶段计数。',
    en: 'Each project under a place: its stage, days in it, whose turn it is, late or not; and counts by community and stage.',
  },
  version: 1,
  tables: [projects],
  sees: [
    { role: 'community', over: 'place' },
    { role: 'street', over: 'place' },
    { role: 'bureau', over: 'place' },
  ],
  queries: { '': board, counts },
})
