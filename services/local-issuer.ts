/** The issuer of tokens on the embedded default: its key is made on first start and stays in the data folder, mode 0600. */
import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createLocalJWKSet, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import type { TokenIssuer } from './api/token.ts'

const ISSUER = 'gongchuang-local'
const ALGORITHM = 'EdDSA'

export type LocalIssuer = TokenIssuer & {
  /** A token for a person, in force from `now` for so many seconds. */
  sign(person: string, now: Date, seconds: number): Promise<string>
}

export const localIssuer = async (dataDir: string, audience: string): Promise<LocalIssuer> => {
  const jwk = await keptKey(join(dataDir, 'issuer-key.json'))
  const { d: _, ...publicKey } = jwk
  const key = await importJWK(jwk, ALGORITHM)
  return {
    issuer: ISSUER,
    audience,
    keys: createLocalJWKSet({ keys: [publicKey] }),
    sign: (person, now, seconds) => {
      const issuedAt = Math.floor(now.getTime() / 1_000)
      return new SignJWT({})
        .setProtectedHeader({ alg: ALGORITHM, kid: jwk.kid })
        .setIssuer(ISSUER)
        .setAudience(audience)
        .setSubject(person)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + seconds)
        .sign(key)
    },
  }
}

const keptKey = async (file: string): Promise<JWK> => {
  const kept = await readFile(file, 'utf8').catch(() => undefined)
  if (kept !== undefined) return JSON.parse(kept) as JWK
  await makeKey(file)
  return JSON.parse(await readFile(file, 'utf8')) as JWK
}

/** Written whole beside its place and then linked there: a crash leaves no half key, and of two that start at once one key wins. */
const makeKey = async (file: string): Promise<void> => {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true })
  const jwk = { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: ALGORITHM, use: 'sig' }
  await mkdir(join(file, '..'), { recursive: true })
  const beside = `${file}.${randomUUID()}`
  const handle = await open(beside, 'wx', 0o600)
  await handle.writeFile(JSON.stringify(jwk))
  await handle.sync()
  await handle.close()
  await link(beside, file)
    .catch(error => {
      if (error.code !== 'EEXIST') throw error
    })
    .finally(() => rm(beside, { force: true }))
}
