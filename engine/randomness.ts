/** Chance is passed in like the clock: the machine's own in service, drawn from a seed where a run is to be repeated. */
import { createCipheriv, hash, randomBytes } from 'node:crypto'

export type Randomness = {
  /** Each byte is given out once. */
  bytes(count: number): Buffer
}

const DRAWN_AT_ONCE = 4_096

/** Asking the system costs more than what it gives: much is drawn at once. */
const drawnFrom = (draw: (count: number) => Buffer): Randomness => {
  let drawn: Buffer = Buffer.alloc(0)
  let used = 0
  return {
    bytes: count => {
      if (used + count > drawn.length) {
        drawn = draw(Math.max(count, DRAWN_AT_ONCE))
        used = 0
      }
      used += count
      return drawn.subarray(used - count, used)
    },
  }
}

export const systemRandomness: Randomness = drawnFrom(randomBytes)

/** The same seed gives the same bytes: for simulations and tests, never where somebody could know the seed. */
export const seededRandomness = (seed: string): Randomness => {
  const key = hash('sha256', seed, 'buffer')
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  return drawnFrom(count => cipher.update(Buffer.alloc(count)))
}

/** What makes one of two alike the other: 16 bytes in hex, as they stand in an event's metadata. */
export const saltFrom = (random: Randomness): string => random.bytes(16).toString('hex')

const VERSION_4 = 0x40
const VARIANT = 0x80

export const uuidFromChance = (random: Randomness): string => {
  const bytes = Buffer.from(random.bytes(16))
  bytes[6] = (bytes.readUInt8(6) & 0x0f) | VERSION_4
  bytes[8] = (bytes.readUInt8(8) & 0x3f) | VARIANT
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
