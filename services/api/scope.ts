/** What a person's posts let them look at: places they cover, organisations they stand for; and who they are. */
import type { Actor, Permit } from '../../engine/definition.ts'
import type { Scope } from '../../engine/projection.ts'

const EVERYWHERE = ''

/** For what asks by itself, and limits nothing to whoever reads. */
export const UNSCOPED: Scope = { places: [], organisations: [], person: '', selves: [] }

/** No scope where no post fits any permit. */
export const scopeOf = (sees: readonly Permit[], actor: Actor): Scope | undefined => {
  const who = { person: actor.person, selves: [actor.person, ...actor.doubles] }
  if (sees.some(permit => 'anyone' in permit)) return { places: [EVERYWHERE], organisations: [], ...who }
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
  return places.length + organisations.length > 0 ? { places, organisations, ...who } : undefined
}
