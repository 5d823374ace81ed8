/** What the database, or the way to it, says when a question cannot be answered now. */
import pg from 'pg'

/** SQLSTATEs: gave the statement up, could not have a lock, ran out of something, is going down or coming up. */
const TOO_SLOW = ['57014', '55P03']
const NOT_NOW = /^(08|53|57P|25006)/
const BROKEN = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EPIPE'])
/** What pg says without a code. */
const SILENT = /^Query read timeout/
const GONE =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|timeout expired)/

export type DatabaseTrouble = 'read-too-slow' | 'database-unavailable'

export const databaseTrouble = (error: Error): DatabaseTrouble | undefined => {
  const code = (error as { code?: string }).code ?? ''
  if (error instanceof pg.DatabaseError) return TOO_SLOW.includes(code) ? 'read-too-slow' : ifTrue(NOT_NOW.test(code))
  if (SILENT.test(error.message)) return 'read-too-slow'
  return ifTrue(BROKEN.has(code) || GONE.test(error.message))
}

const ifTrue = (isAway: boolean): 'database-unavailable' | undefined => (isAway ? 'database-unavailable' : undefined)
