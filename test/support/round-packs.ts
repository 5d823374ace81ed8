/** The packs that a district would bring, for tests. */
import { readFileSync } from 'node:fs'
import { type RoundPack, roundPack } from '../../workflows/round-pack/pack.ts'

export const levels = ['street', 'district', 'city'] as const

export const samplePack = (level: (typeof levels)[number]): RoundPack =>
  roundPack.parse(
    JSON.parse(readFileSync(new URL(`../../samples/wuchang/round-packs/${level}.json`, import.meta.url), 'utf8')),
  )

/** Five judges, two decimals, six criteria, dropping from five sheets. */
export const district = samplePack('district')
