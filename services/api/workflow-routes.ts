/** The routes of every lifecycle, derived from the definitions: start, command, instance, history, list. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { CommandAnswer } from '../../engine/command-answer.ts'
import { readingAround, type Surroundings } from '../../engine/decide.ts'
import type { Workflow } from '../../engine/definition.ts'
import { EngineError } from '../../engine/engine-error.ts'
import type { Fact } from '../../engine/event-codec.ts'
import { exists, type Instance } from '../../engine/instance.ts'
import { maySee, maySeeEvent } from '../../engine/permission.ts'
import { linkTo } from './file-link.ts'
import { historyWithProofs } from './history-proof.ts'
import {
  confidentialEntry,
  correctionsIn,
  explainedCommands,
  historyEntry,
  idsIn,
  instanceView,
} from './instance-view.ts'
import { knownLife } from './known-life.ts'
import { languageOf } from './language.ts'
import { livesOf } from './lives-list.ts'
import { namesFor } from './names.ts'
import { halvesOf } from './on-behalf.ts'
import { openAnswer } from './opening.ts'
import { factsOf, instanceAsOf } from './past.ts'
import { keepsPersonalText } from './personal-text.ts'
import { afterParameter, asOf, asOfParameter, idempotencyKey, ifMatch, queryOf, readingOf } from './request.ts'
import type { Services } from './services.ts'
import { holderFor } from './taken.ts'
import { stateTitles } from './text.ts'
import { traceOf } from './trace.ts'
import { unlessStopping } from './unless-stopping.ts'

/** How long `?after=` waits. */
const WAIT_MS = 5_000

type Params = { workflow: string; id: string; command: string }

const writeQuery = z.strictObject({
  dryRun: z.enum(['true', 'false']).optional(),
  personalText: z.literal('keep').optional(),
})
const readQuery = z.strictObject({ asOf: asOfParameter, after: afterParameter })
const proofQuery = z.strictObject({ after: afterParameter })

export const workflowRoutes = (app: FastifyInstance, services: Services): void => {
  const { handler, instances, store } = services

  const write = async (
    request: FastifyRequest<{ Params: Params }>,
    reply: FastifyReply,
    target: { id?: string; command: string },
  ) => {
    const workflow = handler.workflow(request.params.workflow)
    const { dryRun, personalText } = queryOf(writeQuery, request)
    const dry = dryRun === 'true'
    const halves = halvesOf(request.body)
    const key = dry ? `dry-run ${request.id}` : idempotencyKey(request)
    const asked = {
      workflow: workflow.name,
      ...target,
      ...halves,
      kept: keepsPersonalText(workflow, target.command, halves, personalText === 'keep'),
      person: request.person,
      key,
      ifMatch: ifMatch(request),
      arrived: request.arrival?.at,
      correlation: request.id,
      traceparent: traceOf(request.raw)?.traceparent,
    }
    const toldWho = holderFor(services, () => readingOf(request))
    if (dry) return dryRunAnswer(workflow, await handler.dryRun(asked).catch(toldWho), request)
    const answer = await handler.handle(asked).catch(toldWho)
    reply.header('etag', `"${answer.revision}"`)
    if (target.id === undefined) reply.code(201).header('location', `/v1/${workflow.name}/${answer.id}`)
    return commandAnswer(workflow, answer, request)
  }

  app.post<{ Params: Params }>('/v1/:workflow', (request, reply) =>
    write(request, reply, { command: handler.workflow(request.params.workflow).startCommand }),
  )
  app.post<{ Params: Params }>('/v1/:workflow/:id/:command', (request, reply) =>
    write(request, reply, { id: request.params.id, command: request.params.command }),
  )

  /** The instance as it is now, if this person may see it: who may is always as of today. */
  const visible = async (request: FastifyRequest<{ Params: Params }>) => {
    const workflow = handler.workflow(request.params.workflow)
    const { id } = request.params
    const query = queryOf(readQuery, request)
    if (query.after !== undefined) await reached(services, query.after)
    const instance = await knownLife(services, workflow, id)
    const around = await handler.surroundings(instance, request.person)
    if (!maySee(instance, around.actor)) throw new EngineError('not-visible', { workflow: workflow.name, id })
    return { workflow, instance, around, moment: await asOf(query.asOf, store) }
  }

  /** What happened, as of the moment asked for, and which of it this person sees. */
  const seenBy = async (request: FastifyRequest<{ Params: Params }>) => {
    const { workflow, instance, around, moment } = await visible(request)
    const past = await factsOf(store, workflow, instance.id, moment)
    return { workflow, instance, past, seen: seenIn(instance, around) }
  }

  app.get<{ Params: Params }>('/v1/:workflow', async request => {
    const workflow = handler.workflow(request.params.workflow)
    const actor = await handler.actor(request.person)
    const page = await livesOf(services, workflow, actor, request)
    const found = await Promise.all(page.rows.map(row => instances.get(workflow, row.id)))
    // A row tells of which organisations a life speaks, not as what: somebody's of the payee is not one of the funder.
    const seen = found.filter(instance => maySee(instance, actor))
    return { items: seen.map(instance => instanceView(instance, actor, languageOf(request))), next: page.next }
  })

  app.get<{ Params: Params }>('/v1/:workflow/:id', async (request, reply) => {
    const { workflow, instance, around, moment } = await visible(request)
    const language = languageOf(request)
    if (moment) {
      const then = await instanceAsOf(store, workflow, instance.id, moment)
      if (!exists(then)) throw new EngineError('unknown-instance', { workflow: workflow.name, id: instance.id })
      return instanceView(instance, around.actor, language, { then, around })
    }
    reply.header('etag', `"${instance.revision}"`)
    return {
      ...instanceView(instance, around.actor, language, { around }),
      commands: explainedCommands(instance, around, language),
    }
  })

  app.get<{ Params: Params }>('/v1/:workflow/:id/history', async request => {
    const { workflow, instance, past, seen } = await seenBy(request)
    const facts = await openAnswer(services, readingOf(request), past.filter(seen))
    const names = await namesFor(
      services,
      readingOf(request),
      idsIn(facts.map(({ data, metadata }) => [data, metadata.person, metadata.post, metadata.for])),
    )
    const reader = { language: languageOf(request), names, workflows: services.workflows }
    const corrections = correctionsIn(facts)
    const told = new Map(
      facts.map(fact => [fact.revision, historyEntry(workflow, fact, reader, corrections.get(fact.revision))]),
    )
    const events = past.map(fact => told.get(fact.revision) ?? confidentialEntry(fact, reader.language))
    return { id: instance.id, workflow: workflow.name, events }
  })

  app.get<{ Params: Params }>('/v1/:workflow/:id/history/proof', async request => {
    // What is proven is all there is, up to the latest head.
    queryOf(proofQuery, request)
    const { instance, around } = await visible(request)
    return historyWithProofs(services, instance, around)
  })

  app.get<{ Params: Params & { sha256: string } }>('/v1/:workflow/:id/files/:sha256', async request => {
    const { past, seen } = await seenBy(request)
    return linkTo(services, past.filter(seen), request.params.sha256)
  })
}

const seenIn = (instance: Instance, surroundings: Surroundings) => {
  const around = readingAround(instance, surroundings)
  return (fact: Fact) => maySeeEvent(instance, surroundings.actor, fact, around)
}

const reached = async (services: Services, position: string): Promise<void> => {
  await services.store.checkPosition(position)
  await unlessStopping(services, services.instances.reached(position, WAIT_MS))
}

const commandAnswer = (workflow: Workflow, { repeated, state, ...answer }: CommandAnswer, request: FastifyRequest) => ({
  ...answer,
  state: { value: state, titles: stateTitles(workflow, state, languageOf(request)) },
  repeated,
})

const dryRunAnswer = (
  workflow: Workflow,
  { state, events }: { state: CommandAnswer['state']; events: { type: string; data: unknown }[] },
  request: FastifyRequest,
) => ({
  dryRun: true,
  state: { value: state, titles: stateTitles(workflow, state, languageOf(request)) },
  events,
})
