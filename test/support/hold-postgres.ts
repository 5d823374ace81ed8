/** `hold-postgres.ts FOLDER`: takes the folder as the service does, prints the database's address, and stays. */
import { lockDataDir } from '../../services/data-dir.ts'
import { startEmbeddedPostgres } from '../../services/embedded-postgres.ts'

const dataDir = process.argv[2] ?? ''
const release = await lockDataDir(dataDir)
const server = await startEmbeddedPostgres({ dataDir, log: { info: () => undefined, warn: () => undefined } })
process.on(
  'SIGINT',
  () =>
    void server
      .stop()
      .then(release)
      .then(() => process.exit(0)),
)
setInterval(() => undefined, 60_000)
process.stdout.write(`${server.url}\n`)
