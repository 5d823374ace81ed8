/**
 * `npx gongchuang certificates`: what the server of the log and its clients need for TLS, in three folders, because three
 * kinds of readers have nothing to do with each other's:
 *
 *   authority/   ca.crt, ca.key      who makes certificates, and nobody else
 *   node/        node.crt, node.key  the server
 *   public/      ca.crt              whoever connects to it
 */
import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '../engine/clock.ts'
import { systemRandomness } from '../engine/randomness.ts'
import { type By, type Certified, newAuthority, newNode, stillGood } from './certificates.ts'
import { type SubCommand, WrongUse } from './sub-command.ts'

export const certificatesCommand: SubCommand = {
  usage: 'certificates --to FOLDER --host NAME…',
  about: `makes what the server of the log needs for TLS, in FOLDER/authority, FOLDER/node and FOLDER/public
    An authority that is there is kept; the server's certificate is made anew where it is for other names, or ends within
    two months. Said again, it changes nothing else.`,
  run: async args => {
    const options = { to: { type: 'string' }, host: { type: 'string', multiple: true } } as const
    const { to, host = [] } = parseArgs({ args, options }).values
    if (!to || host.length === 0) throw new WrongUse('Say where to, and for which names')
    const { authority, node } = await keepCertificates(to, host, { clock: systemClock, random: systemRandomness })
    process.stdout.write(`${said('authority', '证书机构', authority)}${said('node', '服务器证书', node)}`)
    return 0
  },
}

const said = (what: string, zh: string, made: boolean): string =>
  made ? `${zh}已生成 / ${what}: made\n` : `${zh}已有，未改动 / ${what}: there already\n`

/** The names by which the server is asked on its own machine. */
const HERE = ['localhost', '127.0.0.1']

/** Says what was made now. */
export const keepCertificates = async (folder: string, names: readonly string[], by: By) => {
  const hosts = [...new Set([...names, ...HERE])]
  const [inAuthority, inNode] = [filesIn(folder, 'authority', 'ca'), filesIn(folder, 'node', 'node')]
  const oldAuthority = await kept(inAuthority)
  const authority = oldAuthority ?? (await newAuthority(by))
  if (!oldAuthority) await keep(inAuthority, authority)
  await write(join(folder, 'public', 'ca.crt'), authority.certificate, EVERYBODY)
  const oldNode = await kept(inNode)
  const good = oldNode !== undefined && stillGood(oldNode, authority, hosts, by.clock)
  if (!good) await keep(inNode, await newNode(authority, hosts, by))
  return { authority: !oldAuthority, node: !good }
}

type Files = { certificate: string; key: string }

const filesIn = (folder: string, part: string, name: string): Files => ({
  certificate: join(folder, part, `${name}.crt`),
  key: join(folder, part, `${name}.key`),
})

/** A key that cannot be read is not made anew: everything hangs on the authority's. */
const kept = async ({ certificate, key }: Files): Promise<Certified | undefined> => {
  const text = await readFile(certificate, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  return text === undefined ? undefined : { certificate: text, key: await readFile(key, 'utf8') }
}

const OWNER = 0o600
const EVERYBODY = 0o644

/** The certificate last: without one, both are made anew. */
const keep = async (files: Files, { certificate, key }: Certified): Promise<void> => {
  await write(files.key, key, OWNER)
  await write(files.certificate, certificate, EVERYBODY)
}

const write = async (file: string, content: string, mode: number): Promise<void> => {
  await mkdir(dirname(file), { recursive: true })
  const beside = `${file}.${randomUUID()}`
  const handle = await open(beside, 'wx', mode)
  await handle.writeFile(content)
  await handle.sync()
  await handle.close()
  await rename(beside, file)
}
