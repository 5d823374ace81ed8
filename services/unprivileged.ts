/** PostgreSQL refuses to run as root. Started by root, its programs run as somebody who may do nothing else. */
import { execFile } from 'node:child_process'
import { chown, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

type Account = { uid: number; gid: number }

export type Unprivileged = {
  /** Absent: whoever runs this process. */
  account: Account | undefined
  /** The program and its arguments as they are to be spawned, with `account` among the options if `asAccount`. */
  command(file: string, args: readonly string[]): { file: string; args: readonly string[]; options: Partial<Account> }
  /** Hands a file or folder over. */
  own(path: string): Promise<void>
}

const PLAIN: Unprivileged = {
  account: undefined,
  command: (file, args) => ({ file, args, options: {} }),
  own: async () => undefined,
}

/** `mine` is what the account owns already, if there is such a thing; `reaches` is what it must get at. */
export const unprivileged = async (mine: string, reaches: readonly string[]): Promise<Unprivileged> => {
  if (process.getuid?.() !== 0) return PLAIN
  const account = (await ownerOf(mine)) ?? (await someAccount())
  const own = (path: string) => chown(path, account.uid, account.gid)
  const barriers = (await Promise.all(reaches.map(path => barrierTo(path, account)))).filter(path => path !== undefined)
  if (barriers.length === 0) return { account, own, command: (file, args) => ({ file, args, options: account }) }
  await checkSetpriv(account, barriers)
  return {
    account,
    own,
    command: (file, args) => ({ file: 'setpriv', args: [...privileges(account), file, ...args], options: {} }),
  }
}

const ownerOf = async (path: string): Promise<Account | undefined> => {
  const owner = await stat(path).catch(() => undefined)
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : undefined
}

/** No account is made on somebody else's machine: one of these is there. */
const someAccount = async (): Promise<Account> => {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').map(line => line.split(':'))
  const found = ['postgres', 'nobody'].map(name => lines.find(([n]) => n === name)).find(line => line !== undefined)
  if (!found)
    throw new Error(
      'PostgreSQL does not run as root, and there is no account `postgres` or `nobody` to run it: start this service as another user, add one (`useradd --system postgres`), or set DATABASE_URL',
    )
  return { uid: Number(found[2]), gid: Number(found[3]) }
}

/** The folder or file on the way that the account may not pass, if any. */
const barrierTo = async (path: string, account: Account): Promise<string | undefined> => {
  for (let at = path; ; at = dirname(at)) {
    if (!(await mayPass(at, account))) return at
    if (at === dirname(at)) return undefined
  }
}

const mayPass = async (path: string, { uid, gid }: Account): Promise<boolean> => {
  const entry = await stat(path)
  const shift = entry.uid === uid ? 6 : entry.gid === gid ? 3 : 0
  const needed = entry.isDirectory() ? 1 : 5
  return ((entry.mode >> shift) & needed) === needed
}

/** A project under /root, say: the account keeps one privilege of root's, to pass such folders. */
const privileges = ({ uid, gid }: Account): string[] => [
  `--reuid=${uid}`,
  `--regid=${gid}`,
  '--clear-groups',
  '--inh-caps=+dac_override',
  '--ambient-caps=+dac_override',
  '--securebits=+no_setuid_fixup',
]

const checkSetpriv = async (account: Account, barriers: readonly string[]): Promise<void> => {
  await promisify(execFile)('setpriv', [...privileges(account), 'true']).catch(cause => {
    throw new Error(
      `PostgreSQL does not run as root, and uid ${account.uid}, which would run it, may not pass ${barriers.join(', ')}: allow it (\`chmod o+x\`), put the project and DATA_DIR elsewhere, start this service as another user, or set DATABASE_URL`,
      { cause },
    )
  })
}
