/** The scanner that an operator names: it gets a file's path as its last argument, and says by its exit code what it found. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { FileRefusal } from './refusal.ts'

const SCAN_MS = 60_000

/** Exit 0: clean; another: `file-refused-by-scan`; no answer in a minute, or none at all: `scan-unavailable`. */
export const scan = async (command: readonly string[], file: string, timeout = SCAN_MS): Promise<void> => {
  const [program, ...args] = command
  if (program === undefined) return
  const child = spawn(program, [...args, file], {
    stdio: 'ignore',
    signal: AbortSignal.timeout(timeout),
    killSignal: 'SIGKILL',
  })
  const code = await exitCode(child)
  if (code !== 0) throw new FileRefusal('file-refused-by-scan', {})
}

const exitCode = async (child: ChildProcess): Promise<number> => {
  const [code] = await once(child, 'exit').catch(error => {
    throw new FileRefusal('scan-unavailable', {}, { cause: error })
  })
  if (code === null) throw new FileRefusal('scan-unavailable', {}, { cause: new Error('the scanner was ended') })
  return code
}
