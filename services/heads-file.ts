/** Signed heads from a file: one as the service answers it, or one a line as it copies them outside. */
import { readFile } from 'node:fs/promises'
import { type SignedHead, signedHead } from '../engine/log-head.ts'
import { jsonOrNothing } from './json.ts'

/** Throws, naming the line, for what is no signed head. */
export const headsIn = async (file: string): Promise<SignedHead[]> => {
  const text = await readFile(file, 'utf8')
  const whole = signedHead.safeParse(jsonOrNothing(text))
  if (whole.success) return [whole.data]
  return text.split('\n').flatMap((line, n) => (line.trim() === '' ? [] : [headOn(line, `${file}, line ${n + 1}`)]))
}

const headOn = (line: string, where: string): SignedHead => {
  const parsed = signedHead.safeParse(jsonOrNothing(line))
  if (!parsed.success) throw new Error(`${where} is no signed head of a log`)
  return parsed.data
}
