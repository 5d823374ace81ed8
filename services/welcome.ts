/** What the terminal shows once the service listens: where, who is there to try it as, what to copy. */
import { civilDay } from '../engine/clock.ts'
import type { Post } from '../engine/definition.ts'
import { postsOn } from '../workflows/person/data.ts'
import { placePath } from '../workflows/places/places.ts'
import { roles } from '../workflows/roles.ts'
import type { LocalIssuer } from './local-issuer.ts'
import { allPeople, type KnownPerson } from './people.ts'
import { answers } from './role.ts'
import type { Runtime } from './runtime.ts'
import type { Server } from './server.ts'

const HOURS = 12
/** One person a role and kind of place is enough to try everything. */
const SHOWN = 12

export const welcome = async (
  { address, runtime }: Server,
  local: LocalIssuer | undefined,
  log: string,
): Promise<string> => {
  const watched = `  health      ${address}/readyz\n  log         ${log}\n`
  if (!answers(runtime.role)) return `\n公创 Gongchuang's worker is ready.\n\n${watched}\n`
  const where = `\n公创 Gongchuang is ready.\n\n  API         ${address}/v1\n  reference   ${address}/reference\n${watched}`
  if (!local) return `${where}\nTokens come from the configured issuer.\n\n`
  const now = runtime.clock.now()
  const people = await representatives(runtime, civilDay(now))
  if (people.length === 0)
    return `${where}\nThe log is empty. Give the first post:\n\n  npm run appoint-first -- --name 张敏 --phone 13800000000 --role bureau --place 4201\n\n`
  const rows = await Promise.all(
    people.map(async ({ person, post }) => ({
      name: person.name,
      post,
      token: await local.sign(person.id, now, HOURS * 3_600),
    })),
  )
  return `${where}\nPeople of the sample (invented), each with a token for ${HOURS} hours:\n\n${rows.map(row).join('\n')}\n\n${commands(address, rows)}\n`
}

type Row = { name: string; post: string; token: string }

const row = ({ name, post, token }: Row): string => `  ${name}  ${post}\n    ${token}`

/** One person a role and level of place, in the order of the roles. */
const representatives = async (runtime: Runtime, today: string): Promise<{ person: KnownPerson; post: string }[]> => {
  const first = new Map<string, { person: KnownPerson; post: Post }>()
  for (const person of await allPeople(runtime)) {
    const post = postsOn(person.posts, today)[0]
    const kind = `${Object.keys(roles).indexOf(post?.role ?? '')} ${post?.place?.length}`
    if (post && !first.has(kind)) first.set(kind, { person, post })
  }
  const chosen = [...first].sort(([one], [other]) => one.localeCompare(other)).slice(0, SHOWN)
  return Promise.all(chosen.map(async ([, { person, post }]) => ({ person, post: await postText(runtime, post) })))
}

const postText = async ({ instances, handler }: Runtime, { role, place, organisation }: Post): Promise<string> => {
  const { zh, en } = roles[role as keyof typeof roles]
  const workflow = handler.workflow('organisation')
  const seat = organisation && workflow.label((await instances.get(workflow, organisation)).data as never)
  return `${zh} ${en}  ${place ? placePath(place).join('') : seat}`
}

const commands = (address: string, rows: Row[]): string => {
  const street = rows.find(each => each.post.startsWith(roles.street.zh)) ?? (rows[0] as Row)
  return `Three commands to copy:

  TOKEN=${street.token}
  curl -s ${address}/v1/views/street-board -H "Authorization: Bearer $TOKEN"
  curl -s ${address}/v1/micro-project -H "Authorization: Bearer $TOKEN" -H 'Accept-Language: en'

The ten-minute tour is in README.md. Ctrl-C stops everything.
`
}
