/** Every row of every read model is what a fresh fold of the log up to its checkpoint gives. */
import { isDeepStrictEqual } from 'node:util'
import type { Fact } from '../../engine/event-codec.ts'
import { factReader } from '../../engine/lift.ts'
import type { ReadModel, Table } from '../../engine/projection.ts'
import { type Standing, standingOf } from '../../engine/projection-runner.ts'
import { allRows, type Row } from '../../engine/read-model-tables.ts'
import { foldRows, PoisonEvent, touchesOf } from '../../engine/row-folds.ts'
import type { Context, Finding, LogCheck } from './check.ts'

type Fresh = { model: ReadModel; table: Table; until: string; rows: Map<string, Row> }

export const freshFolds: LogCheck = {
  zh: '报表与重新折叠',
  en: 'read models against a fresh fold',
  begin: async context => {
    const { folds, findings } = await foldsIn(context)
    const read = factReader(context.workflows)
    return {
      see: event => {
        const fact = read(event)
        for (const fold of folds.filter(({ until }) => fact.position <= until)) {
          const poison = taken(fold, fact)
          if (poison) return poison
        }
        return undefined
      },
      end: async () => {
        for (const fold of folds) findings.push(...(await firstDifference(context, fold)))
        return findings
      },
    }
  },
}

const foldsIn = async ({ client, readModels }: Context): Promise<{ folds: Fresh[]; findings: Finding[] }> => {
  const folds: Fresh[] = []
  const findings: Finding[] = []
  for (const model of readModels) {
    const standing = await standingOf(client, model)
    findings.push(...notFollowing(model, standing))
    if (standing)
      folds.push(
        ...model.tables.map(table => ({ model, table, until: standing.position, rows: new Map<string, Row>() })),
      )
  }
  return { folds, findings }
}

const notFollowing = ({ name }: ReadModel, standing: Standing | undefined): Finding[] => {
  if (!standing) return [{ at: name, zh: '尚未建立，请先启动一次服务', en: 'is not made yet; start the service once' }]
  const { stopped } = standing
  return stopped
    ? [{ at: name, zh: `停在 ${stopped.at}：${stopped.error}`, en: `has stopped at ${stopped.at}: ${stopped.error}` }]
    : []
}

const taken = ({ model, table, rows }: Fresh, fact: Fact): Finding | undefined => {
  try {
    for (const [key, row] of foldRows(rows, touchesOf(table, [fact])))
      if (row) rows.set(key, row)
      else rows.delete(key)
    return undefined
  } catch (error) {
    if (!(error instanceof PoisonEvent)) throw error
    return {
      at: `${model.name} ${error.at}`,
      zh: `不能折叠：${error.message}`,
      en: `cannot be folded: ${error.message}`,
    }
  }
}

const firstDifference = async ({ client }: Context, { model, table, rows }: Fresh): Promise<Finding[]> => {
  const at = (key: string) => `${model.name}.${table.name} ${key}`
  for await (const kept of allRows(client, model, table)) {
    const key = kept[table.key] as string
    const fresh = rows.get(key)
    rows.delete(key)
    if (!fresh) return [{ at: at(key), zh: '日志中得不出这一行', en: 'a row that does not follow from the log' }]
    const columns = Object.keys(table.row.shape).filter(column => !same(kept[column], fresh[column]))
    if (columns.length > 0)
      return [
        { at: at(key), zh: `与日志不符：${columns.join('、')}`, en: `differs from the log in ${columns.join(', ')}` },
      ]
  }
  const [missing] = rows.keys()
  return missing === undefined ? [] : [{ at: at(missing), zh: '缺这一行', en: 'a row is missing' }]
}

/** As the database gives it back: nothing as null, whole numbers perhaps as text. */
const same = (kept: unknown, fresh: unknown): boolean =>
  isDeepStrictEqual(
    typeof fresh === 'number' && typeof kept === 'string' ? Number(kept) : kept,
    JSON.parse(JSON.stringify(fresh ?? null)),
  )
