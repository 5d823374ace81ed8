/** A place in a message: told by its official code or by its path of names, kept as its code. */
import { z } from 'zod'
import { findPlace, type PlaceCandidate } from './find-place.ts'

const paths = (candidates: readonly PlaceCandidate[]): string => candidates.map(({ path }) => path.join('')).join('、')

const unknown = (near: readonly PlaceCandidate[]) => ({
  code: 'unknown-place',
  zh: `武汉市2023年区划中没有这个地点，请填代码（4、6、9或12位）或名称路径${near.length > 0 ? `；是否为：${paths(near)}` : ''}`,
  en: `no such place in Wuhan; give its code of 4, 6, 9 or 12 digits or its path of names${near.length > 0 ? `; perhaps: ${paths(near)}` : ''}`,
  near,
})

const ambiguous = (candidates: readonly PlaceCandidate[]) => ({
  code: 'ambiguous-place',
  zh: `有 ${candidates.length} 个地点叫这个名称，请写明上级地名或填代码：${paths(candidates)}`,
  en: `${candidates.length} places have this name; say what it lies under, or give the code: ${paths(candidates)}`,
  candidates,
})

const LONGEST = 100

export const place = z
  .string()
  .max(LONGEST)
  .transform((said, context) => {
    const finding = findPlace(said)
    if ('found' in finding) return finding.found
    const params = finding.candidates.length > 0 ? ambiguous(finding.candidates) : unknown(finding.near)
    context.issues.push({ code: 'custom', input: said, message: params.en, params })
    return z.NEVER
  })
  .meta({ zh: '地点', en: 'Place', shows: 'place', examples: ['420106012021'] })
