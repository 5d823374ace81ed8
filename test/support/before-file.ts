/**
 * Before each test file, and after what the runner loads itself (`.taprc`). What Node compiles is kept for all files and
 * for the processes that they start: to read the whole program anew takes each of them most of a second.
 */
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../.tap/compiled', import.meta.url))

enableCompileCache(folder)
process.env.NODE_COMPILE_CACHE = folder
// By it the runner would watch what the processes load that a test starts.
delete process.env.NODE_OPTIONS
