/**
 * 正在征集的创投轮次: on the last day a street opens a round, so that whoever starts the sample finds one to look at and to
 * apply in. One proposal is handed in, another is being written.
 */
import { addDays } from '../../engine/clock.ts'
import { commitmentOf } from '../../workflows/judging/draw.ts'
import { type Cast, idOf, playing } from './cast.ts'
import type { Storyteller } from './storyteller.ts'

/** 水果湖街道 */
const STREET = '420106012'
/** Days from the first to the last, as the street's pack has it: from 20 to 30. */
const CALL_DAYS = 25

/** Everybody knows them: a round that counts is not opened under a seed that stands in a file. */
const SEEDS = { organiser: 'shui-guo-hu-sample-organiser', observer: 'shui-guo-hu-sample-observer' }

export const openRound = async (teller: Storyteller, cast: Cast, pack: string): Promise<void> => {
  const today = await teller.at(0)
  const street = playing(cast, 'street', { place: STREET })
  const [chair, observer] = [seated(cast, 'community', '420106012020'), seated(cast, 'resident', '420106012021')]
  const drafted = {
    title: '水果湖街道公益微创投（示例）',
    place: STREET,
    pack,
    fund: 6_000_000,
    source: 'government-purchase',
    chair,
    observer,
    closesOn: addDays(today, CALL_DAYS),
  }
  const { id: round } = await teller.tell(street, '/v1/competition-round', drafted, 'story-round')
  const path = `/v1/competition-round/${round}`
  for (const [party, by] of [
    ['organiser', street],
    ['observer', observer],
  ] as const)
    await teller.tell(
      by,
      `${path}/commit-seed`,
      { commitment: commitmentOf(party, SEEDS[party]) },
      `story-round-${party}`,
    )
  await teller.tell(street, `${path}/open-round`, {}, 'story-round-open')
  for (const proposal of proposals) await apply(teller, cast, round, proposal)
}

const seated = ({ seats }: Cast, role: string, place: string): string => {
  const seat = seats.find(each => each.role === role && each.place === place)
  if (!seat) throw new Error(`nobody in the sample is ${role} at ${place}`)
  return seat.person
}

type Applying = { key: string; organisation: string; about: object; version: object; handedIn: boolean }

const proposals: readonly Applying[] = [
  {
    key: 'patrol',
    organisation: '东亭红袖邻里守望队',
    about: { title: '东亭夜间平安巡逻', field: 'safety-patrol', place: '420106012021' },
    version: {
      summary: '居民志愿者每晚两班巡逻楼栋和背街，登记飞线充电、楼道堆物等隐患，当周报社区处理并公示。',
      activities: ['每晚两班巡逻', '每月一次隐患公示'],
      lines: [
        { item: '反光背心、手电和对讲机', class: 'materials', amount: 600_000 },
        { item: '夜班误餐补贴', class: 'volunteers', amount: 140_000 },
        { item: '公示栏和告知单', class: 'publicity', amount: 60_000 },
      ],
      requested: 800_000,
    },
    handedIn: true,
  },
  {
    key: 'lectures',
    organisation: '武昌区晴岚为老服务中心',
    about: { title: '独居老人健康讲堂', field: 'health-care', place: '420106012021' },
    version: {
      summary: '每两周为独居老人办一次健康讲堂，讲用药、防跌倒和急救，课后逐户回访。',
      activities: ['每两周一次讲堂', '课后逐户回访'],
      lines: [
        { item: '活动室场租', class: 'venue', amount: 200_000 },
        { item: '教具和急救包', class: 'materials', amount: 300_000 },
        { item: '医师讲课费', class: 'experts', amount: 100_000 },
      ],
      requested: 600_000,
    },
    handedIn: false,
  },
]

const apply = async (teller: Storyteller, cast: Cast, round: string, applying: Applying): Promise<void> => {
  const { organisation, about, version, handedIn } = applying
  const key = `story-round-${applying.key}`
  const chair = playing(cast, 'chair', { place: STREET, organisation })
  const draft = { round, organisation: idOf(cast.organisations, organisation), ...about }
  const { id } = await teller.tell(chair, '/v1/proposal', draft, key)
  const path = `/v1/proposal/${id}`
  const written = { ...version, ownShare: 0, matching: [], coApplicants: [], attachments: [] }
  await teller.tell(chair, `${path}/write-version`, written, `${key}-written`)
  if (handedIn) await teller.tell(chair, `${path}/submit-version`, { version: 1 }, `${key}-handed-in`)
}
