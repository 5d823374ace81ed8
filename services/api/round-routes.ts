/**
 * What a chair and a bureau may ask of a round whose sheets are open: how it would stand under other rules, how little would
 * change an award, how its judges scored. Questions alone: nothing is written, and nothing follows from an answer.
 */
import { setImmediate } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { EngineError } from '../../engine/engine-error.ts'
import type { Instance } from '../../engine/instance.ts'
import { type Sensitivity, sensitivityOf } from '../../workflows/judging/sensitivity.ts'
import { judgeStatistics } from '../../workflows/judging/statistics.ts'
import {
  type Compared,
  type Problem,
  type WhatIf,
  whatIf,
  whatIfOf,
  whatIfProblems,
} from '../../workflows/judging/what-if.ts'
import { type Revealed, ROUND, revealedRound } from './judged-round.ts'
import { type Language, languageOf, say } from './language.ts'
import { factsOf } from './past.ts'
import { queryOf } from './request.ts'
import type { Services } from './services.ts'

const PATH = `/v1/${ROUND}/:id`
const USUAL_POINTS = '5'

const noQuery = z.strictObject({})
export const sensitivityQuery = z.strictObject({
  points: z
    .string()
    .regex(/^(1?\d|20)$/)
    .default(USUAL_POINTS)
    .meta({
      zh: '最多试移多少分（0至20）',
      en: 'How many points are moved from one criterion to another, at most (0 to 20)',
      examples: [USUAL_POINTS],
    }),
})

type Params = { Params: { id: string } }

/** Where rounds are held at all. */
export const roundRoutes = (app: FastifyInstance, services: Services): void => {
  if (!services.workflows.some(({ name }) => name === ROUND)) return
  app.post<Params>(`${PATH}/what-if`, async request => {
    queryOf(noQuery, request)
    const { pack, round } = await revealedRound(services, request)
    const asked = askedIn(request.body, { pack, round })
    const { proposals, ...answer } = whatIfOf(pack, round, asked)
    return { ...answer, proposals: proposals.map(each => comparedView(each, languageOf(request))) }
  })

  app.get<Params>(`${PATH}/sensitivity`, async request => {
    const { points } = queryOf(sensitivityQuery, request)
    const { pack, round } = await revealedRound(services, request)
    return inTurns(sensitivityOf(pack, round, Number(points)))
  })

  app.get<Params>(`${PATH}/judge-statistics`, async request => {
    queryOf(noQuery, request)
    const { pack, round, ballots } = await revealedRound(services, request)
    const submitted = await submissions(services, ballots)
    return { judges: judgeStatistics(pack, round, ({ judge, proposal }) => submitted.get(`${judge} ${proposal}`)) }
  })
}

// ── what if ─────────────────────────────────────────────────────────────────────────────────────

const askedIn = (body: unknown, { pack, round }: Pick<Revealed, 'pack' | 'round'>): WhatIf => {
  const { data, error } = whatIf.safeParse(body ?? {})
  if (!data) throw new EngineError('invalid-input', { issues: error.issues })
  const problems = whatIfProblems(pack, round, data)
  if (problems.length > 0) throw new EngineError('invalid-input', { issues: problems.map(issueOf) })
  return data
}

const issueOf = ({ path, code, zh, en }: Problem) => ({
  path: [path],
  code: 'custom',
  message: en,
  params: { code, zh, en },
})

const comparedView = ({ why, ...compared }: Compared, language: Language) => ({
  ...compared,
  why: why.map(({ zh, en, ...reason }) => ({ ...reason, text: say({ zh, en }, language) })),
})

// ── sensitivity ─────────────────────────────────────────────────────────────────────────────────

const AT_ONCE_MS = 10

/** A big round is ranked some hundred times: others are let go first again and again. */
const inTurns = async (steps: Generator<void, Sensitivity>): Promise<Sensitivity> => {
  for (let since = performance.now(); ; ) {
    const { done, value } = steps.next()
    if (done) return value
    if (performance.now() - since < AT_ONCE_MS) continue
    await setImmediate()
    since = performance.now()
  }
}

// ── when sheets were submitted ──────────────────────────────────────────────────────────────────

/** By judge and proposal: the last time, as it was submitted anew until the seal. */
const submissions = async ({ store }: Services, ballots: readonly Instance[]): Promise<Map<string, string>> => {
  const times = new Map<string, string>()
  for (const { workflow, id, data } of ballots) {
    const { name } = data as { name: string }
    for (const { type, data: said, metadata } of await factsOf(store, workflow, id))
      if (type === 'SheetSubmitted')
        times.set(`${name} ${(said as { proposal: string }).proposal}`, metadata.recordedAt)
  }
  return times
}
