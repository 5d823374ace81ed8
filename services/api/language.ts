/** The two languages of every answer; Chinese unless the reader asks for English. */
import type { FastifyRequest } from 'fastify'
import type { Title } from '../../engine/definition.ts'

export type Language = 'zh' | 'en'

export const languageOf = (request: FastifyRequest): Language => (request.language(['zh', 'en']) === 'en' ? 'en' : 'zh')

export const say = (title: Title, language: Language): string => title[language]
