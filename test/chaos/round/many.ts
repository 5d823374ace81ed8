/** `npm run chaos -- --story round`: one round after the other, each told under trouble; says what was found. */
import { SingleBar } from 'cli-progress'
import { wholeNumber } from '../../support/whole-number.ts'
import { APART } from '../scene.ts'
import { COMMANDS, liveRound, roundJudged } from './round.ts'

type Said = { seed: string; rounds: string; kills?: string; eventstore?: string; apart: boolean }

const write = (text: string): void => void process.stdout.write(`${text}\n`)

/** The exit status: 1 where anything was found. */
export const tellRounds = async (said: Said): Promise<number> => {
  const [first, rounds] = [wholeNumber('seed', said.seed, 0), wholeNumber('rounds', said.rounds, 1)]
  let found = 0
  for (let seed = first; seed < first + rounds; seed++) found += await tellOne(said, seed)
  return found === 0 ? 0 : 1
}

const KILLS = '8'

const tellOne = async ({ kills: said = KILLS, eventstore: eventStore, apart }: Said, seed: number): Promise<number> => {
  const kills = wholeNumber('kills', said, 0)
  const began = performance.now()
  const bar = new SingleBar({ noTTYOutput: false, stream: process.stderr })
  bar.start(COMMANDS, 0)
  const told = (sent: number) => bar.update(sent)
  const lived = await liveRound({ kills, seed, eventStore, told, ...(apart && { roles: APART }) })
  bar.stop()
  const findings = await roundJudged(lived)
  for (const [what, count] of Object.entries(lived.journal.counts).sort())
    write(`${String(count).padStart(8)}  ${what}`)
  for (const { check, what } of findings.slice(0, 50)) write(`✗ ${check}: ${what}`)
  const where = findings.length === 0 ? '' : `; see ${lived.world.folder}`
  write(`${findings.length} findings in ${Math.round((performance.now() - began) / 1_000)} s, seed ${seed}${where}`)
  await lived.world.close({ keep: findings.length > 0 })
  return findings.length
}
