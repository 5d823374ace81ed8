/** 抽取评委: who may judge what is recorded, both seeds are revealed, and the panel is drawn; anybody can draw it again from what is published. */
import { z } from 'zod'
import { stage } from '../../engine/workflow.ts'
import { daysFrom, freeText, reason } from '../fields.ts'
import { commitmentOf, type Draw, draw as drawAnew, type Leaving, replacementFor } from '../judging/draw.ts'
import { over } from '../roles.ts'
import type { RoundPack } from '../round-pack/pack.ts'
import {
  acceptedJudges,
  activePanel,
  type CompetitionRound,
  type Consulted,
  type Drawn,
  isCandidate,
  judgeNamed,
  observer,
  type Panellist,
  packIn,
  panelChair,
  partyOf,
  type RoundFacts,
  type Seed,
  sitsOnPanel,
  withoutEarlyVoids,
} from './data.ts'
import { commitment, digest, knows, matrix, name, nothing, party, proposal, seed, until } from './fields.ts'

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const names = z.array(name).max(999)
const ballot = z.uuid().meta({ zh: '评分册', en: 'Ballot' })

const commands = {
  'record-matrix': z.strictObject({ matrix }).meta({ zh: '记录评委回避表', en: 'Record who may judge what' }),
  'reveal-seed': z.strictObject({ seed }).meta({ zh: '公开种子', en: 'Reveal a seed' }),
  'forfeit-seed': z.strictObject({ party, reason }).meta({ zh: '认定种子未公开', en: 'Declare a seed not revealed' }),
  'draw-panel': nothing.meta({ zh: '抽取评委', en: 'Draw the panel' }),
  'return-to-screening': z.strictObject({ reason }).meta({ zh: '退回资格审查', en: 'Return to screening' }),
  'replace-judge': z
    .strictObject({ name, until: until.optional(), reason })
    .meta({ zh: '更换评委', en: 'Replace a judge' }),
  'note-ballot': z.strictObject({ name, ballot }).meta({ zh: '记录评分册', en: 'Note a ballot' }),
}

const committed = z.strictObject({ party, commitment, seed: seed.optional() })
const ticket = z.strictObject({ name, ticket: digest.meta({ zh: '抽签值', en: 'Ticket' }) })

const events = {
  MatrixRecorded: commands['record-matrix'].meta({ zh: '评委回避表已记录', en: 'matrix recorded' }),
  SeedRevealed: z.strictObject({ party, seed }).meta({ zh: '种子已公开', en: 'seed revealed' }),
  SeedForfeited: commands['forfeit-seed'].meta({ zh: '种子未公开，不计入抽取', en: 'seed left out' }),
  SeedsCommittedAnew: commands['forfeit-seed'].meta({
    zh: '种子未公开，各方重新承诺',
    en: 'seed not revealed, all commit anew',
  }),
  PanelDrawn: z
    .strictObject({
      seeds: z.array(committed).max(2).meta({ zh: '种子', en: 'Seeds' }),
      listDigest: digest.meta({ zh: '名单校验值', en: 'Digest of the list' }),
      candidates: matrix,
      proposals: z
        .array(z.strictObject({ id: proposal, field: knows.element }))
        .max(5_000)
        .meta({ zh: '参评申报书', en: 'Proposals to be judged' }),
      order: z.array(ticket).max(999).meta({ zh: '抽签次序', en: 'Order of tickets' }),
      panel: names.meta({ zh: '评审组', en: 'Panel' }),
      reserves: names.meta({ zh: '候补评委', en: 'Reserves' }),
    })
    .meta({ zh: '评委已抽取', en: 'panel drawn' }),
  ReturnedToScreening: commands['return-to-screening'].meta({ zh: '已退回资格审查', en: 'returned to screening' }),
  ScreeningReopened: nothing.meta({ zh: '名单变化，重新审查资格', en: 'the list changed, screening goes on' }),
  JudgeReplaced: z
    .strictObject({
      out: name.meta({ zh: '退出的评委', en: 'Who leaves' }),
      in: name.meta({ zh: '递补的评委', en: 'Who comes in' }),
      until: until.optional(),
      reason: freeText(500).meta({ zh: '理由', en: 'Reason' }),
    })
    .meta({ zh: '评委已更换', en: 'judge replaced' }),
  BallotNoted: commands['note-ballot'].meta({ zh: '评分册已记录', en: 'ballot noted' }),
}

// ── rules' words ────────────────────────────────────────────────────────────────────────────────

/** Calendar days. Our own figure: long enough that nobody who means to reveal a seed is passed over. */
const DAYS_TO_REVEAL = 3

const isSettled = ({ seed: revealed, forfeited }: Seed): boolean => revealed !== undefined || forfeited === true
const wasRevealed = ({ seeds }: CompetitionRound): boolean => seeds.some(({ seed: said }) => said !== undefined)

/** What the draw is made of; everything of it is published. */
const askedOf = ({ data, consulted }: Pick<RoundFacts, 'data' | 'consulted'>): Draw => {
  const pack = packIn(consulted)
  const known = asked.get(data)
  if (known?.pack === pack) return known.draw
  const draw = drawOf(data, pack)
  asked.set(data, { pack, draw })
  return draw
}

/** Everybody who looks at a round is told whether its panel can be drawn: of one that has not changed it is worked out once. */
const asked = new WeakMap<CompetitionRound, { pack: RoundPack; draw: Draw }>()
const results = new WeakMap<Draw, ReturnType<typeof drawAnew>>()
const draw = (made: Draw): ReturnType<typeof drawAnew> => {
  const result = results.get(made) ?? drawAnew(made)
  results.set(made, result)
  return result
}

const drawOf = (data: CompetitionRound, { panel, quorum }: RoundPack): Draw => {
  const { size, outside, reserves, coverFields } = panel
  return {
    size,
    outside,
    reserves,
    coverFields,
    quorum,
    seeds: data.seeds.flatMap(each => (each.seed === undefined ? [] : [{ party: each.party, seed: each.seed }])),
    listDigest: data.list?.digest ?? '',
    candidates: data.matrix ?? [],
    proposals: data.drawnFor ?? candidatesIn(data),
  }
}

const candidatesIn = ({ entries }: CompetitionRound): Drawn['proposals'] =>
  entries.filter(isCandidate).map(({ proposal: id, field }) => ({ id, field }))

/** Whether there is a panel at all is the same in any order of tickets: asked while no seed is known. */
const aPanelExists = (facts: RoundFacts): boolean => {
  const made = askedOf(facts)
  const exists = existing.get(made) ?? 'panel' in drawAnew({ ...made, seeds: ANY_ORDER })
  existing.set(made, exists)
  return exists
}
const existing = new WeakMap<Draw, boolean>()
const ANY_ORDER = [{ party: 'any', seed: 'any' }]

/** As it was drawn; whoever was withdrawn or excluded since is not asked for any more. */
const replacedIn = (facts: RoundFacts, leaving: string) => {
  const { data } = facts
  const gone = data.panel.filter(({ replaced }) => replaced).map(each => each.name)
  const asked: Leaving = { panel: activePanel(data).map(each => each.name), leaving, gone }
  return replacementFor({ ...askedOf(facts), candidates: data.draw?.candidates ?? [] }, asked)
}

const seated = (data: CompetitionRound, who: string): Panellist => {
  const judge = judgeNamed(data, who)
  return { name: who, judge: judge?.judge ?? '', person: judge?.person ?? '' }
}

/**
 * The list or the judges change: what was drawn from them before is nothing any more. A seed that is known binds nobody,
 * so that all commit anew.
 */
const backToScreening = (data: CompetitionRound): CompetitionRound => ({
  ...data,
  standing: 'screening',
  seeds: wasRevealed(data) ? [] : data.seeds,
  matrix: undefined,
  comparedOn: undefined,
  drawnFor: undefined,
})

const withSeed = (data: CompetitionRound, which: string, change: Partial<Seed>): CompetitionRound => ({
  ...data,
  seeds: data.seeds.map(each => (each.party === which ? { ...each, ...change } : each)),
})

const sameNames = (one: readonly { name: string }[], other: readonly { name: string }[]): boolean => {
  const [these, those] = [one, other].map(list => list.map(each => each.name).sort())
  return these?.join() === those?.join()
}

export const panel = stage<CompetitionRound, Consulted>()({
  commands,
  events,
  rules: {
    matrixIsOfTheAccepted: {
      of: 'record-matrix',
      reads: ['matrix'],
      zh: '回避表应恰好包含已接受邀请的评委',
      en: 'The matrix holds the judges who accepted, and nobody else.',
      holds: ({ data }, { matrix: given }) => sameNames(given, acceptedJudges(data)),
    },
    noSeedIsKnown: {
      of: 'record-matrix',
      metBy: ['return-to-screening'],
      zh: '已有种子公开，回避表不能再改；不能组成评审组时可退回资格审查，各方重新承诺',
      en: 'A seed is known and the matrix stays as it is; where no panel can be drawn, return to screening, and all commit anew.',
      holds: ({ data }) => !wasRevealed(data),
    },
    matrixIsRecorded: {
      of: ['reveal-seed', 'draw-panel'],
      zh: '评委回避表尚未记录',
      en: 'It is not recorded yet who may judge what.',
      holds: ({ data }) => data.matrix !== undefined,
    },
    // Found later it would be a reason to throw away a draw that is known, for whoever brought it about.
    panelExists: {
      of: 'reveal-seed',
      metBy: ['return-to-screening'],
      zh: '现有人选不能组成符合规则包的评审组（人数、外部比例、领域或回避），请先退回并增邀评委，再公开种子',
      en: 'With these candidates no panel meets the pack (size, share from outside, fields, conflicts); return and invite more judges before a seed is revealed.',
      holds: facts => facts.data.matrix === undefined || wasRevealed(facts.data) || aPanelExists(facts),
    },
    revealsItsOwn: {
      of: 'reveal-seed',
      zh: '该方的种子已公开或已认定未公开',
      en: 'The seed of this party is known, or was left out.',
      holds: facts => facts.data.seeds.some(each => each.party === partyOf(facts) && !isSettled(each)),
    },
    seedFitsItsCommitment: {
      of: 'reveal-seed',
      reads: ['seed'],
      zh: '种子与征集前提交的承诺值不符',
      en: 'The seed is not the one that was committed to.',
      holds: (facts, { seed: said }) => {
        const own = facts.data.seeds.find(each => each.party === partyOf(facts))
        return own !== undefined && commitmentOf(own.party, said) === own.commitment
      },
    },
    seedIsStillUnknown: {
      of: 'forfeit-seed',
      reads: ['party'],
      zh: '该方的种子已公开或已认定未公开',
      en: 'The seed of this party is known, or was left out.',
      holds: ({ data }, { party: which }) => data.seeds.some(each => each.party === which && !isSettled(each)),
    },
    daysToRevealAreOver: {
      of: 'forfeit-seed',
      zh: `自记录评委回避表起${DAYS_TO_REVEAL}日内，各方均可公开种子，期满仍未公开的方可认定`,
      en: `Each party has ${DAYS_TO_REVEAL} days to reveal its seed, from when it is recorded who may judge what; only then is it declared not revealed.`,
      holds: ({ data, today }) => data.comparedOn !== undefined && daysFrom(data.comparedOn, today) > DAYS_TO_REVEAL,
    },
    packDrawsWithout: {
      of: 'forfeit-seed',
      zh: '规则包规定：种子未公开的，不计入抽取',
      en: 'The pack draws without a seed that is not revealed.',
      holds: ({ consulted }) => packIn(consulted).panel.unrevealedSeed === 'draw-without',
    },
    anotherSeedIsKnown: {
      of: 'forfeit-seed',
      metBy: ['reveal-seed'],
      zh: '另一方须先公开种子',
      en: 'The other party reveals its seed first.',
      holds: ({ data }) => wasRevealed(data),
    },
    packCommitsAnew: {
      of: 'forfeit-seed',
      zh: '规则包规定：种子未公开的，各方重新承诺',
      en: 'By the pack all commit anew where a seed is not revealed.',
      holds: ({ consulted }) => packIn(consulted).panel.unrevealedSeed === 'commit-anew',
    },
    seedsAreKnown: {
      of: 'draw-panel',
      metBy: ['reveal-seed', 'forfeit-seed'],
      zh: '双方种子尚未公开',
      en: 'The seeds are not revealed yet.',
      holds: ({ data }) => data.seeds.length > 0 && data.seeds.every(isSettled),
    },
    panelCanBeDrawn: {
      of: 'draw-panel',
      metBy: ['return-to-screening'],
      zh: '现有人选不能组成符合规则包的评审组（人数、外部比例、领域或回避），请退回并增邀评委',
      en: 'With these candidates no panel meets the pack (size, share from outside, fields, conflicts); return and invite more judges.',
      // Asked for once there is something to draw with; until then the other rules say what is wanting.
      holds: facts => facts.data.matrix === undefined || !wasRevealed(facts.data) || 'panel' in draw(askedOf(facts)),
    },
    // Both seeds known, the panel is known too: nobody throws it away because of who sits on it.
    nothingIsDrawnYet: {
      of: 'return-to-screening',
      zh: '已有种子公开，抽取结果不得作废；只有现有人选不能组成符合规则包的评审组时才可退回',
      en: 'A seed is known, and what is drawn from it stands; one returns only where no panel can be drawn that meets the pack.',
      holds: facts => !wasRevealed(facts.data) || !('panel' in draw(askedOf(facts))),
    },
    leavesThePanel: {
      of: 'replace-judge',
      reads: ['name'],
      zh: '该评委不在评审组中',
      en: 'This judge does not sit on the panel.',
      holds: ({ data }, { name: who }) => sitsOnPanel(data, who),
    },
    reserveIsThere: {
      of: 'replace-judge',
      reads: ['name'],
      zh: '没有可递补且仍符合规则包要求的候补评委',
      en: 'There is no reserve with whom the panel still meets the pack.',
      holds: (facts, { name: who }) => 'name' in replacedIn(facts, who),
    },
    // Whoever leaves takes their ballot along; in a rescoring the sheets that were revealed count on.
    nothingIsRevealed: {
      of: 'replace-judge',
      zh: '评分已启封，重新评分时不能更换评委；缺评可认定无效，或延长评审',
      en: 'Sheets were revealed; in a rescoring nobody is replaced. A missing sheet is voided, or judging extended.',
      holds: ({ data }) => data.sitting === 1,
    },
    newJudgeHasTime: {
      of: 'replace-judge',
      reads: ['until'],
      zh: '评分已截止，请为递补的评委填写晚于今天的截止日',
      en: 'Scoring is closed: give whoever comes in a day after today.',
      holds: ({ today }, { until: day }) => day !== undefined && day > today,
    },
    ballotIsOfThePanel: {
      of: 'note-ballot',
      reads: ['name'],
      zh: '该评委不在评审组中',
      en: 'This judge does not sit on the panel.',
      holds: ({ data }, { name: who }) => data.panel.some(each => each.name === who),
    },
  },
  records: {
    SeedRevealed: (facts, command) => ({
      party: partyOf(facts),
      seed: (command.data as { seed: string }).seed,
    }),
    PanelDrawn: facts => {
      const asked = askedOf(facts)
      const drawn = draw(asked)
      if (!('panel' in drawn)) throw new Error('a panel was drawn that its rule holds to be impossible')
      return {
        seeds: facts.data.seeds.map(({ party: which, commitment: bound, seed: said }) => ({
          party: which,
          commitment: bound,
          ...(said !== undefined && { seed: said }),
        })),
        listDigest: asked.listDigest,
        candidates: [...(facts.data.matrix ?? [])],
        proposals: [...asked.proposals],
        order: drawn.order,
        panel: drawn.panel,
        reserves: drawn.reserves,
      }
    },
    ScreeningReopened: () => ({}),
    JudgeReplaced: (facts, command) => {
      const { name: who, ...said } = command.data as z.infer<(typeof commands)['replace-judge']>
      const comes = replacedIn(facts, who)
      return { out: who, in: 'name' in comes ? comes.name : '', ...said }
    },
  },
  evolve: {
    MatrixRecorded: (data, { matrix: given }, { occurredOn }) => ({ ...data, matrix: given, comparedOn: occurredOn }),
    SeedRevealed: (data, { party: which, seed: said }) => ({
      ...withSeed(data, which, { seed: said }),
      drawnFor: data.drawnFor ?? candidatesIn(data),
    }),
    SeedForfeited: (data, { party: which }) => withSeed(data, which, { forfeited: true }),
    SeedsCommittedAnew: data => ({ ...backToScreening(data), seeds: [] }),
    PanelDrawn: (data, drawn) => ({
      ...data,
      draw: drawn,
      drawnFor: undefined,
      panel: drawn.panel.map(who => seated(data, who)),
      reserves: drawn.reserves,
    }),
    ReturnedToScreening: backToScreening,
    ScreeningReopened: backToScreening,
    JudgeReplaced: (data, { out, in: comes, until: day }) => ({
      ...data,
      panel: [
        ...data.panel.map(each => (each.name === out ? { ...each, replaced: true as const } : each)),
        seated(data, comes),
      ],
      reserves: data.reserves.filter(each => each !== comes),
      judging: data.judging && { ...data.judging, until: day ?? data.judging.until },
      // What was sealed is opened again with the time that is given; whoever left has none that counts.
      seals: day === undefined ? data.seals.filter(each => each.name !== out) : [],
      voids: day === undefined ? data.voids : withoutEarlyVoids(data),
    }),
    BallotNoted: (data, { name: who, ballot: life }) => ({
      ...data,
      panel: data.panel.map(each => (each.name === who ? { ...each, ballot: life } : each)),
    }),
  },
  confidential: {
    // Why somebody leaves is nobody's business; that they left shows in the record of the draw.
    JudgeReplaced: [...over('street', 'bureau'), panelChair],
    BallotNoted: [...over('street', 'bureau'), panelChair],
  },
  permits: {
    'record-matrix': [{ system: 'record-matrix-when-screening-finished' }],
    'reveal-seed': [...over('street', 'bureau'), observer],
    // Neither party: whoever knows one seed alone would know the draw.
    'forfeit-seed': [panelChair],
    'draw-panel': [...over('street', 'bureau'), observer, panelChair],
    'return-to-screening': over('street', 'bureau'),
    'replace-judge': [...over('street', 'bureau'), panelChair],
    'note-ballot': [{ system: 'tell-round-its-ballot' }],
  },
  deadlines: {
    seedsRevealed: {
      zh: '公开种子',
      en: 'the seeds are revealed',
      in: 'judging.drawing',
      after: {
        days: DAYS_TO_REVEAL,
        from: ({ seeds, comparedOn }) => (seeds.every(isSettled) ? undefined : comparedOn),
      },
      ladder: [
        { at: { before: 1 }, remind: 'observer' },
        { at: 0, remind: 'panelChair' },
        { at: { after: 2 }, escalate: 'bureau' },
      ],
    },
  },
})
