/** Who holds what somebody wanted is told only to those who may see that life, and then by name. */
import { EngineError } from '../../engine/engine-error.ts'
import { maySee } from '../../engine/permission.ts'
import { type Opening, openAnswer, type Reading } from './opening.ts'
import { labelOf } from './text.ts'

/** For the `catch` of a command: throws the same error, its holder named for this reader or taken out. */
export const holderFor = (services: Opening, reading: () => Reading) => async (error: unknown) => {
  throw isTaken(error) ? await retold(services, reading(), error) : error
}

const isTaken = (error: unknown): error is EngineError<'taken'> =>
  error instanceof EngineError && error.code === 'taken'

const retold = async (services: Opening, reading: Reading, { detail }: EngineError<'taken'>) => {
  const { instances, handler } = services
  const { holder, ...rest } = detail
  if (!holder) return new EngineError('taken', rest)
  const life = await instances.get(handler.workflow(holder.workflow), holder.id)
  if (!maySee(life, await handler.actor(reading.person))) return new EngineError('taken', rest)
  const { title } = await openAnswer(services, reading, { title: labelOf(life, reading.language) })
  return new EngineError('taken', { ...rest, holder: { ...holder, title: String(title) } })
}
