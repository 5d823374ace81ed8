/** 创投轮次公告: the rounds of the venture competition, for anybody: where, until when, how far, and figures once they are public. */
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import {
  earliestDue,
  type FactOf,
  leavesOf,
  ofInstance,
  paged,
  query,
  readModel,
  table,
  underPlaces,
} from '../engine/projection.ts'
import type { CompetitionRoundEvents } from '../workflows/competition-round/index.ts'
import { sources } from '../workflows/micro-project/fields.ts'

const fen = z.int()
const many = z.int().nullable()

const shown = {
  round: z.string().meta({ zh: '轮次编号', en: 'Round' }),
  title: z.string().meta({ zh: '轮次名称', en: 'Title' }),
  place: z.string().meta({ zh: '地点', en: 'Place', shows: 'place' }),
  stage: z.string().meta({ zh: '阶段', en: 'Stage', shows: 'state' }),
  pack: z.string().meta({ zh: '创投规则包', en: 'Rule pack' }),
  fund: fen.meta({ zh: '资金总额', en: 'Fund', shows: 'fen' }),
  source: z.string().meta({ zh: '资金来源', en: 'Source', shows: 'choice', choices: sources }),
  openedOn: z.string().nullable().meta({ zh: '征集开始日', en: 'Call opened on', shows: 'day' }),
  closesOn: z.string().meta({ zh: '征集截止日', en: 'Call closes on', shows: 'day' }),
  publicUntil: z.string().nullable().meta({ zh: '公示截止日', en: 'Public until', shows: 'day' }),
  due: z.string().nullable().meta({ zh: '办理期限', en: 'Due', shows: 'day' }),
  /** Not before the list is settled: how many there are so far is nobody's business while others still may apply. */
  proposals: many.meta({ zh: '申报书份数', en: 'Proposals' }),
  listed: many.meta({ zh: '公示份数', en: 'Published' }),
  awarded: many.meta({ zh: '资助份数', en: 'Awarded' }),
  listDigest: z.string().nullable().meta({ zh: '最近公示名单校验值', en: 'Digest of the list published last' }),
}
const row = z.strictObject(shown)
type Row = z.infer<typeof row>
type Database = { rounds: Row }

const blank = (round: string): Row => ({
  round,
  title: '',
  place: '',
  stage: '',
  pack: '',
  fund: 0,
  source: '',
  openedOn: null,
  closesOn: '',
  publicUntil: null,
  due: null,
  proposals: null,
  listed: null,
  awarded: null,
  listDigest: null,
})

/** The stage alone: what a state inside it tells is for those who run the round. */
const stageOf = (leaves: readonly string[]): string => (leaves[0] ?? '').split('.')[0] ?? ''

type Drafted = CompetitionRoundEvents['RoundDrafted']
const drafted = (row: Row | undefined, { id, data }: FactOf<Drafted>): Row => ({
  ...(row ?? blank(id)),
  title: data.title,
  place: data.place,
  pack: data.pack,
  fund: data.fund,
  source: data.source,
  closesOn: data.closesOn,
})

const closing = (row: Row | undefined, { data }: FactOf<{ closesOn: string }>) =>
  row && { ...row, closesOn: data.closesOn }

const counted = (row: Row | undefined, { data }: FactOf<{ proposals: number }>) =>
  row && { ...row, proposals: data.proposals }

type Published = CompetitionRoundEvents['PublicityOpened']
const published = (row: Row | undefined, { data }: FactOf<Published>) =>
  row && { ...row, publicUntil: data.until, listed: data.list.length, listDigest: data.digest, awarded: null }

/** Of the list that was public: what is answered or moved up later is told by the round. */
type Decided = CompetitionRoundEvents['AwardsDecided']
const decided = (row: Row | undefined, { data }: FactOf<Decided>) =>
  row && { ...row, awarded: data.awards.filter(({ amount }) => amount > 0).length }

const standing = (row: Row | undefined, { metadata }: FactOf<unknown>) =>
  row && { ...row, stage: stageOf(leavesOf(metadata.state)), due: earliestDue(metadata.due) ?? null }

const rounds = table<{ 'competition-round': CompetitionRoundEvents }>()({
  name: 'rounds',
  key: 'round',
  row,
  indexes: [['place', 'round'], ['stage']],
  touches: {
    'competition-round': {
      RoundDrafted: ofInstance(drafted),
      RoundRevised: ofInstance(drafted),
      RoundOpened: ofInstance<Row, unknown>((row, { metadata }) => row && { ...row, openedOn: metadata.occurredOn }),
      CallExtended: ofInstance(closing),
      CallReopened: ofInstance(closing),
      FundAdded: ofInstance<Row, { amount: number }>(
        (row, { data }) => row && { ...row, fund: row.fund + data.amount },
      ),
      ListSettled: ofInstance(counted),
      ListAmended: ofInstance(counted),
      PublicityOpened: ofInstance(published),
      PublishedAgain: ofInstance(published),
      AwardsDecided: ofInstance(decided),
      '*': ofInstance(standing),
    },
  },
})

const filters = z.strictObject({
  place: z.string().max(12).optional().meta({ zh: '地点代码（含下级）', en: 'Place code; what lies under it counts' }),
  stage: z.string().max(40).optional().meta({ zh: '阶段', en: 'Stage' }),
})
const order = ['closesOn', 'round'] as const

/** Drafts are for those who run them: they find them in the list of rounds of their place. */
const board = query({
  title: { zh: '创投轮次公告', en: 'Rounds' },
  filters,
  row,
  order,
  run: (db: Kysely<Database>, { filters: { place, stage }, ...page }) =>
    paged(
      db
        .selectFrom('rounds')
        .selectAll()
        .where(sql<boolean>`"openedOn" is not null`)
        .$if(place !== undefined, q => q.where(underPlaces('place', [place as string])))
        .$if(stage !== undefined, q => q.where('stage', '=', stage as string)),
      order,
      page,
    ),
})

export const roundsModel = readModel({
  name: 'rounds',
  title: { zh: '创投轮次公告', en: 'Rounds of the venture competition' },
  about: {
    zh: '已开始征集的公益创投轮次：地点、阶段、截止日和公示截止日；申报份数在名单核定后、公示份数在公示后才显示。',
    en: 'The rounds whose call has opened: place, stage, last days; how many proposals there are once the list is settled, how many are listed once it is public.',
  },
  version: 1,
  tables: [rounds],
  sees: [{ anyone: true }],
  queries: { '': board },
})
