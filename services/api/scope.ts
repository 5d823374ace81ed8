/** What a person's posts let them look at: places they cover, organisations they stand for. */
import type { Actor, Permit } from '../../engine/definition.ts'
import type { Scope } from '../../engine/projection.ts'

const EVERYWHERE = ''

/** No scope where no post fits any permit. */
export const scopeOf = (sees: readonly Permit[], actor: Actor): Scope | undefined => {
  if (sees.some(permit => 'anyone' in permit)) return { places: [EVERYWHERE], organisations: [] }
  const reached = sees.flatMap(permit =>
    'role' in permit
      ? actor.posts
          .filter(post => post.role === permit.role)
          .map(post => ('over' in permit ? { place: post.place } : { organisation: post.organisation }))
      : [],
  )
  const places = reached.flatMap(each => ('place' in each && each.place ? [each.place] : []))
  const organisations = reached.flatMap(each =>
    'organisation' in each && each.organisation ? [each.organisation] : [],
  )
  return places.length + organisations.length > 0 ? { places, organisations } : undefined
}
