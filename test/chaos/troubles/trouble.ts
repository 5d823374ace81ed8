/** What is done to the service and its database. Each ends by itself, and says what it did. */
import type { Random } from '../../fuzz/random.ts'
import type { Journal } from '../journal.ts'
import type { Slot, World } from '../world.ts'

export type Torment = {
  world: World
  random: Random
  journal: Journal
  /** Resolves with the process that next answers a command with success. */
  nextAnswer(): Promise<Slot>
}

export type Trouble = { name: string; weight: number; make(torment: Torment): Promise<void> }
