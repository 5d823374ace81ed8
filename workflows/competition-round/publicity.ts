/** 公示: the list is published with its hash, again where it has changed, and once its days are over the awards are decided. */
import { z } from 'zod'
import type { Day } from '../../engine/definition.ts'
import { stage } from '../../engine/workflow.ts'
import { freeText, reason } from '../fields.ts'
import { minutes } from '../micro-project/fields.ts'
import { over } from '../roles.ts'
import { addWorkingDays, unpublished } from '../working-calendar/working-days.ts'
import {
  type CompetitionRound,
  type Consulted,
  lasting,
  lastPublication,
  type Offer,
  packIn,
  type RoundFacts,
  wasPublished,
} from './data.ts'
import { type Award, awards, digest, left, list, nothing, until } from './fields.ts'
import { leftOf, listDigest, listedIn, newAwards, sameList } from './results.ts'

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const where = freeText(200).meta({ zh: '公示位置', en: 'Where', examples: ['社区公示栏和区民政局网站'] })
const number = z
  .int()
  .positive()
  .max(99)
  .meta({ zh: '公示次数', en: 'Number of the list', examples: [1] })

const commands = {
  'open-publicity': z.strictObject({ where }).meta({ zh: '开始公示', en: 'Open publicity' }),
  'publish-again': z.strictObject({ where }).meta({ zh: '重新公示', en: 'Publish again' }),
  'close-publicity': nothing.meta({ zh: '结束公示', en: 'Close publicity' }),
  'let-awards-stand': z.strictObject({ reason, minutes }).meta({ zh: '维持资助决定', en: 'Let the awards stand' }),
}

const published = z.strictObject({
  number,
  where,
  until,
  list,
  digest: digest.meta({ zh: '名单校验值', en: 'Digest of the list' }),
})

const events = {
  PublicityOpened: published.meta({ zh: '公示已开始', en: 'publicity opened' }),
  PublishedAgain: published.meta({ zh: '名单变化，已重新公示', en: 'changed list published again' }),
  ListUpheld: commands['publish-again'].meta({ zh: '名单不变，继续公示', en: 'list unchanged, publicity goes on' }),
  PublicityClosed: nothing.meta({ zh: '公示已结束', en: 'publicity closed' }),
  AwardsDecided: z.strictObject({ awards, left }).meta({ zh: '资助已确定', en: 'awards decided' }),
  AwardsLetStand: commands['let-awards-stand'].meta({ zh: '资助决定已维持', en: 'awards let stand' }),
}

// ── rules' words ────────────────────────────────────────────────────────────────────────────────

/** The last day of publicity that began then, at the place of the round. */
const endsOn = ({ data, consulted }: Pick<RoundFacts, 'data' | 'consulted'>, from: Day): Day =>
  addWorkingDays(consulted.calendar ?? unpublished, data.place, from, packIn(consulted).durations.publicity).day

/** Never sooner than was announced, and later where days were closed meanwhile. */
const isOver = (facts: RoundFacts): boolean => {
  const shown = lastPublication(facts.data)
  return shown !== undefined && facts.today > shown.until && facts.today > endsOn(facts, shown.from)
}

const listChanged = ({ data }: RoundFacts): boolean => {
  const shown = lastPublication(data)
  return shown === undefined || !sameList(shown.list, listedIn(data))
}

const publication = (facts: RoundFacts, command: { data: object }) => {
  const [shown, number] = [listedIn(facts.data), facts.data.publications.length + 1]
  return {
    number,
    where: (command.data as { where: string }).where,
    until: endsOn(facts, facts.today),
    list: shown,
    digest: listDigest(facts.id, number, shown),
  }
}

type Published = z.infer<typeof published>
const shown = (data: CompetitionRound, { where: _, ...given }: Published, from: Day): CompetitionRound => ({
  ...data,
  standing: 'publicity',
  publications: [...data.publications, { ...given, from }],
})

const offerIn = ({ amount, outcome }: Award): Offer | undefined =>
  amount > 0 ? { amount, partial: outcome === 'partial' } : undefined

/** Whom the new list gives the same keeps the offer and the answer; who stands in it no more has none. In one pass: there may be a thousand. */
const decided = (data: CompetitionRound, { awards: given }: { awards: readonly Award[] }): CompetitionRound => {
  const all = data.settled ?? given
  const [changed, stands] = [byProposal(given), byProposal(all)]
  return {
    ...data,
    standing: 'awarded',
    awards: all,
    entries: data.entries.map(entry => {
      const award = changed.get(entry.proposal)
      if (award) return { ...entry, offer: offerIn(award) }
      return stands.has(entry.proposal) ? entry : { ...entry, offer: undefined }
    }),
  }
}

const byProposal = (awards: readonly Award[]): Map<string, Award> => new Map(awards.map(each => [each.proposal, each]))

export const publicity = stage<CompetitionRound, Consulted>()({
  commands,
  events,
  rules: {
    isPublishedFirst: {
      of: 'open-publicity',
      metBy: ['publish-again'],
      zh: '名单已公示过，请重新公示',
      en: 'A list has been published before; publish it again.',
      holds: ({ data }) => !wasPublished(data),
    },
    wasPublishedBefore: {
      of: '*',
      metBy: ['open-publicity'],
      zh: '名单尚未公示过',
      en: 'No list has been published yet.',
      holds: ({ data }) => wasPublished(data),
    },
    listHasChanged: {
      of: 'publish-again',
      zh: '名单有变化的，重新公示',
      en: 'Where the list has changed it is public for all its days again.',
      holds: listChanged,
    },
    listIsTheSame: {
      of: 'publish-again',
      zh: '名单不变的，继续原公示',
      en: 'Where the list is the same its days run on.',
      holds: facts => !listChanged(facts),
    },
    publicityIsOver: {
      of: 'close-publicity',
      zh: '公示期尚未结束',
      en: 'Publicity is not over yet.',
      holds: isOver,
    },
    noObjectionIsOpen: {
      of: 'close-publicity',
      metBy: ['take-up-objection'],
      zh: '尚有异议未处理完毕',
      en: 'An objection is still open.',
      holds: ({ data }) => data.objections.every(({ open }) => !open),
    },
    awardsWereDecided: {
      of: 'let-awards-stand',
      zh: '资助尚未确定过，请公示名单',
      en: 'No award has been decided; publish the list.',
      holds: ({ data }) => data.awards.length > 0,
    },
  },
  records: {
    PublicityOpened: publication,
    PublishedAgain: publication,
    PublicityClosed: () => ({}),
    AwardsDecided: ({ data }) => ({ awards: newAwards(data), left: leftOf(data, data.settled ?? []) }),
  },
  evolve: {
    PublicityOpened: (data, given, { occurredOn }) => shown(data, given, occurredOn),
    PublishedAgain: (data, given, { occurredOn }) => shown(data, given, occurredOn),
    ListUpheld: data => ({ ...data, standing: 'publicity' }),
    PublicityClosed: data => data,
    AwardsDecided: decided,
    AwardsLetStand: data => ({ ...data, standing: 'awarded', settled: data.awards }),
  },
  permits: {
    'open-publicity': over('street', 'bureau'),
    'publish-again': over('street', 'bureau'),
    'close-publicity': [
      ...over('street', 'bureau'),
      { system: 'deadlines' },
      { system: 'close-publicity-when-objection-settled' },
    ],
    'let-awards-stand': over('bureau'),
  },
  deadlines: {
    publicityEnds: {
      zh: '公示期满',
      en: 'publicity ends',
      in: 'publicity',
      after: { workingDays: lasting('publicity'), from: data => lastPublication(data)?.from },
      ladder: [
        { at: { before: 1 }, remind: 'street' },
        { at: 0, act: 'close-publicity' },
        { at: { after: 2 }, escalate: 'bureau' },
      ],
    },
  },
})
