/**
 * A decision pack: all that a round's result follows from, in one file that is checked without the service. Docs:
 * `docs/decision-pack.md`. It is written in one way only, so that no byte of it can be another and mean the same.
 */
import { z } from 'zod'
import { signedHead } from '../../engine/log-head.ts'
import { hiddenEvent, maskedEvent, shownEvent } from '../../engine/proven-history.ts'
import { seed } from '../../workflows/competition-round/fields.ts'

const hex64 = z.string().regex(/^[0-9a-f]{64}$/)

/** What the file repeats from the events, so that people find it at once; it must be what the events say. */
const summary = {
  rules: z.json(),
  seeds: z.array(z.strictObject({ party: z.string(), commitment: hex64, seed: seed.optional() })),
  publications: z.array(z.strictObject({ number: z.int().positive(), digest: hex64, list: z.json() })),
}

export const decisionPack = z.strictObject({
  format: z.literal('gongchuang-decision-1'),
  round: z.uuid(),
  /** Under which version of which lifecycle the lives of this decision ran; of its hash the first 16 digits, as events have it. */
  definitions: z.array(
    z.strictObject({
      workflow: z.string(),
      version: z.int().positive(),
      hash: z.string().regex(/^[0-9a-f]{16}$/),
    }),
  ),
  ...summary,
  /** The keys of the sheets' scores, made public with the result, each in base64. */
  keys: z.array(z.strictObject({ name: z.string(), key: z.base64() })),
  /** For each seal of a ballot that was opened whole: the sealed scores that its digest is over. */
  sealed: z.array(
    z.strictObject({
      ballot: z.uuid(),
      revision: z.int().nonnegative(),
      sheets: z.array(
        z.strictObject({
          proposal: z.uuid(),
          scores: z.strictObject({ key: z.string(), nonce: z.string(), ciphertext: z.string() }),
        }),
      ),
    }),
  ),
  streams: z.array(
    z.strictObject({ stream: z.string(), events: z.array(z.union([shownEvent, maskedEvent, hiddenEvent])) }),
  ),
  /**
   * Signed heads of the log, the last over everything here, each earlier one (the first after each publication,
   * and those that the reader asked for) with the proof that the last one's log begins with its.
   */
  heads: z.array(z.strictObject({ head: signedHead, consistency: z.array(hex64) })).min(1),
})
export type DecisionPack = z.infer<typeof decisionPack>

/** The one way in which a pack is written. */
export const written = (pack: DecisionPack): string => [...writtenInParts(pack)].join('')

/** The same bit by bit, a stream at a time: that of a city's round is too long to be made in one breath. */
export function* writtenInParts(pack: DecisionPack): Generator<string> {
  const { streams, heads, ...before } = decisionPack.shape
  for (const [n, [name, schema]] of Object.entries(before).entries())
    yield `${n === 0 ? '{' : ','}"${name}":${JSON.stringify(schema.parse(pack[name as keyof typeof before]))}`
  for (const [n, stream] of pack.streams.entries())
    yield `${n === 0 ? ',"streams":[' : ','}${JSON.stringify(streams.element.parse(stream))}`
  yield `${pack.streams.length === 0 ? ',"streams":[' : ''}],"heads":${JSON.stringify(heads.parse(pack.heads))}}\n`
}

/** Of one that was just read as a pack: its members stand in their order already. */
export const writtenAsRead = (pack: DecisionPack): string => `${JSON.stringify(pack)}\n`
