/** Why the service did not start, as whoever started it reads it. */
import { ClientTrouble, type TroubleKind } from '../engine/eventstore/client.ts'
import type { Config } from './config.ts'
import { logText } from './log.ts'

export const whyNotStarted = (error: unknown, { eventStore }: Pick<Config, 'eventStore'>): string => {
  const said = error instanceof Error ? error.message : String(error)
  const trouble = troubleIn(error)
  return trouble ? `${TOLD[trouble.kind] ?? NO_ANSWER}\n${logText(eventStore)}: ${said}` : said
}

/** What it is, or what it comes from. */
const troubleIn = (error: unknown): ClientTrouble | undefined => {
  if (error instanceof ClientTrouble) return error
  return error instanceof Error && error.cause !== undefined ? troubleIn(error.cause) : undefined
}

const NO_ANSWER = `存放日志的服务器没有应答，服务未启动。检查 EVENTSTORE_URL 和那台服务器，待其恢复后再启动。
What keeps the log does not answer, so the service did not start. Look at EVENTSTORE_URL and that server, and start again when it is back.`

const REFUSED = `存放日志的服务器不接受此用户，服务未启动。检查 EVENTSTORE_URL 中的用户和密码；npx gongchuang eventstore-user 重设其密码与权限。
What keeps the log does not take this user, so the service did not start. Look at user and password in EVENTSTORE_URL; npx gongchuang eventstore-user sets password and rights anew.`

const TOLD: Partial<Record<TroubleKind, string>> = { 'not-authenticated': REFUSED, 'access-denied': REFUSED }
