/** 评委待办: what waits for somebody as a judge: invitations to answer, ballots to fill. Each sees their own, and nobody those of another. */
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { type FactOf, leavesOf, paged, query, readModel, table } from '../engine/projection.ts'
import type { BallotEvents } from '../workflows/ballot/index.ts'
import type { CompetitionRoundEvents } from '../workflows/competition-round/index.ts'

const standings = {
  invited: { zh: '待答复邀请', en: 'invited' },
  declaring: { zh: '待申报回避', en: 'conflicts are to be declared' },
  assigning: { zh: '待分配申报书', en: 'proposals are being assigned' },
  scoring: { zh: '评分中', en: 'scoring' },
  sealed: { zh: '已封存', en: 'sealed' },
  opened: { zh: '已启封', en: 'opened' },
}

const shown = {
  life: z.string().meta({ zh: '记录', en: 'Life' }),
  workflow: z.string().meta({ zh: '流程', en: 'Lifecycle' }),
  round: z.string().meta({ zh: '创投轮次', en: 'Round', shows: 'round' }),
  name: z.string().meta({ zh: '评委代号', en: 'Pseudonym' }),
  standing: z.string().meta({ zh: '状态', en: 'Standing', shows: 'choice', choices: standings }),
  until: z.string().meta({ zh: '截止日', en: 'Until', shows: 'day' }),
  /** That they are to be scored, and which of them wait: nothing else of a sheet stands here. */
  toScore: z.array(z.string()).meta({ zh: '应评申报书', en: 'Proposals to score', shows: 'proposal' }),
  missing: z.array(z.string()).meta({ zh: '尚未提交评分的申报书', en: 'Proposals not scored yet', shows: 'proposal' }),
}
const row = z.strictObject({
  ...shown,
  /** Of a ballot its life; of an invitation round and pseudonym. */
  key: z.string().meta({ zh: '编号', en: 'Key' }),
  person: z.string().meta({ zh: '评委', en: 'Judge', shows: 'person' }),
})
type Row = z.infer<typeof row>
type Database = { turns: Row }

const ownKey = ({ id }: FactOf<unknown>): string[] => [id]
const invitationKey = ({ id, data }: FactOf<{ name: string }>): string[] => [`${id} ${data.name}`]

type Changed = Pick<Row, 'toScore' | 'missing' | 'until'>
/** A ballot's row changes so. */
const changed = <D>(change: (row: Row, data: D) => Partial<Changed>) => ({
  keys: ownKey,
  row: (before: Row | undefined, { data }: FactOf<D>) => before && { ...before, ...change(before, data) },
})

/** Where the ballot stands after any event of it; one that has ended waits for nobody. */
const standing = (before: Row | undefined, { metadata }: FactOf<unknown>): Row | undefined => {
  const [leaf = ''] = leavesOf(metadata.state)
  const name = leaf.split('.').at(-1) ?? ''
  return before && Object.hasOwn(standings, name) ? { ...before, standing: name } : undefined
}

type Of = { proposal?: string | undefined }
const others = (list: readonly string[], { proposal }: Of): string[] =>
  list.filter(each => proposal !== undefined && each !== proposal)
const scoredNoMore = changed<Of>(({ toScore, missing }, of) => ({
  toScore: others(toScore, of),
  missing: others(missing, of),
}))

const turns = table<{ ballot: BallotEvents; 'competition-round': CompetitionRoundEvents }>()({
  name: 'turns',
  key: 'key',
  row,
  indexes: [['person']],
  touches: {
    'competition-round': {
      JudgeInvited: {
        keys: invitationKey,
        row: (_, { id, data: { name, person } }, key) => ({
          ...{ key, life: id, workflow: 'competition-round', round: id, name, person },
          ...{ standing: 'invited', until: '', toScore: [], missing: [] },
        }),
      },
      InvitationAnswered: { keys: invitationKey, row: () => undefined },
    },
    ballot: {
      BallotOpened: {
        keys: ownKey,
        row: (_, { id, data: { round, name, person, until } }) => ({
          ...{ key: id, life: id, workflow: 'ballot', round, name, person },
          ...{ standing: 'declaring', until, toScore: [], missing: [] },
        }),
      },
      ProposalsAssigned: changed<BallotEvents['ProposalsAssigned']>((_, { sheets }) => {
        const proposals = sheets.map(({ proposal }) => proposal)
        return { toScore: proposals, missing: proposals }
      }),
      SheetSubmitted: changed<Of>(({ missing }, of) => ({ missing: others(missing, of) })),
      Recused: scoredNoMore,
      SheetVoided: scoredNoMore,
      BallotReopened: changed<{ until: string }>((_, { until }) => ({ until })),
      ScoringBegunAnew: changed<BallotEvents['ScoringBegunAnew']>(({ toScore }, { proposals, until }) => ({
        until,
        missing: toScore.filter(each => proposals.includes(each)),
      })),
      '*': { keys: ownKey, row: standing },
    },
  },
})

const order = ['until', 'key'] as const
const seen = z.strictObject({ ...shown, key: row.shape.key })

const list = query({
  title: { zh: '评委待办', en: 'Desk of a judge' },
  filters: z.strictObject({}),
  row: seen,
  order,
  run: async (db: Kysely<Database>, page) => {
    const own = db
      .selectFrom('turns')
      .select(['key', 'life', 'workflow', 'round', 'name', 'standing', 'until', 'toScore', 'missing'])
      .where('person', 'in', [...page.scope.selves])
    return paged(own, order, page)
  },
})

export const judgeDesk = readModel({
  name: 'judge-desk',
  title: { zh: '评委待办', en: 'Desk of a judge' },
  about: {
    zh: '本人作为评委的邀请和评分册：待答复、待申报回避、尚未提交评分的申报书；只能看到自己的。',
    en: 'One’s invitations and ballots as a judge: to be answered, conflicts to be declared, proposals not scored yet; everybody sees their own alone.',
  },
  version: 1,
  tables: [turns],
  sees: [{ anyone: true }],
  queries: { '': list },
})
