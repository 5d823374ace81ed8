/** Before each test file, and after what the runner loads itself (`.taprc`): what makes a file cost less, whatever it tests. */
import hooks from 'node:async_hooks'
import { enableCompileCache, syncBuiltinESMExports } from 'node:module'
import { fileURLToPath } from 'node:url'

/**
 * What Node compiles is kept for all files and for the processes that they start: to read the whole program anew takes
 * each of them most of a second.
 */
const keepWhatIsCompiled = (): void => {
  const folder = fileURLToPath(new URL('../../.tap/compiled', import.meta.url))
  enableCompileCache(folder)
  process.env.NODE_COMPILE_CACHE = folder
}

/**
 * The runner follows every promise by hooks, only to say in which test an error came loose. Without them such an error
 * still fails its file: a rejection beside the tests, a throw by ending the process.
 */
const followNoPromises = async (): Promise<void> => {
  const { createHook } = hooks
  const idle = { enable: () => idle, disable: () => idle }
  hooks.createHook = () => idle
  syncBuiltinESMExports()
  await import('tap')
  hooks.createHook = createHook
  syncBuiltinESMExports()
}

keepWhatIsCompiled()
await followNoPromises()
// By it the runner would watch what the processes load that a test starts.
delete process.env.NODE_OPTIONS
