/** Every life of every workflow, one row each: what lists are made of. Knows no lifecycle, so a new one needs nothing here. */
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import {
  CLAIM_LAPSED,
  earliestDue,
  type FactOf,
  leavesOf,
  paged,
  query,
  readModel,
  remindedIn,
  table,
  underPlaces,
} from '../engine/projection.ts'

const row = z.strictObject({
  key: z.string().meta({ zh: '键', en: 'Key' }),
  id: z.string().meta({ zh: '编号', en: 'Id' }),
  workflow: z.string().meta({ zh: '流程', en: 'Workflow' }),
  place: z.string().nullable().meta({ zh: '地点', en: 'Place', shows: 'place' }),
  organisations: z.array(z.string()).meta({ zh: '相关组织', en: 'Organisations', shows: 'organisation' }),
  state: z.array(z.string()).meta({ zh: '状态', en: 'State', shows: 'state' }),
  next: z.array(z.string()).meta({ zh: '待办角色', en: 'Whose turn', shows: 'role' }),
  due: z.string().nullable().meta({ zh: '办理期限', en: 'Due', shows: 'day' }),
  reminded: z.array(z.string()).meta({ zh: '已提醒', en: 'Reminded', shows: 'role' }),
  revision: z.int().meta({ zh: '版次', en: 'Revision' }),
  startedAt: z.string().meta({ zh: '开始时间', en: 'Started', shows: 'instant' }),
  changedAt: z.string().meta({ zh: '最近变动', en: 'Changed', shows: 'instant' }),
})
type Life = z.infer<typeof row>
type Database = { lives: Life }

const after = (life: Life | undefined, { id, revision, metadata }: FactOf<unknown>, key: string): Life => ({
  key,
  id,
  workflow: metadata.workflow,
  place: metadata.place ?? null,
  organisations: Object.values(metadata.within),
  state: leavesOf(metadata.state),
  next: [...metadata.next],
  due: earliestDue(metadata.due) ?? null,
  reminded: remindedIn(metadata.due),
  revision,
  startedAt: life?.startedAt ?? metadata.recordedAt,
  changedAt: metadata.recordedAt,
})

const lives = table()({
  name: 'lives',
  key: 'key',
  row,
  indexes: [['workflow', 'startedAt', 'id'], ['place']],
  touches: {
    '*': {
      '*': {
        keys: ({ id, metadata }) => [`${metadata.workflow}/${id}`],
        row: (life, fact, key) =>
          fact.type === CLAIM_LAPSED ? life && { ...life, revision: fact.revision } : after(life, fact, key),
      },
    },
  },
})

const filters = z.strictObject({
  workflow: z.string().max(60).optional().meta({ zh: '流程', en: 'Workflow' }),
  state: z.string().max(200).optional().meta({ zh: '状态（路径开头）', en: 'State, or the beginning of its path' }),
  place: z.string().max(12).optional().meta({ zh: '地点代码（含下级）', en: 'Place code; what lies under it counts' }),
  organisation: z.string().max(40).optional().meta({ zh: '组织编号', en: 'Organisation id' }),
  next: z.string().max(40).optional().meta({ zh: '待办角色', en: 'Whose turn: a role' }),
  reminded: z.string().max(40).optional().meta({ zh: '已提醒的角色', en: 'Reminded of a deadline: a role' }),
  late: z.enum(['true', 'false']).optional().meta({ zh: '只看逾期', en: 'Only late ones' }),
})

/** A state's path, or the beginning of one: `running.stage.delivery` finds what stands anywhere in delivery. */
const standsIn = (path: string) =>
  sql<boolean>`exists (select 1 from jsonb_array_elements_text(state) as leaf where leaf = ${path} or starts_with(leaf, ${`${path}.`}))`

const order = ['startedAt', 'id'] as const

const list = query({
  title: { zh: '全部记录', en: 'All lives' },
  filters,
  row,
  order,
  run: async (db: Kysely<Database>, { filters, scope, today, ...page }) => {
    const { workflow, state, place, organisation, next, reminded, late } = filters
    return paged(
      db
        .selectFrom('lives')
        .selectAll()
        .where(eb =>
          eb.or([
            underPlaces('place', scope.places),
            eb.fn<boolean>('jsonb_exists_any', ['organisations', eb.val(scope.organisations)]),
          ]),
        )
        .$if(workflow !== undefined, q => q.where('workflow', '=', workflow as string))
        .$if(place !== undefined, q => q.where(underPlaces('place', [place as string])))
        .$if(organisation !== undefined, q =>
          q.where(eb => eb.fn<boolean>('jsonb_exists', ['organisations', eb.val(organisation)])),
        )
        .$if(next !== undefined, q => q.where(eb => eb.fn<boolean>('jsonb_exists', ['next', eb.val(next)])))
        .$if(reminded !== undefined, q => q.where(eb => eb.fn<boolean>('jsonb_exists', ['reminded', eb.val(reminded)])))
        .$if(late !== undefined, q => q.where(sql<boolean>`coalesce(due < ${today}, false) = ${late === 'true'}`))
        .$if(state !== undefined, q => q.where(standsIn(state as string))),
      order,
      page,
    )
  },
})

export const livesModel = readModel({
  name: 'lives',
  title: { zh: '全部记录', en: 'All lives' },
  about: {
    zh: '每个流程的每条记录一行：所在地、状态、轮到谁、何时到期、已提醒谁。',
    en: 'One row a life, of every workflow: where it is, how it stands, whose turn it is, when it is due and who was reminded.',
  },
  version: 1,
  tables: [lives],
  // Only who may see every life of their place; everybody else asks a lifecycle's own list, which knows its permits.
  sees: [
    { role: 'community', over: 'place' },
    { role: 'street', over: 'place' },
    { role: 'bureau', over: 'place' },
  ],
  queries: { '': list },
})
