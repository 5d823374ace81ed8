/** The two languages of every answer; Chinese unless the reader asks for English. */
import type { FastifyRequest } from 'fastify'
import type { Title } from '../../engine/definition.ts'

export type Language = 'zh' | 'en'

type Asking = Pick<FastifyRequest, 'headers'> & Partial<Pick<FastifyRequest, 'language'>>

/** A request whose path could not be read has not got its decorations yet: it is answered in Chinese. */
export const languageOf = (request: Asking): Language => {
  const wished = request.headers['accept-language']
  if (wished === undefined || !request.language) return 'zh'
  const before = known.get(wished)
  if (before) return before
  const language = request.language(['zh', 'en']) === 'en' ? 'en' : 'zh'
  if (known.size === MOST_KNOWN) known.clear()
  known.set(wished, language)
  return language
}

/** There are few ways in which browsers put a wish, and an answer asks several times. */
const known = new Map<string, Language>()
const MOST_KNOWN = 1_000

export const say = (title: Title, language: Language): string => title[language]
