/**
 * What is to fall due, a row for each life with a deadline that runs: kept for whoever lets it fall due, so it has no
 * query. It follows from the schedules beside the events and can be made anew from the log.
 */
import { z } from 'zod'
import { type FactOf, readModel, schemaOf, table } from '../engine/projection.ts'

const ahead = z.strictObject({
  deadline: z.string().meta({ zh: '期限', en: 'Deadline' }),
  since: z.int().meta({ zh: '起算事件', en: 'Revision that scheduled it' }),
  step: z.int().meta({ zh: '步骤', en: 'Step of its ladder' }),
  on: z.string().meta({ zh: '到期时刻', en: 'Falls due when this day or minute begins', shows: 'day' }),
})

const row = z.strictObject({
  stream: z.string().meta({ zh: '记录', en: 'Life' }),
  workflow: z.string().meta({ zh: '流程', en: 'Workflow' }),
  id: z.string().meta({ zh: '编号', en: 'Id' }),
  revision: z.int().meta({ zh: '版次', en: 'Revision' }),
  position: z.string().meta({ zh: '日志位置', en: 'Position' }),
  next: z.string().nullable().meta({ zh: '最近到期时刻', en: 'Next falls due', shows: 'day' }),
  ahead: z.array(ahead).meta({ zh: '待到期步骤', en: 'Steps ahead' }),
  calendar: z.int().nullable().meta({ zh: '所用工作日历版次', en: 'Oldest revision of the calendar counted with' }),
})
type Row = z.infer<typeof row>
export type StepWaiting = z.infer<typeof ahead>
export type LifeWaiting = Pick<Row, 'stream' | 'workflow' | 'id' | 'revision' | 'position' | 'ahead'>

const rowOf = ({ stream, id, revision, position, metadata }: FactOf<unknown>): Row | undefined => {
  const running = Object.entries(metadata.due)
  const steps = running
    .flatMap(([deadline, { since, ahead }]) => ahead.map(({ step, on }) => ({ deadline, since, step, on })))
    .sort((one, other) => (one.on < other.on ? -1 : 1))
  const calendars = running.flatMap(([, { calendar = [] }]) => calendar)
  if (steps.length === 0 && calendars.length === 0) return undefined
  const calendar = calendars.length > 0 ? Math.min(...calendars) : null
  const next = steps[0]?.on ?? null
  return { stream, workflow: metadata.workflow, id, revision, position, next, ahead: steps, calendar }
}

const lives = table()({
  name: 'lives',
  key: 'stream',
  row,
  indexes: [['next', 'stream'], ['calendar']],
  touches: { '*': { '*': { keys: ({ stream }) => [stream], row: (_, fact) => rowOf(fact) } } },
})

export const runningDeadlines = readModel({
  name: 'running-deadlines',
  title: { zh: '运行中的期限', en: 'Running deadlines' },
  about: { zh: '哪条记录的哪个期限何时到期。', en: 'Which life has which deadline falling due, and when.' },
  version: 1,
  tables: [lives],
  sees: [],
  queries: {},
})

/** For SQL beside the read models. */
export const waitingTable = `${schemaOf(runningDeadlines)}.${lives.name}`
