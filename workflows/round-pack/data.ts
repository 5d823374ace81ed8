/** What a life of a rule pack comes to. Only types: who consults a pack needs no more. */
import type { Day } from '../../engine/definition.ts'
import type { RoundPack } from './pack.ts'

export type RoundPackLife = {
  /** None before it is drafted. */
  pack?: RoundPack
  place?: string
  standing: 'drafted' | 'checked' | 'published' | 'retired'
  /** SHA-256 of the pack's canonical JSON: what a round pins beside the life. */
  digest: string
  /** From then on anybody reads it, also after it was retired. */
  publishedOn?: Day
}
