/** Whose tokens are accepted: the configured issuer's, or the local one's; never both. */
import { remoteIssuer, type TokenIssuer } from './api/token.ts'
import type { Config } from './config.ts'
import { type LocalIssuer, localIssuer } from './local-issuer.ts'

export const issuerFor = async (config: Config): Promise<{ issuer: TokenIssuer; local: LocalIssuer | undefined }> => {
  if (config.issuer) return { issuer: remoteIssuer(config.issuer), local: undefined }
  const local = await localIssuer(config.dataDir, config.audience)
  return { issuer: local, local }
}
