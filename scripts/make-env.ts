/**
 * `npm run make-env`: the `.env` beside docker-compose.yml, once. Each secret is drawn for it; who issues tokens only its
 * operator knows. A file that is there is never changed: what hangs on its keys would be lost.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { systemRandomness } from '../engine/randomness.ts'
import { keptFile } from '../services/kept-file.ts'
import { newMasterKeyText, newSigningKeyText } from '../services/key-text.ts'

const { values } = parseArgs({
  options: {
    issuer: { type: 'string', default: '' },
    jwks: { type: 'string', default: '' },
    in: { type: 'string', default: '.' },
  },
})

/** Letters, digits, - and _ only: it stands in connection strings as it is. */
const PASSWORD_BYTES = 32
const password = (): string => systemRandomness.bytes(PASSWORD_BYTES).toString('base64url')

/** A line of its own, as PEM is not. */
const signingKey = (): string => Buffer.from(newSigningKeyText()).toString('base64')

const content =
  (): string => `# Made by npm run make-env, for docker-compose.yml. Readable by its owner only, and kept out of git.
# Keep a copy of MASTER_KEY and LOG_SIGNING_KEY elsewhere, apart from every backup of the databases: without MASTER_KEY
# nobody's name is ever read again, and with it and a backup everything is.
MASTER_KEY=${newMasterKeyText()}
LOG_SIGNING_KEY=${signingKey()}

POSTGRES_PASSWORD=${password()}
POSTGRES_SERVICE_PASSWORD=${password()}
EVENTSTORE_ADMIN_PASSWORD=${password()}
EVENTSTORE_OPS_PASSWORD=${password()}
EVENTSTORE_SERVICE_PASSWORD=${password()}

# Who issues the tokens that people come with (the claim iss), and where its public keys are.
TOKEN_ISSUER=${values.issuer}
TOKEN_JWKS_URL=${values.jwks}
`

const file = join(values.in, '.env')
const there = existsSync(file)
await keptFile(file, content)
process.stdout.write(
  there
    ? `${file} 已有，未改动 / ${file} is there already, and was not changed\n`
    : `${file} 已生成，只有你能读 / ${file} was made; nobody but you can read it\n`,
)
if (!there && !(values.issuer && values.jwks))
  process.stdout.write('请填写 TOKEN_ISSUER 和 TOKEN_JWKS_URL / Now say in it TOKEN_ISSUER and TOKEN_JWKS_URL\n')
