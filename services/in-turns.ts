/** One thing after another: a deadline takes its step when nothing follows from the one before any more. */
import type { CommandHandler } from '../engine/command-handler.ts'

export const inTurns = (handler: CommandHandler, idle: () => Promise<void>): CommandHandler => {
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    await idle()
    return work().finally(idle)
  }
  return {
    ...handler,
    takeStep: (...asked) => alone(() => handler.takeStep(...asked)),
    moveDeadlines: (...asked) => alone(() => handler.moveDeadlines(...asked)),
  }
}
