/** The rules are published, both parties commit to their seeds, the call opens, and proposals come in. */
import { readFile } from 'node:fs/promises'
import { commitmentOf } from '../../workflows/judging/draw.ts'
import { digestOf } from '../../workflows/judging/list.ts'
import { type RoundPack, roundPack } from '../../workflows/round-pack/pack.ts'
import { type Applicant, type Cast, DISTRICT } from './cast.ts'
import type { Stage } from './stage.ts'
import { type Entered, part, type Round } from './told.ts'

/** The day on which the call opens: by then the applicants have been on the register as long as the rules ask. */
export const CALL = 95

// ── rules and call ──────────────────────────────────────────────────────────────────────────────

type Rules = { pack: string; rules: RoundPack }

/** The district's sample pack, with a panel of seven. */
const rulesOfDemo = async (): Promise<RoundPack> => {
  const file = new URL('../../samples/wuchang/round-packs/district.json', import.meta.url)
  const district = roundPack.parse(JSON.parse(await readFile(file, 'utf8')))
  return { ...district, panel: { ...district.panel, size: 7, reserves: 3 } }
}

export const publishRules = async (stage: Stage, { organiser, checker }: Cast): Promise<Rules> => {
  const rules = await rulesOfDemo()
  await stage.until(CALL - 5)
  const { id } = await stage.send(organiser, '/v1/round-pack', { place: DISTRICT, pack: rules })
  await stage.send(checker, `/v1/round-pack/${id}/check-pack`, { digest: digestOf(rules) })
  await stage.send(organiser, `/v1/round-pack/${id}/publish-pack`, { basis: '区民政局局务会' })
  stage.say(
    `规则包已发布，校验值 ${digestOf(rules).slice(0, 12)}…`,
    `rule pack published, digest ${digestOf(rules).slice(0, 12)}…`,
  )
  return { pack: id, rules }
}

/** Any line will do that is long enough. */
export const seedOf = (party: string): string => `seed-of-the-${party}-in-the-demonstration`

export const openCall = async (stage: Stage, cast: Cast, { pack, rules }: Rules, proposals: number) => {
  await stage.until(CALL)
  const { id } = await stage.send(cast.organiser, '/v1/competition-round', {
    title: '武昌区公益创投示范轮',
    place: DISTRICT,
    pack,
    fund: fundFor(proposals),
    source: 'welfare-lottery',
    chair: cast.panelChair,
    observer: cast.observer,
    closesOn: stage.day(CALL + 20),
  })
  const at = `/v1/competition-round/${id}`
  for (const [by, party] of [
    [cast.organiser, 'organiser'],
    [cast.observer, 'observer'],
  ] as const)
    await stage.send(by, `${at}/commit-seed`, { commitment: commitmentOf(party, seedOf(party)) })
  await stage.send(cast.organiser, `${at}/open-round`)
  stage.say(
    '两方种子已承诺，征集开始，截止日 '.concat(stage.day(CALL + 20)),
    `both parties have committed to their seeds; the call is open until ${stage.day(CALL + 20)}`,
  )
  const minutes = await stage.teller.upload(cast.organiser, '会议纪要.pdf', await paper())
  return { id, at, rules, minutes: { name: '会议纪要.pdf', sha256: minutes.sha256 } }
}

const paper = () => readFile(new URL('../../samples/wuchang/files/minutes.pdf', import.meta.url))

const YUAN = 100
/** For about a quarter of them, with something left over for one in part. */
const fundFor = (proposals: number): number => Math.ceil(proposals / 4) * 24_000 * YUAN + 9_000 * YUAN

// ── applications ────────────────────────────────────────────────────────────────────────────────

/** Three thousands, of which a third is a whole number too; those that are to tie to the last ask for the same. */
const requestOf = (number: number): number => {
  const like = number === part.byVote[1] ? part.byVote[0] : number
  return (15 + 3 * ((like * 5) % 8)) * 1_000 * YUAN
}

const budgetOf = (requested: number) => {
  const ownShare = requested / 3
  const total = requested + ownShare
  const lines = [
    { item: '活动物料', class: 'materials', amount: total / 2 },
    { item: '场地租用', class: 'venue', amount: total / 4 + total / 8 },
    { item: '志愿者补贴', class: 'volunteers', amount: total / 8 },
  ]
  return { lines, requested, ownShare, matching: [], attachments: [] }
}

const ACTIVITIES = [
  {
    title: '独居老人敲门探访',
    activity: '志愿者每周两次上门',
    summary: '为独居高龄老人建立联络卡，遇异常及时转告家属和社区。',
  },
  { title: '周末亲子课堂', activity: '周六上午开课', summary: '由退休教师讲授手工、诵读和科学小实验，家长轮流助教。' },
  { title: '慢病自我管理', activity: '每月小组学习', summary: '教居民记录血压血糖，学做少油少盐的家常菜。' },
  { title: '楼栋议事厅', activity: '双周晚间议事', summary: '就停车、晾晒、养宠等事务商定楼栋公约并公示执行情况。' },
  { title: '青少年心理陪伴', activity: '一对一陪伴', summary: '社工评估后结对陪伴，按需转介专业机构，保护隐私。' },
  { title: '背街小巷美化', activity: '节假日集中清理', summary: '清除乱贴乱画，补种花木，由居民认领养护。' },
] as const

/** The first applicant asks a second time for much the same: somebody will have to look. */
const about = (number: number, resembling: boolean) => {
  const each = ACTIVITIES[resembling ? 0 : number % ACTIVITIES.length] as (typeof ACTIVITIES)[number]
  return { title: each.title, what: { summary: each.summary, activities: [each.activity] } }
}

/** Each applies once, then from the first on again; the late one comes last. */
export const applications = async (
  stage: Stage,
  round: Omit<Round, 'proposals'>,
  applicants: readonly Applicant[],
  proposals: number,
): Promise<Round> => {
  const late = applicants.at(-1) as Applicant
  const usual = applicants.slice(0, -1)
  const entered: Entered[] = []
  for (let number = 0; number < proposals; number++) {
    await stage.until(CALL + 1 + Math.floor((number * 18) / proposals), 9 + (number % 8))
    const applicant = number === proposals - 1 ? late : (usual[number % usual.length] as Applicant)
    const beside = number === part.together ? [usual[(number + 1) % usual.length] as Applicant] : []
    entered.push(await applied(stage, round.id, { applicant, beside }, number, number === usual.length))
  }
  await stage.settled()
  stage.say(`收到申报书 ${entered.length} 份`, `${entered.length} proposals handed in`)
  return { ...round, proposals: entered }
}

type Applying = { applicant: Applicant; beside: readonly Applicant[] }

/** Whoever applies together with somebody agrees first. */
const applied = async (
  stage: Stage,
  round: string,
  applying: Applying,
  number: number,
  resembling: boolean,
): Promise<Entered> => {
  const entered = await written(stage, round, applying, number, resembling)
  await handedIn(stage, entered)
  return entered
}

export const handedIn = (stage: Pick<Stage, 'send'>, { id, applicant }: Entered) =>
  stage.send(applicant.chair, `/v1/proposal/${id}/submit-version`, { version: 1 })

/** Drafted, and not handed in yet. */
export const written = async (
  stage: Stage,
  round: string,
  { applicant, beside }: Applying,
  number: number,
  resembling = false,
): Promise<Entered> => {
  const { organisation, chair, field, place } = applicant
  const coApplicants = beside.map(each => each.organisation)
  const { title, what } = about(number, resembling)
  const { id } = await stage.send(chair, '/v1/proposal', { round, organisation, title, field, place })
  const requested = requestOf(number)
  await stage.send(chair, `/v1/proposal/${id}/write-version`, { ...what, ...budgetOf(requested), coApplicants })
  for (const each of beside) await stage.send(each.chair, `/v1/proposal/${id}/agree-to-apply`)
  return { id, applicant, requested }
}
