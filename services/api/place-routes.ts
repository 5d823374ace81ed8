/** `GET /v1/places?name=`: a place by code or by its path of names, with the candidates where a name is ambiguous. */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { findPlace } from '../../workflows/places/find-place.ts'
import { placePath } from '../../workflows/places/places.ts'
import { queryOf } from './request.ts'

export const placeQuery = z.strictObject({
  name: z.string().min(1).max(100).meta({ zh: '代码或名称路径', en: 'code or path of names' }),
  within: z.string().max(12).optional().meta({ zh: '范围（代码）', en: 'within this code' }),
})

export const placeRoutes = (app: FastifyInstance): void => {
  app.get('/v1/places', request => {
    const { name, within } = queryOf(placeQuery, request)
    const answer = findPlace(name, within)
    return 'found' in answer ? { found: { code: answer.found, path: placePath(answer.found) } } : answer
  })
}
