/** 创投规则包: drafted by one person, checked by another, published; the city's waits for somebody to check it. */
import { readFile } from 'node:fs/promises'
import { digestOf } from '../../workflows/judging/list.ts'
import { type Cast, playing } from './cast.ts'
import type { Storyteller } from './storyteller.ts'

/** 水果湖街道 */
const STREET = '420106012'
/** 武昌区 */
const DISTRICT = '420106'
/** 武汉市 */
const CITY = '4201'

/** Gives the street's, as the life that it is. */
export const publishPacks = async (teller: Storyteller, { seats }: Cast, founder: string): Promise<string> => {
  const bureau = playing({ seats }, 'bureau', { place: DISTRICT })
  const street = playing({ seats }, 'street', { place: STREET })
  const [, second = bureau] = seats
    .filter(({ role, place }) => role === 'bureau' && place === DISTRICT)
    .map(({ person }) => person)
  await draft(teller, { level: 'city', place: CITY, by: founder })
  await publish(teller, { level: 'district', place: DISTRICT, by: bureau }, second)
  return publish(teller, { level: 'street', place: STREET, by: street }, bureau)
}

type Drafted = { level: string; place: string; by: string }

const draft = async (teller: Storyteller, { level, place, by }: Drafted) => {
  const file = new URL(`../../samples/wuchang/round-packs/${level}.json`, import.meta.url)
  const pack: unknown = JSON.parse(await readFile(file, 'utf8'))
  const { id } = await teller.tell(by, '/v1/round-pack', { place, pack }, `story-pack-${level}`)
  return { id, path: `/v1/round-pack/${id}`, digest: digestOf(pack) }
}

const publish = async (teller: Storyteller, drafted: Drafted, checker: string): Promise<string> => {
  const { id, path, digest } = await draft(teller, drafted)
  await teller.tell(checker, `${path}/check-pack`, { digest }, `story-pack-${drafted.level}-checked`)
  const basis = '公益创投年度工作方案（示例）'
  await teller.tell(drafted.by, `${path}/publish-pack`, { basis }, `story-pack-${drafted.level}-published`)
  return id
}
