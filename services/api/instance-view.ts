/** One life as its reader sees it: where it stands, what they can do there and why not, what happened. */
import type { z } from 'zod'
import type { Running } from '../../engine/deadline.ts'
import { nextRoles, readingAround, type Surroundings } from '../../engine/decide.ts'
import type { ActedFor, Actor, Post, Workflow } from '../../engine/definition.ts'
import { EngineError } from '../../engine/engine-error.ts'
import { type Fact, isId } from '../../engine/event-codec.ts'
import { type Explained, explain } from '../../engine/explain.ts'
import type { Instance } from '../../engine/instance.ts'
import { seenAs } from '../../engine/permission.ts'
import { unsealed } from '../../engine/sealed.ts'
import { placePath } from '../../workflows/places/places.ts'
import { eventSchema } from './event-schema.ts'
import { type Language, say } from './language.ts'
import { channelTitle } from './on-behalf.ts'
import { reasonFor, sentence } from './problem.ts'
import { roleTitle } from './sentences.ts'
import { fieldText, fieldTitle, labelOf, pathTitle, type Reader, stateTitles } from './text.ts'

/** `then`: the life as it was on another day, where that is asked; who may see what of it is as of today. */
export const instanceView = (
  today: Instance,
  actor: Actor,
  language: Language,
  { then, around }: { then?: Instance; around?: Surroundings } = {},
) => {
  const instance = then ?? today
  const { workflow } = instance
  return {
    id: instance.id,
    workflow: workflow.name,
    version: workflow.version,
    title: labelOf(instance, language),
    revision: instance.revision,
    position: instance.position,
    state: { value: instance.value, titles: stateTitles(workflow, instance.value, language) },
    next: nextRoles(workflow, instance.value).map(role => ({ role, title: say(roleTitle(role, workflow), language) })),
    due: Object.entries(instance.due).map(([deadline, running]) => dueView(workflow, deadline, running, language)),
    data: workflow.shows(
      instance.data as never,
      seenAs(today, actor, around && readingAround(today, around)),
      today.data as never,
    ),
  }
}

const dueView = (workflow: Workflow, deadline: string, running: Running, language: Language) => ({
  deadline,
  title: workflow.deadlines[deadline]?.[language] ?? deadline,
  day: running.day,
  provisional: running.provisional ?? false,
  reminded: (running.reminded ?? []).map(role => ({ role, title: say(roleTitle(role, workflow), language) })),
})

export const explainedCommands = (instance: Instance, around: Surroundings, language: Language) =>
  explain(instance, around).map(explained => commandView(instance.workflow, explained, language))

const commandView = (workflow: Workflow, explained: Explained, language: Language) => {
  const { command, status, on, reasons, because, possibleIn } = explained
  const schema = workflow.commands[command] as z.ZodObject
  return {
    command,
    title: schema.meta()?.[language] ?? command,
    status,
    ...(on.length > 0 && {
      dependsOn: on.map(field => ({ field, title: fieldTitle(schema.shape[field] as z.ZodType, field, language) })),
    }),
    ...(reasons.length > 0 && { reasons: reasons.map(reason => reasonFor(reason, language, workflow)) }),
    ...(because && { because: becauseText(because, workflow, language) }),
    ...(possibleIn && { possibleIn: possibleIn.map(path => ({ path, title: pathTitle(workflow, path, language) })) }),
  }
}

const becauseText = (because: NonNullable<Explained['because']>, workflow: Workflow, language: Language) => {
  const error =
    because instanceof EngineError ? because : new EngineError('kept-apart', { command: '', text: because.apart })
  const { code, detail } = sentence(error.code, error.detail, language, workflow)
  return { code, detail }
}

// ── history ─────────────────────────────────────────────────────────────────────────────────────

/** Of each entry that was corrected: the revisions of what says it anew. */
export const correctionsIn = (facts: readonly Fact[]): ReadonlyMap<number, number[]> => {
  const corrections = facts.filter(({ metadata }) => metadata.corrects !== undefined)
  const by = Map.groupBy(corrections, ({ metadata }) => metadata.corrects as number)
  return new Map([...by].map(([entry, facts]) => [entry, facts.map(({ revision }) => revision)]))
}

export const historyEntry = (workflow: Workflow, fact: Fact, reader: Reader, correctedBy: readonly number[] = []) => {
  const { language } = reader
  const { metadata } = fact
  const schema = eventSchema(workflow, fact.type) as z.ZodObject
  return {
    revision: fact.revision,
    position: fact.position,
    event: fact.type,
    title: schema.meta()?.[language] ?? fact.type,
    recordedAt: metadata.recordedAt,
    occurredOn: metadata.occurredOn,
    by: actorView(metadata, reader),
    ...(metadata.for && { onBehalfOf: representedView(metadata.for, reader) }),
    ...(metadata.corrects !== undefined && { corrects: metadata.corrects }),
    ...(correctedBy.length > 0 && { correctedBy }),
    ...(metadata.kept && { personalText: 'kept' }),
    fields: Object.entries(fact.data as Record<string, unknown>).map(([name, value]) => ({
      name,
      title: fieldTitle(schema.shape[name] as z.ZodType, name, language),
      value,
      text: fieldText(unsealed(schema.shape[name] as z.ZodType), value, reader),
    })),
    state: stateTitles(workflow, metadata.state, language),
  }
}

/** What somebody is told of an event that is for a few: that there is one. */
export const confidentialEntry = ({ revision, position, metadata }: Fact, language: Language) => ({
  revision,
  position,
  confidential: true,
  title: say(CONFIDENTIAL, language),
  recordedAt: metadata.recordedAt,
})
const CONFIDENTIAL = { zh: '不公开', en: 'not public' }

const representedView = ({ channel, paper, reason, ...represented }: ActedFor, reader: Reader) => ({
  ...actorView(represented, reader),
  channel: { name: channel, title: say(channelTitle(channel), reader.language) },
  ...(paper && { paper }),
  ...(reason !== undefined && { reason }),
})

export const actorView = (
  { person, post }: { person: string; post?: Pick<Post, 'role' | 'place' | 'organisation'> },
  { language, names }: Pick<Reader, 'language' | 'names'>,
) => ({
  person,
  ...(names.has(person) && { name: names.get(person) }),
  ...(post && {
    post: {
      role: post.role,
      title: say(roleTitle(post.role), language),
      ...(post.place && { place: post.place, placeName: placePath(post.place).join('') }),
      ...(post.organisation && {
        organisation: post.organisation,
        organisationName: names.get(post.organisation) ?? post.organisation,
      }),
    },
  }),
})

/** Every id that something speaks of, however deep. */
export const idsIn = (something: unknown, found = new Set<string>()): Set<string> => {
  if (typeof something === 'string' && isId(something)) found.add(something)
  else if (something !== null && typeof something === 'object')
    for (const inner of Object.values(something)) idsIn(inner, found)
  return found
}
