/**
 * The draw of a panel: pure, so that anybody can repeat it. docs/draw.md describes it for people, with `sha256sum` alone.
 *
 *   commitment   SHA-256 of a party and its seed, published before the call closes: it binds the party to the seed
 *   joined seed  SHA-256 of the revealed seeds, each beside its party
 *   ticket       SHA-256 of joined seed, digest of the closed list, pseudonym: nobody can know one before both are there
 *   panel        the first by ticket that meet what the pack asks of a panel
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Title } from '../../engine/definition.ts'
import { type Field, fields } from '../vocabulary.ts'

export type Seed = { party: string; seed: string }

/** A judge who accepted, under a pseudonym; `mayNot`: the proposals that they are in conflict with. */
export type Candidate = { name: string; outside: boolean; fields: readonly Field[]; mayNot: readonly string[] }

/** What a panel must be: `outside.least` of every `outside.of` from outside, each proposal with its quorum of judges. */
export type PanelTerms = {
  size: number
  outside: { of: number; least: number }
  quorum: number
  /** Each proposal has a judge without a conflict who knows its field. */
  coverFields: boolean
}

export type Draw = PanelTerms & {
  reserves: number
  seeds: readonly Seed[]
  /** SHA-256 of the closed list of proposals. */
  listDigest: string
  candidates: readonly Candidate[]
  proposals: readonly { id: string; field: Field }[]
}

export type Ticket = { name: string; ticket: string }
export type Drawn = { joined: string; order: Ticket[]; panel: string[]; reserves: string[] }
export type Impossible = { impossible: Title }

// ── tickets ─────────────────────────────────────────────────────────────────────────────────────

/** Each line ended, as `printf '%s\n'` ends it. */
const hashOf = (...lines: readonly string[]): string =>
  bytesToHex(sha256(utf8ToBytes(lines.map(line => `${line}\n`).join(''))))

/** The party stands in it, so that a commitment that was copied opens for nobody else. */
export const commitmentOf = (party: string, seed: string): string => hashOf(party, seed)

const before = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

export const joinedSeed = (seeds: readonly Seed[]): string =>
  hashOf(...seeds.toSorted((one, other) => before(one.party, other.party)).map(({ party, seed }) => `${party} ${seed}`))

const ticketsOf = ({ listDigest, candidates }: Draw, joined: string): Ticket[] =>
  candidates
    .map(({ name }) => ({ name, ticket: hashOf(joined, listDigest, name) }))
    .toSorted((one, other) => before(one.ticket, other.ticket))

// ── the panel ───────────────────────────────────────────────────────────────────────────────────

export const draw = (asked: Draw): Drawn | Impossible => {
  if (asked.seeds.length === 0) return { impossible: NO_SEED }
  const joined = joinedSeed(asked.seeds)
  const order = ticketsOf(asked, joined)
  const found = firstPanel(asked, inOrder(asked, order))
  if ('impossible' in found) return found
  const left = order.map(({ name }) => name).filter(name => !found.panel.includes(name))
  return { joined, order, panel: found.panel, reserves: left.slice(0, asked.reserves) }
}

const NO_SEED = { zh: '没有已公开的种子，不能抽取', en: 'No seed was revealed; there is nothing to draw with.' }

const inOrder = (asked: Draw, order: readonly Pick<Ticket, 'name'>[]): Member[] =>
  order.flatMap(({ name }) => {
    const candidate = asked.candidates.find(each => each.name === name)
    return candidate ? [memberOf(asked, candidate)] : []
  })

/** A candidate as the search counts them: for each proposal 1 where they may judge it, and where they know its field too. */
type Member = { name: string; outside: number; judges: Uint8Array; experts: Uint8Array }

const memberOf = ({ proposals }: Draw, { name, outside, fields: known, mayNot }: Candidate): Member => {
  const barred = new Set(mayNot)
  const mayJudge = ({ id }: { id: string }): boolean => !barred.has(id)
  return {
    name,
    outside: Number(outside),
    judges: Uint8Array.from(proposals, each => Number(mayJudge(each))),
    experts: Uint8Array.from(proposals, each => Number(mayJudge(each) && known.includes(each.field))),
  }
}

/**
 * Down the order of tickets, each is taken with whom a panel can still be completed, and else passed over. That is the
 * first panel in that order of all that meet the terms.
 */
const firstPanel = (asked: Draw, ordered: readonly Member[]): { panel: string[] } | Impossible => {
  const lack = lackOf(asked, ordered)
  if (lack) return { impossible: lack }
  const search = { asked, ordered, reach: reachesOf(asked, ordered), steps: 0 }
  const panel = complete(search, 0, nobody(asked))
  if (panel) return { panel }
  return { impossible: search.steps < MOST_STEPS ? NO_SUCH_PANEL : TOO_MANY_WAYS }
}

/** Steps are counted, not timed: whoever repeats the draw gives up at the same one. */
const MOST_STEPS = 20_000
const NO_SUCH_PANEL = {
  zh: '现有人选无法同时满足校外比例、领域覆盖和每份申报书的法定评委数，请增邀评委',
  en: 'No panel of these candidates meets the share from outside, the fields and the quorum of every proposal together; invite more judges.',
}
const TOO_MANY_WAYS = {
  zh: '在规定步数内未找到符合条件的评委组合，请增邀无需回避的评委',
  en: 'No fitting panel was found within the steps that the rule allows; invite judges without conflicts.',
}

/** What a group of candidates brings: how many, how many from outside, and for each proposal who may judge it and who knows its field. */
type Tally = { size: number; outside: number; judges: Uint16Array; experts: Uint16Array }

const nobody = ({ proposals: { length } }: Draw): Tally => ({
  size: 0,
  outside: 0,
  judges: new Uint16Array(length),
  experts: new Uint16Array(length),
})

/** The search comes here thousands of times, with each proposal of a round. */
const joinedBy = (group: Tally, member: Member): Tally => ({
  size: group.size + 1,
  outside: group.outside + member.outside,
  judges: sumOf(group.judges, member.judges),
  experts: sumOf(group.experts, member.experts),
})

const sumOf = (counts: Uint16Array, more: Uint8Array): Uint16Array => {
  const sum = counts.slice()
  for (let n = 0; n < sum.length; n++) sum[n] = (counts[n] as number) + (more[n] as number)
  return sum
}

/** What all candidates from each place of the order on could bring together; the last is nobody. */
const reachesOf = (asked: Draw, ordered: readonly Member[]): Tally[] => {
  const reaches = [nobody(asked)]
  for (const member of ordered.toReversed()) reaches.push(joinedBy(reaches.at(-1) as Tally, member))
  return reaches.toReversed()
}

type Search = { asked: Draw; ordered: readonly Member[]; reach: readonly Tally[]; steps: number }

/** The rest of the panel from this place of the order on, or nothing where there is none. */
const complete = (search: Search, at: number, group: Tally): string[] | undefined => {
  search.steps++
  if (search.steps >= MOST_STEPS || !canBeMet(search.asked, group, search.reach[at] as Tally)) return undefined
  if (group.size === search.asked.size) return []
  const member = search.ordered[at] as Member
  const rest = complete(search, at + 1, joinedBy(group, member))
  return rest ? [member.name, ...rest] : complete(search, at + 1, group)
}

/** How many of a panel have to be from outside. */
const leastOutside = ({ size, outside }: PanelTerms): number => Math.ceil((size * outside.least) / outside.of)

/** Each condition for itself; whether they can be met together, the search finds. */
const canBeMet = (asked: Draw, group: Tally, reach: Tally): boolean => {
  const seats = asked.size - group.size
  const upTo = (have = 0, more = 0): number => have + Math.min(seats, more)
  return (
    reach.size >= seats &&
    upTo(group.outside, reach.outside) >= leastOutside(asked) &&
    group.judges.every((have, n) => upTo(have, reach.judges[n]) >= asked.quorum) &&
    (!asked.coverFields || group.experts.every((have, n) => upTo(have, reach.experts[n]) >= 1))
  )
}

// ── why not ─────────────────────────────────────────────────────────────────────────────────────

/** What all candidates together lack for any panel at all, in the words of who has to invite more. */
const lackOf = (asked: Draw, ordered: readonly Member[]): Title | undefined => {
  const { size, quorum, coverFields, proposals } = asked
  const all = reachesOf(asked, ordered)[0] as Tally
  if (size % 2 === 0)
    return { zh: `评委人数须为单数，现为 ${size} 名`, en: `A panel has an odd size; this is ${size}.` }
  if (all.size < size) return tooFew({ zh: '', en: '' }, size, all.size)
  if (all.outside < leastOutside(asked)) return tooFew(FROM_OUTSIDE, leastOutside(asked), all.outside)
  const short = proposals.find((_, n) => (all.judges[n] ?? 0) < quorum)
  if (short) return withoutQuorum(short.id, quorum)
  const unknown = coverFields ? proposals.find((_, n) => all.experts[n] === 0) : undefined
  return unknown && withoutExpert(unknown.id, unknown.field)
}

const FROM_OUTSIDE = { zh: '外部', en: ' from outside' }

const tooFew = (kind: Title, wanted: number, are: number): Title => ({
  zh: `需要${kind.zh}评委 ${wanted} 名，只有 ${are} 名接受邀请`,
  en: `${wanted} judges${kind.en} are needed; ${are} accepted.`,
})

const withoutQuorum = (proposal: string, quorum: number): Title => ({
  zh: `申报书 ${proposal} 可评的评委不足 ${quorum} 名，请增邀无需回避的评委`,
  en: `Fewer than ${quorum} candidates may judge proposal ${proposal}; invite judges without a conflict.`,
})

const withoutExpert = (proposal: string, field: Field): Title => ({
  zh: `没有熟悉“${fields[field].zh}”领域且可评申报书 ${proposal} 的评委，请增邀`,
  en: `Nobody who may judge proposal ${proposal} knows its field, ${fields[field].en}; invite one who does.`,
})

// ── reserves ────────────────────────────────────────────────────────────────────────────────────

/** Who sits, who leaves, and who is not to be had any more: those who were replaced before, or declined. */
export type Leaving = { panel: readonly string[]; leaving: string; gone: readonly string[] }

/** The first by ticket, of those who do not sit, with whom the panel still meets its terms. */
export const replacementFor = (asked: Draw, { panel, leaving, gone }: Leaving): { name: string } | Impossible => {
  const stay = panel.filter(name => name !== leaving)
  const free = ticketsOf(asked, joinedSeed(asked.seeds)).filter(({ name }) => ![...panel, ...gone].includes(name))
  const meets = ({ name }: Ticket): boolean => meetsTerms(asked, [...stay, name])
  const next = free.find(meets)
  return next ? { name: next.name } : { impossible: NO_RESERVE }
}

const NO_RESERVE = {
  zh: '候补评委中没有能使评委组仍符合条件的人选',
  en: 'With none of the reserves the panel would still meet its terms.',
}

/** Whether these, as they are, are a panel of the terms. */
export const meetsTerms = (asked: Draw, panel: readonly string[]): boolean => {
  const members = inOrder(
    asked,
    panel.map(name => ({ name })),
  )
  const group = members.reduce(joinedBy, nobody(asked))
  return group.size === asked.size && canBeMet(asked, group, nobody(asked))
}
