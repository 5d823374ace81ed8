/**
 * The round told again from its events. What it worked out itself (the list, the draw, the tally's changes, the ranking,
 * the awards, what was published) is worked out anew by its own definition from what came before, and compared.
 */
import type { AnyCommand, AnyFacts, Title, Workflow } from '../../engine/definition.ts'
import type { Flaw } from '../../engine/proven-history.ts'
import { type CompetitionRound, candidatesOf, listOf } from '../../workflows/competition-round/data.ts'
import { competitionRound } from '../../workflows/competition-round/index.ts'
import { commitmentOf } from '../../workflows/judging/draw.ts'
import { canonicalJson, digestOf } from '../../workflows/judging/list.ts'
import { type CountedSheet, tally } from '../../workflows/judging/tally.ts'
import type { Decision, Told } from './decision.ts'
import { firstOf } from './integrity.ts'
import { openedAt } from './sheets.ts'

/** An event of the round, and the round as it was before it, and before the command that recorded it. */
type Moment = { event: Told; before: CompetitionRound; atCommand: CompetitionRound; command: AnyCommand }
type Look = (decision: Decision, moment: Moment) => Title | undefined

/** The first thing that does not follow from what came before it. */
export const falseStep = (decision: Decision): Flaw | undefined =>
  firstOf(momentsOf(decision), moment => {
    const { at, type } = moment.event
    const problem = looks[type]?.(decision, moment)
    return problem && { at, ...problem }
  })

/** What its shown events come to. */
export const roundIn = (decision: Decision): CompetitionRound => {
  let round = competitionRound.start as CompetitionRound
  for (const moment of momentsOf(decision)) round = after(moment)
  return round
}

function* momentsOf({ round }: Decision): Generator<Moment> {
  let data = competitionRound.start as CompetitionRound
  for (const told of commandsIn(round.told)) {
    const atCommand = data
    const command = commandOf(told)
    for (const event of told) {
      const moment = { event, before: data, atCommand, command }
      yield moment
      data = after(moment)
    }
  }
}

/** Events of one command stand beside each other. */
const commandsIn = (told: readonly Told[]): Told[][] => {
  const groups: Told[][] = []
  for (const event of told) {
    const last = groups.at(-1)
    if (last?.[0]?.metadata.command === event.metadata.command) last.push(event)
    else groups.push([event])
  }
  return groups
}

/** As far as its events tell of it: what a builder did not say anew they say as it was sent. */
const commandOf = (told: readonly Told[]): AnyCommand => ({
  type: told[0]?.metadata.name ?? '',
  data: Object.assign({}, ...told.map(({ data }) => data)) as never,
})

const after = ({ event, before }: Moment): CompetitionRound => {
  const fold = competitionRound.evolve[event.type]
  const { revision, metadata } = event
  return fold ? (fold(before as never, event.data as never, { ...metadata, revision }) as CompetitionRound) : before
}

// ── what is worked out anew ─────────────────────────────────────────────────────────────────────

const differs = (zh: string, en: string): Title => ({
  zh: `${zh}与重新计算的结果不同`,
  en: `${en} is not what follows`,
})

const same = (one: unknown, other: unknown): boolean => asWritten(one) === asWritten(other)
const asWritten = (value: unknown): string => canonicalJson(JSON.parse(JSON.stringify(value ?? null)))

/** By the builder of the event itself; `fields`: those that hang on nothing but what the file holds. */
const rebuilt =
  (title: Title, fields: readonly string[]): Look =>
  (decision, { event, atCommand, command }) => {
    const due = build(competitionRound, event, factsAt(decision, event, atCommand), command)
    const recorded = event.data as Record<string, unknown>
    return fields.every(field => same(due[field], recorded[field])) ? undefined : differs(title.zh, title.en)
  }

const build = ({ records }: Workflow, { type, data }: Told, facts: AnyFacts, command: AnyCommand) =>
  (records[type]?.(facts, command) ?? data) as Record<string, unknown>

const factsAt = ({ round, rules }: Decision, { metadata }: Told, data: CompetitionRound): AnyFacts =>
  ({
    id: round.id,
    data,
    consulted: { pack: { pack: rules, standing: 'published', digest: digestOf(rules) } },
    actor: { person: metadata.person, posts: [], heldPosts: [], doubles: [] },
    now: metadata.recordedAt,
    arrived: metadata.recordedAt,
    today: metadata.occurredOn,
    texts: new Map(),
  }) as unknown as AnyFacts

const opensUnderItsRules: Look = ({ rules }, { event }) =>
  (event.data as { packDigest: string }).packDigest === digestOf(rules)
    ? undefined
    : differs('规则包校验值', 'the digest of the rule pack')

/** The list as it stands with what the same command changed. */
const listsWhatStands: Look = (_, { event, before }) =>
  same(listOf(before), event.data) ? undefined : differs('申报名单校验值', 'the digest of the list of proposals')

const seedWasCommitted: Look = (_, { event, before }) => {
  const { party, seed } = event.data as { party: string; seed: string }
  const commitment = before.seeds.find(each => each.party === party)?.commitment
  return commitment === commitmentOf(party, seed)
    ? undefined
    : { zh: '种子与征集前的承诺不符', en: 'the seed is not the one committed to before the call' }
}

type Counted = { name: string; ballot: string; revision: number }
type Recorded = { results: unknown; blocked: unknown; openTies: unknown; counted: readonly Counted[] }

const tallied: Look = (decision, moment) => {
  const { results, blocked, openTies, counted } = moment.event.data as Recorded
  const candidates = candidatesOf(decision.rules, moment.before)
  const sheets = counted.flatMap(each => countedIn(decision, moment.before, each))
  const known = new Set(candidates.map(({ proposal }) => proposal))
  const due = tally(decision.rules, {
    candidates,
    sheets: sheets.filter(({ proposal }) => known.has(proposal)),
    votes: moment.before.votes,
  })
  return same(due, { results, blocked, openTies }) ? rebuiltChanges(decision, moment) : unlikeTally(due, results)
}

const countedIn = (
  { ballots }: Decision,
  round: CompetitionRound,
  { name, ballot, revision }: Counted,
): CountedSheet[] => {
  const life = ballots.get(ballot)
  const isVoid = (proposal: string) =>
    round.voids.some(each => each.name === name && (each.proposal ?? proposal) === proposal)
  return [...(life ? openedAt(life, revision) : [])]
    .filter(([proposal]) => !isVoid(proposal))
    .map(([proposal, scores]) => ({ judge: name, proposal, scores }))
}

/** Named by the first proposal whose line differs: what somebody who doubts a rank wants to know. */
const unlikeTally = ({ results: due }: ReturnType<typeof tally>, recorded: unknown): Title => {
  const lines = recorded as typeof due
  const line = due.find((each, n) => !same(each, lines[n]))
  return line
    ? differs(
        `申报书 ${line.proposal} 的计票（应为第${line.rank}名，${line.total}分）`,
        `the tally of proposal ${line.proposal} (due: rank ${line.rank}, total ${line.total})`,
      )
    : differs('计票', 'the tally')
}

const changes = rebuilt({ zh: '与上次计票相比的变化', en: 'what the tally changed' }, ['changes'])

/** What had been paid comes from the projects, which are not in the file: it is taken as it was recorded. */
const rebuiltChanges: Look = (decision, moment) => {
  const { paid } = (moment.event.data as { changes: { paid: unknown } }).changes
  const data = { ...(moment.command.data as object), paid } as never
  return changes(decision, { ...moment, command: { ...moment.command, data } })
}

const published = rebuilt({ zh: '公示名单或其校验值', en: 'the published list, or its digest,' }, [
  'number',
  'list',
  'digest',
])

const looks: Record<string, Look | undefined> = {
  RoundOpened: opensUnderItsRules,
  ListSettled: listsWhatStands,
  ListAmended: listsWhatStands,
  SeedRevealed: seedWasCommitted,
  PanelDrawn: rebuilt({ zh: '评委抽签', en: 'the draw' }, [
    'seeds',
    'listDigest',
    'candidates',
    'proposals',
    'order',
    'panel',
    'reserves',
  ]),
  JudgeReplaced: rebuilt({ zh: '递补的评委', en: 'the judge who came in' }, ['in']),
  TallyRecorded: tallied,
  RankingSettled: rebuilt({ zh: '排名和拟资助', en: 'the ranking with its awards' }, ['awards', 'left']),
  PublicityOpened: published,
  PublishedAgain: published,
  AwardsDecided: rebuilt({ zh: '资助决定', en: 'what was awarded' }, ['awards', 'left']),
  ReserveMovedUp: rebuilt({ zh: '候补递补', en: 'who moved up' }, ['offers']),
}
