/** The two languages of every answer; Chinese unless the reader asks for English. */
import type { FastifyRequest } from 'fastify'
import type { Title } from '../../engine/definition.ts'

export type Language = 'zh' | 'en'

/** A request whose path could not be read has not got its decorations yet: it is answered in Chinese. */
export const languageOf = (request: Partial<Pick<FastifyRequest, 'language'>>): Language =>
  request.language?.(['zh', 'en']) === 'en' ? 'en' : 'zh'

export const say = (title: Title, language: Language): string => title[language]
