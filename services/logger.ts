/** Logs go to standard error as JSON lines. Of an error only what it says and where: what hangs on it may hold more than a log should. */
import pino, { type DestinationStream, type Logger } from 'pino'

type Said = { type: string; message: string; code?: string; stack?: string; cause?: Said }

const said = (error: unknown): Said => {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) }
  const { name, message, stack, cause } = error
  const { code } = error as { code?: string }
  return {
    type: name,
    message,
    ...(code && { code }),
    ...(stack && { stack }),
    ...(cause !== undefined && { cause: said(cause) }),
  }
}

const standardError = (): DestinationStream => pino.destination({ dest: 2, sync: true })

export const loggerAt = (level: string, to: DestinationStream = standardError()): Logger =>
  pino({ level, serializers: { err: said } }, to)
