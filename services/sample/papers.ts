/** The papers of the sample: a few small files that are handed in once, and named wherever a paper of their sort is. */
import { readFile } from 'node:fs/promises'
import type { Storyteller } from './storyteller.ts'

/** The hash of each file, by its name. */
export type Papers = ReadonlyMap<string, string>

const FILES: readonly [RegExp, string][] = [
  [/照片/, 'photo.jpg'],
  [/签到表/, 'sign-in.xlsx'],
  [/决算|对账单|清算|问卷/, 'accounts.xlsx'],
  [/协议/, 'agreement.pdf'],
  [/报告/, 'report.pdf'],
  [/评估表|复核表/, 'form.pdf'],
  [/./, 'minutes.pdf'],
]

export const handIn = async (teller: Storyteller, person: string): Promise<Papers> => {
  const papers = new Map<string, string>()
  for (const [, file] of FILES) {
    const bytes = await readFile(new URL(`../../samples/wuchang/files/${file}`, import.meta.url))
    papers.set(file, (await teller.upload(person, file, bytes)).sha256)
  }
  return papers
}

/** `what`: what is written on it, as `资助协议`. */
export const paper = ({ title, papers }: { title: string; papers: Papers }, what: string) => {
  const file = FILES.find(([pattern]) => pattern.test(what))?.[1] ?? ''
  return { name: `${title}-${what}.${file.split('.')[1]}`, sha256: papers.get(file) }
}
