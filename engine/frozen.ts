/**
 * An instance as a snapshot holds it: everything that its fold made, in one piece of bytes. A member that is added to
 * `Instance` is frozen with the others as long as it is plain data, a map, a set or a typed array; what is anything
 * else is refused when it is first frozen.
 */
import { hash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { deserialize, serialize } from 'node:v8'
import type { Workflow } from './definition.ts'
import { blankInstance, type Instance } from './instance.ts'
import { frozenCommands, thawedCommands } from './known-commands.ts'

/** Raised where the same code would freeze otherwise; other code has another format by itself. */
const FORMAT = 1

/**
 * Tells frozen instances apart that this process must not thaw: of another definition, other code (`code` is its
 * digest: a fold calls more than a definition's hash covers), or another way of writing.
 */
export const formatOf = ({ name, version, hash: definition }: Workflow, code: string): string =>
  hash('sha256', [FORMAT, name, version, definition, code, process.versions.v8, process.arch].join('\n')).slice(0, 32)

export const freeze = (instance: Instance): Buffer => {
  const { workflow: _, id: _id, stream: _stream, commands, ...folded } = instance
  return serialize({ ...folded, commands: frozenCommands(commands) })
}

export const thaw = (workflow: Workflow, id: string, frozen: Buffer): Instance => {
  const { commands, ...folded } = deserialize(frozen)
  return { ...blankInstance(workflow, id), ...folded, commands: thawedCommands(commands) }
}

/** False where an instance holds what does not survive freezing: an object of a class, say. */
export const survives = (instance: Instance, frozen: Buffer): boolean => {
  const { commands: _, ...thawed } = thaw(instance.workflow, instance.id, frozen)
  const { commands: __, ...folded } = instance
  return isDeepStrictEqual(thawed, folded)
}
