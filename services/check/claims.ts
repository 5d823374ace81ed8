/** What must be one of its kind is held by one life: each claim's state against what its claimant's life says. */
import { blankClaim, CLAIM, type Claim, takeInClaim } from '../../engine/claim.ts'
import type { Fact } from '../../engine/event-codec.ts'
import { recordedFact } from '../../engine/lift.ts'
import { eventAt, type Finding, type KeptEvent, type LogCheck } from './check.ts'

export const claims: LogCheck = {
  zh: '唯一性占用',
  en: 'claims',
  begin: () => {
    const claimed = new Map<string, Claim>()
    /** Who holds a thing, by what their own life says. */
    const holders = new Map<string, string>()

    const seeClaim = (event: KeptEvent, fact: Fact): Finding | undefined => {
      const before = claimed.get(event.stream) ?? blankClaim(event.stream)
      claimed.set(event.stream, takeInClaim(before, fact))
      const holder = holders.get(event.stream)
      if (event.type === 'Claimed' && before.held) return claimedTwice(event, before.held.holder)
      if (event.type === 'ClaimReleased' && holder) return releasedFrom(event, holder)
      return undefined
    }

    const seeLife = (event: KeptEvent, { metadata: { claims = [], releases = [] } }: Fact): Finding | undefined => {
      for (const { stream } of releases) if (holders.get(stream) === event.stream) holders.delete(stream)
      const unclaimed = claims.find(({ stream }) => claimed.get(stream)?.held?.holder !== event.stream)
      for (const { stream } of claims) holders.set(stream, event.stream)
      return unclaimed && heldUnclaimed(event, unclaimed.stream)
    }

    return {
      see: event => {
        const isClaim = event.stream.startsWith(`${CLAIM}-`)
        // Most events move nothing, and need not be parsed.
        const fact = isClaim || MOVES.test(event.metadata) ? factOf(event) : undefined
        return fact && (isClaim ? seeClaim(event, fact) : seeLife(event, fact))
      },
    }
  },
}

const MOVES = /"(claims|releases)":\[/

/** Nothing where the text is no JSON any more: of that the chains tell. */
const factOf = (event: KeptEvent): Fact | undefined => {
  try {
    return recordedFact(event)
  } catch {
    return undefined
  }
}

const claimedTwice = (event: KeptEvent, holder: string): Finding => ({
  at: eventAt(event),
  zh: `占用时尚未被 ${holder} 释放`,
  en: `it claims what ${holder} had not released`,
})

const releasedFrom = (event: KeptEvent, holder: string): Finding => ({
  at: eventAt(event),
  zh: `释放时 ${holder} 仍在使用`,
  en: `it is released while ${holder} holds it`,
})

const heldUnclaimed = (event: KeptEvent, stream: string): Finding => ({
  at: eventAt(event),
  zh: `使用了未占用的 ${stream}`,
  en: `it holds ${stream} without having claimed it`,
})
