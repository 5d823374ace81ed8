/** A command as it is asked for, and as it is prepared: its schema met, its ids derived. */
import type { KeyObject } from 'node:crypto'
import type { z } from 'zod'
import type { AnyCommand, OnBehalf, Workflow } from './definition.ts'
import type { Deciding } from './elapsing.ts'
import { EngineError } from './engine-error.ts'
import { bodyHmacOf, commandIdOf, instanceIdOf, isId } from './event-codec.ts'
import type { Traceparent } from './trace.ts'

export type CommandRequest = {
  workflow: string
  /** Absent where the command starts a life. */
  id?: string
  command: string
  input: unknown
  /** The person's id, or `system:<name>`. */
  person: string
  /** The idempotency key: the same person, key and instance is the same command. */
  key: string
  /** The revision the sender looked at. */
  ifMatch?: number
  /** The sender was told of personal data in a text, and kept it. */
  kept?: boolean
  /** For whom `person` sends it, where they do. */
  onBehalf?: OnBehalf
  /** When its last byte came in, ISO in UTC; counts where the lifecycle says that it does. */
  arrived?: string
  correlation?: string
  /** The id of the event that made a policy or a deadline send it. */
  causation?: string
  /** Of which trace this is a part, where it is. */
  traceparent?: Traceparent
}

/** By whom, for whom, and when it came in. */
export type Sent = Pick<CommandRequest, 'person' | 'onBehalf' | 'arrived'>

export type Prepared = Omit<CommandRequest, 'workflow' | 'command' | 'input' | 'id'> & {
  workflow: Workflow
  id: string
  starts: boolean
  command: AnyCommand
  commandId: string
  bodyHmac: string
  /** How it is decided, where not by the chart alone. */
  decides?: Deciding
}

/** What a body says to the schema it is for: asked about again, as the edge and the handler both do, it is not read again. */
const readings = new WeakMap<object, { schema: z.ZodType; read: z.ZodSafeParseResult<unknown> }>()

export const readInput = (schema: z.ZodType, input: unknown): z.ZodSafeParseResult<unknown> => {
  if (typeof input !== 'object' || input === null) return schema.safeParse(input)
  const before = readings.get(input)
  if (before?.schema === schema) return before.read
  const read = schema.safeParse(input)
  readings.set(input, { schema, read })
  return read
}

/** Throws an `EngineError` where there is no such command, or its input is not what its schema says. */
export const prepared = (workflow: Workflow, request: CommandRequest, bodyKey: KeyObject): Prepared => {
  const { input, command: name, ...rest } = request
  const schema = Object.hasOwn(workflow.commands, name) ? workflow.commands[name] : undefined
  if (!schema)
    throw new EngineError('unknown-command', {
      workflow: workflow.name,
      command: name,
      known: Object.keys(workflow.commands),
    })
  if (request.id !== undefined && !isId(request.id))
    throw new EngineError('unknown-instance', { workflow: workflow.name, id: request.id })
  const parsed = readInput(schema, input)
  if (!parsed.success) throw new EngineError('invalid-input', { issues: parsed.error.issues })
  const id = request.id ?? instanceIdOf(request.person, workflow.name, request.key)
  return {
    ...rest,
    workflow,
    id,
    starts: request.id === undefined,
    command: { type: name, data: parsed.data as never },
    commandId: commandIdOf(request.person, workflow.name, id, request.key),
    bodyHmac: bodyHmacOf(bodyKey, request.onBehalf ? [parsed.data, request.onBehalf] : parsed.data),
  }
}
