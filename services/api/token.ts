/** Bearer tokens say who a person is; what they may do comes from their posts. */
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { Clock } from '../../engine/clock.ts'
import { isId } from '../../engine/event-codec.ts'
import { EdgeError } from './problem.ts'

export type TokenIssuer = { issuer: string; audience: string; keys: JWTVerifyGetKey }

export const remoteIssuer = (words: { issuer: string; audience: string; jwksUrl: string }): TokenIssuer => ({
  issuer: words.issuer,
  audience: words.audience,
  keys: createRemoteJWKSet(new URL(words.jwksUrl), { timeoutDuration: 5_000 }),
})

const ALGORITHMS = ['EdDSA', 'ES256', 'ES384', 'RS256', 'PS256']
const KEPT_MS = 60_000
const MOST_KEPT = 10_000

export type TokenCheck = (authorization: string | undefined) => Promise<string>

/** Gives the person's id. A verified token is known again for a minute, and never past its end. */
export const tokenCheck = (issuer: TokenIssuer, clock: Clock): TokenCheck => {
  const kept = new Map<string, { person: string; until: number }>()
  return async authorization => {
    const token = /^Bearer ([\w.-]+)$/i.exec(authorization ?? '')?.[1]
    if (!token) throw new EdgeError('no-token', {})
    const now = clock.now().getTime()
    const before = kept.get(token)
    if (before && now < before.until) return before.person
    const { person, expires } = await verify(issuer, token, clock.now())
    if (kept.size >= MOST_KEPT) kept.clear()
    kept.set(token, { person, until: Math.min(now + KEPT_MS, expires) })
    return person
  }
}

const verify = async ({ issuer, audience, keys }: TokenIssuer, token: string, currentDate: Date) => {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      currentDate,
      requiredClaims: ['sub', 'exp'],
    })
    const person: unknown = payload.sub
    if (typeof person !== 'string' || !isId(person)) throw new EdgeError('bad-token', { reason: 'sub' })
    return { person, expires: (payload.exp as number) * 1_000 }
  } catch (error) {
    throw refusal(error)
  }
}

const refusal = (error: unknown): Error => {
  if (error instanceof errors.JWTExpired)
    return new EdgeError('token-expired', {
      expired: new Date(Math.max(error.payload.exp ?? 0, 0) * 1_000).toISOString(),
    })
  if (isUnreachable(error)) return new EdgeError('issuer-unavailable', {}, { cause: error })
  if (error instanceof errors.JOSEError) return new EdgeError('bad-token', { reason: error.code }, { cause: error })
  if (error instanceof EdgeError) return error
  return new EdgeError('bad-token', { reason: 'unreadable' }, { cause: error })
}

/** The issuer's keys could not be read: the token may be good, and its bearer is not to throw it away. */
const isUnreachable = (error: unknown): boolean =>
  error instanceof errors.JWKSTimeout ||
  (error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC') ||
  (error instanceof TypeError && error.message === 'fetch failed')
