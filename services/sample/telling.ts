/** Tells lives in the order of their days: what happens at one hour in several projects is told side by side. */
import { addDays } from '../../engine/clock.ts'
import type { Draft } from '../lists/lists.ts'
import { sendList } from '../lists/send-list.ts'
import { type Around, type Cast, idGiven, idOf, playing } from './cast.ts'
import type { Life } from './lives.ts'
import { type Papers, paper } from './papers.ts'
import type { Scene, Step } from './step.ts'
import type { Storyteller } from './storyteller.ts'

/** A life with its need's line; `begins` days before the last. */
type Project = {
  life: Life
  draft: Draft
  papers: Papers
  steps: Step[]
  begins: number
  around: Around
  /** The revision of what was told last. */
  last: number
}
export type Moment = { daysBefore: number; hour: number; tell(): Promise<void> }

/** The projects told so far, by their needs. */
type Ids = Map<string, string>

const OPENS = 9
const OFFICE_HOURS = 8

export const tellLives = async (
  teller: Storyteller,
  cast: Cast,
  { needs, papers }: { needs: readonly Draft[]; papers: Papers },
  lives: readonly Life[],
): Promise<void> => {
  const ids: Ids = new Map()
  const projects = lives.map(life => projectOf(life, needs, papers))
  for (const moments of inOrder(projects.flatMap(project => momentsOf(project, teller, cast, ids)))) {
    const [{ daysBefore, hour }] = moments
    await teller.at(daysBefore, hour)
    await Promise.all(moments.map(({ tell }) => tell()))
  }
}

export const projectOf = (life: Life, needs: readonly Draft[], papers: Papers): Project => {
  const draft = needs.find(({ body }) => body.title === life.need)
  if (!draft) throw new Error(`the sample tells of '${life.need}', which is on no list`)
  const steps = life.story.flat()
  return {
    life,
    draft,
    papers,
    steps,
    begins: life.ago + steps.reduce((days, { after }) => days + after, 0),
    around: { place: String(draft.body.place), organisation: life.organisation, funder: life.grant?.funder },
    // Drafted and posted.
    last: 1,
  }
}

export const momentsOf = (project: Project, teller: Storyteller, cast: Cast, ids: Ids): Moment[] => {
  const tell = (number: number, step: Step, daysBefore: number) => async () => {
    if (!('command' in step)) return
    const { life, draft, around } = project
    const person = playing(cast, step.by, around)
    const path = `/v1/micro-project/${idOf(ids, life.need)}/${step.command}`
    const scene = sceneOf(project, cast, ids, addDays(teller.lastDay, -daysBefore))
    const body = { ...step.body(scene), ...(step.of && { onBehalf: handedIn(scene, playing(cast, step.of, around)) }) }
    const { revision } = await teller.tell(person, path, body, `story-${draft.key}-${number}-${step.command}`)
    project.last = revision
  }
  let moment: Moment = { daysBefore: project.begins, hour: OPENS, tell: () => post(project, teller, cast, ids) }
  return [
    moment,
    ...project.steps.map((step, index) => {
      const daysBefore = moment.daysBefore - step.after
      moment = { daysBefore, hour: hourAfter(moment, step, index + 1), tell: tell(index + 1, step, daysBefore) }
      return moment
    }),
  ]
}

/** What somebody wrote on paper the day before. */
const handedIn = (scene: Scene, person: string) => ({
  person,
  channel: 'paper',
  on: scene.day(-1),
  document: paper(scene, '书面意见'),
})

/** Later on the same day, or at an office hour of another. */
const hourAfter = ({ hour }: Moment, { after }: Step, number: number): number =>
  after === 0 ? hour + 1 : OPENS + (number % OFFICE_HOURS)

/** The need is posted as an office does it, as a line of its list. */
const post = async ({ life, draft, around }: Project, teller: Storyteller, cast: Cast, ids: Ids): Promise<void> => {
  const [sent] = await sendList([draft], teller.as(playing(cast, 'community', around)))
  ids.set(life.need, idGiven(sent))
}

export const inOrder = <M extends Moment>(moments: readonly M[]): [M, ...M[]][] => {
  const groups = Map.groupBy(moments, ({ daysBefore, hour }) => -daysBefore * 24 + hour)
  return [...groups].sort(([one], [other]) => one - other).map(([, group]) => group as [M, ...M[]])
}

// ── what a step may speak of ────────────────────────────────────────────────────────────────────

const sceneOf = ({ life, draft, papers, last }: Project, cast: Cast, ids: Ids, today: string): Scene => {
  const award = life.award ? life.award * 100 : Number(draft.body.budget)
  const own = (life.own ?? 0) * 100
  return {
    title: life.need,
    last,
    need: draft.body,
    day: (ahead = 0) => addDays(today, ahead),
    ...(life.organisation && { organisation: idOf(cast.organisations, life.organisation) }),
    ...(life.resource && { resource: idOf(cast.resources, life.resource) }),
    ...(life.grant && { grant: { ...life.grant, funder: idOf(cast.organisations, life.grant.funder) } }),
    award,
    own,
    lines: linesOf(award + own),
    tranches: parts(award, life.tranches ?? [100]),
    papers,
    project: need => idOf(ids, need),
  }
}

const linesOf = (total: number) => {
  const [people = 0, goods = 0, rest = 0] = parts(total, [60, 30, 10])
  return [
    { item: '服务人员补贴', amount: people },
    { item: '物资和场地', amount: goods },
    { item: '宣传和保险', amount: rest },
  ]
}

/** Whole fen; the last part takes what rounding leaves. */
const parts = (total: number, hundredths: readonly number[]): number[] => {
  const rounded = hundredths.slice(0, -1).map(each => Math.round((total * each) / 100))
  return [...rounded, total - rounded.reduce((sum, each) => sum + each, 0)]
}
