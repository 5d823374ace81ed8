/** Links to a file: whoever has one may fetch that file under that name, for a few minutes, without a token. */
import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../engine/clock.ts'

const LINK_MS = 5 * 60_000

export type Link = {
  sha256: string
  name: string
  /** Seconds since 1970. */
  expires: number
}
export type SignedLink = Link & { signature: string }

export type FileLinks = {
  sign(file: Pick<Link, 'sha256' | 'name'>): SignedLink
  /** `forged`: not one of ours, or changed; `expired`: it was. */
  check(link: SignedLink): 'good' | 'forged' | 'expired'
}

export const fileLinks = (secret: KeyObject, clock: Clock): FileLinks => {
  const signatureOf = ({ sha256, name, expires }: Link): Buffer =>
    createHmac('sha256', secret)
      .update(JSON.stringify([sha256, name, expires]))
      .digest()
  return {
    sign: file => {
      const link = { ...file, expires: Math.ceil((clock.now().getTime() + LINK_MS) / 1_000) }
      return { ...link, signature: signatureOf(link).toString('base64url') }
    },
    check: link => {
      const [given, wanted] = [Buffer.from(link.signature, 'base64url'), signatureOf(link)]
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return 'forged'
      return link.expires * 1_000 < clock.now().getTime() ? 'expired' : 'good'
    },
  }
}
