/** The issuer of tokens on the embedded default: its key is made on first start and stays in the data folder, mode 0600. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createLocalJWKSet, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import type { TokenIssuer } from './api/token.ts'
import { keptFile } from './kept-file.ts'

const ISSUER = 'gongchuang-local'
const ALGORITHM = 'EdDSA'

export type LocalIssuer = TokenIssuer & {
  /** A token for a person, in force from `now` for so many seconds. */
  sign(person: string, now: Date, seconds: number): Promise<string>
}

export const localIssuer = async (dataDir: string, audience: string): Promise<LocalIssuer> => {
  const jwk = JSON.parse(await keptFile(join(dataDir, 'issuer-key.json'), makeKey)) as JWK
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

const makeKey = async (): Promise<string> => {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true })
  return JSON.stringify({ ...(await exportJWK(privateKey)), kid: randomUUID(), alg: ALGORITHM, use: 'sig' })
}
