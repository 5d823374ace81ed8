/** The fields that messages are made of. Each bears its titles; a message may retitle it with `.meta`. */
import { z } from 'zod'
import type { Day, Title } from '../engine/definition.ts'

/** Control characters (a line break is none), halves of characters, marks without a width and marks that turn the direction of writing: they hide what a line says. */
const hidden = /[\p{Cc}\p{Cs}\u00AD\u061C\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF]/u
const speaksPlainly = (text: string): boolean => !hidden.test(text.replaceAll('\n', ''))

/** Text that people write, at least one character and at most `max`; what looks the same is kept the same (NFC). */
export const text = (max: number) =>
  z
    .string()
    .normalize('NFC')
    .trim()
    .min(1)
    .max(max)
    .refine(speaksPlainly, {
      error: 'contains hidden characters',
      params: {
        code: 'hidden-characters',
        zh: '含有控制字符或改变书写方向的字符，请删除后重新填写',
        en: 'contains control characters or marks that turn the direction of writing; remove them',
      },
    })

/** What people take for the same however it is typed: full width or half width, in capitals or not, with spaces or without. */
export const typedAlike = (text: string): string => text.normalize('NFKC').replace(/\s/g, '').toUpperCase()

/** A text that people write as they like: no name or number of something, but words, which may tell too much of somebody. */
export const freeText = (max: number) => text(max).meta({ freeText: true })

export const reason = freeText(500).meta({ zh: '理由', en: 'Reason', examples: ['经居民议事会讨论同意'] })

/** A civil day that exists: `2026-02-30` does not. */
export const day = z.iso.date().meta({ zh: '日期', en: 'Day', shows: 'day', examples: ['2026-03-05'] })

const DAY_MS = 86_400_000
export const dayBefore = (of: Day): Day => new Date(Date.parse(of) - DAY_MS).toISOString().slice(0, 10)
export const daysAfter = (of: Day, days: number): Day =>
  new Date(Date.parse(of) + days * DAY_MS).toISOString().slice(0, 10)
/** Calendar days from one day to another. */
export const daysFrom = (from: Day, to: Day): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS)

/** Money in fen, the hundredth part of a yuan, up to ¥100 billion; a JSON number holds it exactly. */
export const amount = z
  .int()
  .positive()
  .max(10 ** 13)
  .meta({ zh: '金额', en: 'Amount', shows: 'fen', examples: [1_200_000] })

export const person = z.uuid().meta({ zh: '人员', en: 'Person', shows: 'person' })
export const organisation = z.uuid().meta({ zh: '社区社会组织', en: 'Organisation', shows: 'organisation' })

/** One of several words, each with its titles. */
export const choice = <K extends string>(options: Record<K, Title>, title: Title) =>
  z.enum(Object.keys(options) as [K, ...K[]]).meta({ ...title, shows: 'choice', choices: options })

/** How many people, sheets or vouchers. */
export const count = z.int().positive().max(10_000_000)

/** What a file is called, without a place: nobody's download lands elsewhere by it. */
export const fileName = freeText(120)
  .refine(name => !/[/\\\n]|^\.+$/.test(name), {
    error: 'is a path',
    params: {
      code: 'not-a-file-name',
      zh: '文件名不能含有 / 或 \\，也不能换行',
      en: 'a file name has no / or \\ and stands on one line',
    },
  })
  .meta({ zh: '文件名', en: 'Name', examples: ['活动签到表.pdf'] })

/** A file that the store holds: what it is called here, and the hash under which it is kept. */
export const evidence = z
  .strictObject({
    name: fileName,
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .meta({
        zh: 'SHA-256 校验值',
        en: 'SHA-256',
        examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
      }),
  })
  .meta({ zh: '证明材料', en: 'Evidence', shows: 'file' })
