import t from 'tap'
import { nodesOf } from '../engine/chart.ts'
import type { Actor } from '../engine/definition.ts'
import { initialValue } from '../engine/machine.ts'
import { seenAs } from '../engine/permission.ts'
import type { CompetitionRound } from '../workflows/competition-round/data.ts'
import { type EligibilityFacts, eligibilityOf } from '../workflows/judging/eligibility.ts'
import type { Proposal } from '../workflows/proposal/data.ts'
import { differencesBetween } from '../workflows/proposal/differences.ts'
import { type ProposalEvents, proposal } from '../workflows/proposal/index.ts'
import { actor, idOf, type Life, lifeOf, TODAY } from './support/given.ts'
import { COMMUNITY, ORGANISATION, PROJECT, proof, reason } from './support/micro-project.ts'
import {
  ANOTHER,
  by,
  decided,
  draft,
  JUDGE,
  OTHER_ROUND,
  PARTNER,
  PROPOSAL,
  people,
  ROUND,
  result,
  roundIn,
  told,
  version,
  world,
} from './support/proposal.ts'
import { district } from './support/round-packs.ts'
import { type Case, everyWay, type Walked, walk } from './support/walk.ts'

const { street, secondStreet, bureau, secondBureau, chair, member, judge, panelChair, partnerChair } = people

const answer = (life: Life, sender: Actor, command: string, input: object = {}): string => {
  const outcome = life.when(sender, command, input)
  return 'refused' in outcome ? [outcome.refused, ...new Set(outcome.unmet)].join(' ') : 'accepted'
}
const dataOf = (life: Life): Proposal => life.data as Proposal

// ── the chart, walked ───────────────────────────────────────────────────────────────────────────

const theVersion = (number: number | undefined) => [{ input: { version: number ?? 1 } }]
const because = [{ input: { reason } }]
const onJudge = [{ input: { judge: JUDGE } }]
const settled = ['distinct', 'same'].map(finding => ({ input: { life: ANOTHER, finding, reason } }))

const inputs: Record<string, (data: Proposal) => readonly Case[]> = {
  'draft-proposal': () => [{ input: draft }],
  'write-version': ({ versions }) =>
    versions.length < 2 ? [{ input: { ...version, coApplicants: versions.length === 0 ? [] : [PARTNER] } }] : [],
  'agree-to-apply': () => [{ by: partnerChair }],
  'leave-application': () => [{ by: partnerChair }],
  'submit-version': ({ versions }) => theVersion(versions.length || 1),
  'complete-version': ({ versions }) => theVersion(versions.length || 1),
  'take-to-another-round': () => [],
  withdraw: () => because,
  'confirm-entry': ({ submitted }) => theVersion(submitted?.version),
  'note-not-entered': ({ submitted }) => [{ input: { version: submitted?.version ?? 1, why: 'late' } }],
  'return-for-completion': () => [{ input: { missing: ['安全预案'], until: '2026-03-09' } }],
  'check-eligibility': ({ entered }) =>
    [true, false].map(met => ({ input: { version: entered?.version ?? 1, verdicts: decided(met) } })),
  'recheck-eligibility': () => because,
  'appeal-eligibility': () => because,
  'override-eligibility': ({ check }) =>
    check?.verdicts.flatMap(({ rule, met }) => (met ? [] : [{ input: { rule, reason } }])) ?? [],
  'confirm-override': ({ override }) => [{ input: { rule: override?.rule ?? 'tier' } }],
  'reject-override': ({ override }) => [{ input: { rule: override?.rule ?? 'tier', reason } }],
  'flag-resemblance': () => [
    { input: { life: ANOTHER, workflow: 'proposal', aspects: [{ aspect: 'title', alike: 90 }] } },
  ],
  'settle-resemblance': () => settled,
  'open-to-judge': () => onJudge,
  'close-to-judge': () => onJudge,
  'take-result': () => [{ input: result }],
  'offer-award': () => [{ input: { amount: 700_000, partial: true } }],
  'hold-in-reserve': () => [{ input: { position: 1 } }],
  'decline-award': () => [{ input: { why: 'rank' } }],
  exclude: () => [{ input: { why: 'objection' } }],
  'accept-offer': () => [{ input: { amount: 700_000 } }],
  'decline-offer': () => because,
  'redact-text': () => [{ input: { revision: 0, field: 'title', reason } }],
  'lapse-offer': () => [{}],
  'lapse-completion': () => [{}],
  'note-chair': ({ round }) => [{ input: { round, chair: ANOTHER, revision: 40 } }],
  'end-with-round': () => ['cancelled', 'archived'].map(why => ({ input: { why } })),
}

const consultedIn = (lives: readonly Life[]) => {
  const [organisation, pack, , , project, coApplicant1] = lives.map(({ data }) => data)
  return { organisation, pack, round: roundIn(lives).data, project, coApplicant1 }
}
type Step = { data: Proposal; value: Life['state'] }
const walkFrom = (lives: readonly Life[], from: Step, more: Partial<typeof inputs> = {}): Walked<Proposal> =>
  walk<Proposal>(
    {
      workflow: proposal,
      id: PROPOSAL,
      by: street,
      consulted: consultedIn(lives),
      cases: (command, data) => (more[command] ?? inputs[command])?.(data) ?? [],
      key: ({
        versions,
        agreed,
        submitted,
        entered,
        check,
        override,
        appealed,
        resemblances,
        judges,
        result,
        offer,
      }) => [
        [versions.length, agreed?.length, submitted?.version, entered?.version, appealed, judges.length],
        [check?.verdicts.filter(({ met }) => !met).map(({ rule }) => rule), check?.overridden.length, override?.rule],
        [resemblances.map(({ finding }) => finding), result !== undefined, offer !== undefined],
      ],
    },
    from as never,
  )

/** One while the call is open, one once the list is settled: no round is both at a time. */
const walks = (): Walked<Proposal>[] => {
  const open = world()
  const whileOpen = walkFrom(open, { data: proposal.start as Proposal, value: initialValue(proposal.machine) })
  const alone = { ...dataOf(told('written', world())), project: undefined }
  const elsewhere = walkFrom(
    open,
    { data: alone, value: { writing: 'drafting' } },
    {
      'take-to-another-round': ({ round }: Proposal) => (round === ROUND ? [] : [{ input: { round: ROUND } }]),
    },
  )
  const from = { data: { ...alone, round: OTHER_ROUND }, value: { writing: 'drafting' } }
  const back = walkFrom(open, from, { 'take-to-another-round': () => [{ input: { round: ROUND } }] })
  const late = world()
  const life = told('entered', late)
  const screened = walkFrom(late, { data: dataOf(life), value: life.state })
  return [whileOpen, elsewhere, back, screened]
}

t.test('a walk over real decisions reaches every state and takes every transition', async t => {
  const walked = walks()
  const reached = new Set(walked.flatMap(({ nodes }) => [...nodes]))
  const taken = new Set(walked.flatMap(({ ways }) => [...ways]))
  t.comment(`${walked.reduce((sum, { states }) => sum + states, 0)} states`)
  t.same(
    nodesOf(proposal.chart).flatMap(({ path }) => (reached.has(path) ? [] : [path])),
    [],
    'states never reached',
  )
  t.same(
    everyWay(proposal).filter(way => !taken.has(way)),
    [],
    'transitions never taken',
  )
})

// ── writing and handing in ──────────────────────────────────────────────────────────────────────

t.test('a version is written under the pack of its round', async t => {
  const cases: [string, object, string][] = [
    ['as it should be', version, 'accepted'],
    ['it does not add up', { ...version, ownShare: 0 }, 'refused budgetAddsUp'],
    ['a class that is forbidden', spendingOn('hospitality'), 'refused writesAllowedClasses'],
    ['a class that nobody knows', spendingOn('gold'), 'refused writesAllowedClasses'],
    ['a class above its share', spendingOn('management'), 'refused writesWithinShares'],
    ['itself as its co-applicant', { ...version, coApplicants: [ORGANISATION] }, 'refused coAppliesWithOthers'],
    ['half a fen', { ...version, requested: 0.5 }, 'invalid-input requested'],
  ]
  for (const [name, input, expected] of cases)
    t.equal(answer(told('drafted'), chair, 'write-version', input), expected, name)
})
const spendingOn = (name: string) => ({
  ...version,
  lines: [
    { item: '活动物料', class: 'materials', amount: 1_000_000 },
    { item: '其他支出', class: name, amount: 200_000 },
  ],
})

t.test('of a version that nobody wrote it is said that it is not written, and no more', async t => {
  t.equal(answer(told('drafted'), chair, 'submit-version', { version: 1 }), 'refused versionIsWritten')
})

t.test('with a project, field and place are those of the project; without one they are given', async t => {
  const about = { field: 'dance', place: COMMUNITY }
  const alone = { ...draft, project: undefined }
  const fresh = () => lifeOf(proposal, PROPOSAL, world())
  t.equal(answer(fresh(), chair, 'draft-proposal', { ...draft, ...about }), 'refused saysWhatAndWhere')
  t.equal(answer(fresh(), chair, 'draft-proposal', alone), 'refused saysWhatAndWhere')
  t.equal(answer(fresh(), chair, 'draft-proposal', { ...alone, ...about }), 'accepted')
  t.match(dataOf(told('drafted')), { field: 'elders-and-orphans', place: COMMUNITY, project: PROJECT })
  t.equal(answer(fresh(), chair, 'draft-proposal', { ...draft, round: OTHER_ROUND }), 'refused draftedProjectIsSent')
  t.equal(answer(fresh(), member, 'draft-proposal', draft), 'not-permitted', 'the chair alone')
})

t.test('what counts is when the last byte arrived, to the millisecond', async t => {
  const at = (arrived: string) => {
    const life = told('written').arriving(arrived)
    return answer(life.later(26), chair, 'submit-version', { version: 1 })
  }
  t.equal(at('2026-03-30T15:59:59.999Z'), 'accepted', 'decided a day later, and yet in time')
  t.equal(at('2026-03-30T16:00:00.000Z'), 'refused arrivedInTime')
})

t.test('what the round hears is numbers, ids and a hash of all that was written', async t => {
  const { submitted } = dataOf(told('submitted'))
  t.match(submitted, { requested: 800_000, ownShare: 400_000, budget: 1_200_000, blind: false })
  t.match(submitted?.digest, /^[0-9a-f]{64}$/)
  t.notMatch(JSON.stringify(submitted), /探访/, 'and no word of anybody')
})

// ── eligibility ─────────────────────────────────────────────────────────────────────────────────

type Checked = ProposalEvents['EligibilityChecked']
t.test('the verdicts of a check follow from its own event and the pack', async t => {
  const life = told('entered')
  const outcome = life.when(street, 'check-eligibility', { version: 1, verdicts: decided() })
  const [event] = ('events' in outcome ? outcome.events : []) as { data: Checked }[]
  const { facts, verdicts, eligible } = (event as { data: Checked }).data
  t.equal(eligible, true)
  const again = eligibilityOf(district, facts as EligibilityFacts)
  t.strictSame(
    verdicts.filter(each => each.by === 'data').map(({ rule, met }) => [rule, met]),
    again.filter(each => each.by === 'data').map(({ rule, met }) => [rule, met]),
  )
  t.strictSame(
    verdicts.flatMap(({ rule, reason: why }) => (why ? [rule] : [])),
    district.applicants.rules.map(({ id }) => id),
  )
})

t.test('who belongs to the applicant, by a post or the register, does not check it', async t => {
  const check = [{ version: 1, verdicts: decided() }] as const
  const treasurer = actor(people.treasurer, [{ role: 'street', place: '420106012' }])
  const alsoMember = actor(idOf(70), [
    { role: 'street', place: '420106012' },
    { role: 'member', organisation: ORGANISATION },
  ])
  for (const one of [treasurer, alsoMember])
    t.equal(answer(told('entered'), one, 'check-eligibility', ...check), 'kept-apart')
  t.equal(answer(told('entered'), secondStreet, 'check-eligibility', ...check), 'accepted')
})

t.test('nor does who belongs to a co-applicant', async t => {
  const alsoThere = actor(idOf(70), [
    { role: 'street', place: '420106012' },
    { role: 'member', organisation: idOf(71) },
  ])
  const entered = told('entered')
  const { entered: entry } = dataOf(entered)
  const beside = [idOf(72), idOf(71)]
  entered.instance.data = { ...dataOf(entered), agreed: beside, entered: { ...entry, coApplicants: beside } }
  t.equal(answer(entered, alsoThere, 'check-eligibility', { version: 1, verdicts: decided() }), 'kept-apart')
  t.equal(answer(entered, secondStreet, 'check-eligibility', { version: 1, verdicts: decided() }), 'accepted')
})

t.test('what resembles another is settled before it is checked, and the same is not eligible', async t => {
  const flag = { life: ANOTHER, workflow: 'proposal', aspects: [{ aspect: 'title', alike: 90 }] }
  const flagged = () => told('entered').given([by('flag-proposal-that-resembles-another'), 'flag-resemblance', flag])
  const check = { version: 1, verdicts: decided() }
  t.equal(answer(flagged(), street, 'check-eligibility', check), 'refused resemblancesAreSettled missesARule')
  const finding = (finding: string) =>
    flagged().given(
      [street, 'settle-resemblance', { life: ANOTHER, finding, reason }],
      [street, 'check-eligibility', check],
    )
  t.same(finding('distinct').state, { screening: 'eligible' })
  t.same(finding('same').state, { screening: 'ineligible' })
  t.match(dataOf(finding('same')).check?.verdicts.at(-1), { rule: 'funded-once', met: false })
  const aside = { rule: 'funded-once', reason }
  t.equal(answer(finding('same'), bureau, 'override-eligibility', aside), 'refused overridesTheUnmet', 'of every round')
})

t.test('a rule that is met cannot be set aside, and who proposes it does not confirm it', async t => {
  const failing = decided().map((each, n) => ({ ...each, met: n > 1 }))
  const [one, other] = failing as unknown as [{ rule: string }, { rule: string }]
  const life = told('entered').given([street, 'check-eligibility', { version: 1, verdicts: failing }])
  t.equal(answer(life, bureau, 'override-eligibility', { rule: 'tier', reason }), 'refused overridesTheUnmet')
  life.given([bureau, 'override-eligibility', { rule: one.rule, reason }])
  t.equal(answer(life, bureau, 'confirm-override', { rule: one.rule }), 'kept-apart')
  life.given([secondBureau, 'confirm-override', { rule: one.rule }])
  t.same(life.state, { screening: 'ineligible' }, 'while another rule is not met')
  life.given(
    [bureau, 'override-eligibility', { rule: other.rule, reason }],
    [secondBureau, 'confirm-override', { rule: other.rule }],
  )
  t.same(life.state, { screening: 'eligible' })
})

/** Where the round stands that it is in. */
const withRound = (until: 'entered' | 'eligible' | 'offered', round: Partial<CompetitionRound>): Life => {
  const lives = world()
  const life = told(until, lives)
  const { instance } = roundIn(lives)
  instance.data = { ...(instance.data as CompetitionRound), ...round }
  return life
}
const entryOf = (eligible: boolean | undefined) =>
  ({ entries: [{ proposal: PROPOSAL, eligible }] }) as unknown as Partial<CompetitionRound>

t.test('the bureau checks again only while the round screens, and so does whoever appeals', async t => {
  const seed = { party: 'organiser', person: idOf(1), commitment: '', seed: 'known' } as const
  const drawn: Partial<CompetitionRound> = { standing: 'judging', ...entryOf(true), seeds: [seed] }
  for (const [name, round, expected] of [
    ['while the round screens', {}, 'accepted'],
    // A seed may be revealed in the same moment.
    ['while the panel is drawn', { ...drawn, seeds: [] }, 'refused verdictMayChange'],
    ['once a seed is known', drawn, 'refused verdictMayChange'],
    ['in judging', { ...drawn, seeds: [], draw: {} as never }, 'refused verdictMayChange'],
    ['when the list is public', { ...drawn, standing: 'publicity' }, 'refused verdictMayChange'],
    ['where an objection asked for it', { ...drawn, standing: 'publicity', ...entryOf(undefined) }, 'accepted'],
  ] as const) {
    t.equal(answer(withRound('eligible', round), bureau, 'recheck-eligibility', { reason }), expected, name)
    t.equal(answer(failed(round), chair, 'appeal-eligibility', { reason }), expected, `appealed ${name}`)
    t.equal(
      answer(failed(round), bureau, 'override-eligibility', { rule: RULE, reason }),
      expected,
      `overridden ${name}`,
    )
  }
  t.equal(answer(withRound('offered', drawn), bureau, 'recheck-eligibility', { reason }), 'refused verdictMayChange')
  const check = { version: 1, verdicts: decided() }
  t.equal(
    answer(withRound('entered', drawn), street, 'check-eligibility', check),
    'refused verdictMayChange missesARule',
  )
})

const [RULE] = district.applicants.rules.map(({ id }) => id) as [string]
/** Not eligible by one rule; only then the round goes on. */
const failed = (round: Partial<CompetitionRound>): Life => {
  const lives = world()
  const verdicts = decided().map(each => ({ ...each, met: each.rule !== RULE }))
  const life = told('entered', lives).given([street, 'check-eligibility', { version: 1, verdicts }])
  const { instance } = roundIn(lives)
  instance.data = { ...(instance.data as CompetitionRound), ...round }
  return life
}

t.test('nobody of an applicant takes back a text of a proposal in the round, nor does the street', async t => {
  const taken = { revision: 1, field: 'summary', reason }
  const rival = actor(bureau.person, [...bureau.posts, { role: 'member', organisation: idOf(77) }])
  const life = withRound('eligible', { entries: [{ proposal: idOf(78), applicant: idOf(77) }] as never })
  t.equal(answer(life, rival, 'redact-text', taken), 'refused takenBackByOthers')
  t.equal(answer(life, street, 'redact-text', taken), 'not-permitted')
  t.equal(answer(life, bureau, 'redact-text', taken), 'accepted')
})

t.test('one that was found not eligible is checked again where an objection asks for it', async t => {
  const life = failed({ standing: 'publicity', ...entryOf(undefined) })
  t.equal(answer(life, by('recheck-eligibility-when-objection-upheld'), 'recheck-eligibility', { reason }), 'accepted')
  t.same(life.state, { screening: 'entered' })
})

// ── result ──────────────────────────────────────────────────────────────────────────────────────

t.test('an applicant reads its own scores, in which band it ranks, how to object and where most was lost', async t => {
  const life = told('judged')
  const seen = proposal.shows(life.data as never, seenAs(life.instance, chair), life.data as never) as {
    result: { band: number }
    feedback: { howToObject: { zh: string }; howToDoBetter: { criterion: string }[] }
  }
  t.match(seen.result, { total: '86.50', rank: 3, of: 40, band: 10 })
  t.match(seen.feedback.howToObject.zh, /至2026-05-06/)
  t.strictSame(
    seen.feedback.howToDoBetter.map(({ criterion }) => criterion),
    ['need', 'design', 'team'].slice(0, seen.feedback.howToDoBetter.length),
  )
})

t.test('comments are kept back where the pack does not release them', async t => {
  const kept = { ...district, feedback: { ...district.feedback, comments: false } }
  const comments = [{ key: 'text:1', nonce: 'n', ciphertext: 'c' }]
  const after = (pack: typeof district) => {
    const life = told('opened', world(pack))
    life.given([by('give-result-when-publicity-opens'), 'take-result', { ...result, comments }])
    return dataOf(life).result?.comments.length
  }
  t.strictSame([after(district), after(kept)], [1, 0])
})

t.test('what is accepted is what is offered, and only while its project is there', async t => {
  t.equal(answer(told('offered'), chair, 'accept-offer', { amount: 800_000 }), 'refused acceptsWhatIsOffered')
  const lives = world()
  const life = told('offered', lives)
  lives[4]?.given([
    by('project-follows-its-proposal'),
    'follow-round',
    { competition: ROUND, proposal: PROPOSAL, step: 'cancelled' },
  ])
  t.equal(answer(life, chair, 'accept-offer', { amount: 700_000 }), 'refused acceptedProjectIsThere')
})

// ── who sees what ───────────────────────────────────────────────────────────────────────────────

t.test('the judges of a proposal are named to the bureau and the chair of the panel alone', async t => {
  const life = told('opened')
  const shown = (reader: Actor) =>
    JSON.stringify(proposal.shows(life.data as never, seenAs(life.instance, reader), life.data as never))
  for (const reader of [bureau, panelChair]) t.match(shown(reader), JUDGE)
  for (const reader of [street, chair, member, judge]) t.notMatch(shown(reader), JUDGE)
})

t.test(
  'in a blind round a judge reads no applicant, co-applicant, team, contact, project or source of money',
  async t => {
    const life = told('opened', world({ ...district, blind: true }))
    const seen = JSON.stringify(proposal.shows(life.data as never, seenAs(life.instance, judge), life.data as never))
    t.match(seen, version.summary)
    for (const told of [ORGANISATION, PROJECT, COMMUNITY, version.team, '驻区单位赞助']) t.notMatch(seen, told)
    const open = told('opened')
    t.match(
      JSON.stringify(proposal.shows(open.data as never, seenAs(open.instance, judge), open.data as never)),
      ORGANISATION,
    )
  },
)

// ── versions ────────────────────────────────────────────────────────────────────────────────────

t.test('versions differ field by field, lists by what came and went', async t => {
  const one = { ...version, version: 1, writtenOn: TODAY }
  const other = { ...one, version: 2, summary: '附安全预案', activities: [...version.activities.slice(1), '安全演练'] }
  t.strictSame(differencesBetween(one as never, one as never), [])
  t.match(differencesBetween(one as never, other as never), [
    { field: 'summary', zh: '项目方案', before: version.summary, after: '附安全预案' },
    { field: 'activities', added: ['安全演练'], removed: ['每周两次上门探访'] },
  ])
  const twice = { ...one, attachments: [...version.attachments, { file: proof, forJudges: true }] }
  t.match(differencesBetween(twice as never, one as never), [{ field: 'attachments', added: [], removed: [{}] }])
})
