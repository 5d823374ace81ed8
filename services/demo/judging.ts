/** The panel is drawn, scores under a chair who has to leave, misses a sheet, is revealed, ties, and loses a judge for one proposal after the reveal. */
import { seedOf } from './call.ts'
import { scoresBy } from './scores.ts'
import type { Stage } from './stage.ts'
import { type Entered, part, type Round, seenBy, tellList } from './told.ts'

export type Panellist = { name: string; person: string; ballot: string }

/** The round as another chairs it, and the day on which the list is published. */
export const judging = async (stage: Stage, begun: Round, day: number): Promise<{ round: Round; day: number }> => {
  await stage.until(day + 1)
  const panel = await drawn(stage, begun)
  await stage.until(day + 2)
  for (const member of panel) await scored(stage, begun, member)
  await stage.until(day + 5)
  const round = await underAnother(stage, begun)
  await revealed(stage, round)
  await voted(stage, round)
  await recused(stage, round, panel)
  await stage.send(round.cast.panelChair, `${round.at}/settle-ranking`)
  await stage.until(day + 6)
  await published(stage, round)
  await stage.settled()
  await tellList(stage, round)
  return { round, day: day + 6 }
}

/** Who chairs cannot go on; the bureau names somebody else, who sees from then on what a chair sees. */
export const underAnother = async (stage: Stage, round: Round): Promise<Round> => {
  const { at, cast } = round
  await stage.send(cast.organiser, `${at}/replace-chair`, {
    chair: cast.deputy,
    reason: '评审组长因公外出，不能继续主持评审',
  })
  await stage.settled()
  stage.say(
    '评审组长不能继续主持，民政局指定他人接任；评分册、申报书改由新任组长查看',
    'who chairs cannot go on, and the bureau names another, who sees the ballots and proposals from now on',
  )
  return { ...round, cast: { ...cast, panelChair: cast.deputy } }
}

export const published = ({ send }: Stage, { at, cast }: Round) =>
  send(cast.organiser, `${at}/open-publicity`, { where: '区民政局网站和各社区公示栏' })

export const drawn = async (stage: Stage, round: Round): Promise<Panellist[]> => {
  const { at, cast } = round
  await revealSeeds(stage, round)
  await stage.send(cast.observer, `${at}/draw-panel`)
  await stage.send(cast.panelChair, `${at}/open-judging`)
  await stage.settled()
  const { data } = await seenBy(stage, cast.panelChair, round)
  const conflicts = new Set(data.matrix?.flatMap(({ mayNot }) => mayNot)).size
  stage.say(
    `两方种子公开，抽出评委 ${data.panel.map(({ name }) => name).join('、')}；回避表涉及申报书 ${conflicts} 份`,
    `both seeds are revealed and ${data.panel.length} judges drawn; conflicts keep them from ${conflicts} proposals in the matrix`,
  )
  return data.panel.map(({ name, person, ballot = '' }) => ({ name, person, ballot }))
}

export type Paper = { data: { sheets: { proposal: string }[] } }

/** The last of the panel says before seeing anything that they are tied to an applicant. */
const scored = async (stage: Stage, round: Round, { name, person, ballot }: Panellist): Promise<void> => {
  const path = `/v1/ballot/${ballot}`
  const tied = name === (await lastOf(stage, round)) ? [round.proposals[11]?.applicant.organisation] : []
  await stage.send(person, `${path}/declare-conflicts`, { organisations: tied, none: tied.length === 0 })
  await stage.settled()
  const { data } = await stage.read<Paper>(person, path)
  for (const { proposal } of data.sheets) {
    const number = round.proposals.findIndex(({ id }) => id === proposal)
    if (number === part.missing && name === (await firstOf(stage, round))) continue
    await stage.send(person, `${path}/submit-sheet`, sheetBy(round, name, proposal))
  }
}

export const sheetBy = ({ rules, proposals }: Pick<Round, 'rules' | 'proposals'>, name: string, proposal: string) => ({
  proposal,
  scores: scoresBy(
    rules,
    part,
    name,
    proposals.findIndex(({ id }) => id === proposal),
  ),
  comments: { overall: '材料齐全，安排可行。' },
})

const panelOf = async (stage: Stage, round: Round) => (await seenBy(stage, round.cast.panelChair, round)).data.panel
const firstOf = async (stage: Stage, round: Round) => (await panelOf(stage, round))[0]?.name
const lastOf = async (stage: Stage, round: Round) => (await panelOf(stage, round)).at(-1)?.name

/** A missing sheet is never a number: it blocks until somebody decides. */
export const revealed = async (stage: Stage, { at, cast, proposals }: Round): Promise<void> => {
  await stage.send(cast.panelChair, `${at}/close-judging`)
  await stage.settled()
  const [why] = await stage.refused(cast.panelChair, `${at}/reveal-sheets`)
  const { data } = await stage.read<{ data: { missing: { name: string; proposal: string }[] } }>(cast.panelChair, at)
  for (const { name, proposal } of data.missing)
    await stage.send(cast.panelChair, `${at}/void-missing`, {
      name,
      proposal,
      reason: '评委因病未能评完，其余评分已足法定份数',
    })
  await stage.send(cast.panelChair, `${at}/reveal-sheets`)
  await stage.settled()
  stage.say(
    `启封受阻：${why} 缺评 ${data.missing.length} 份经说明理由认定无效，${proposals.length} 份申报书的评分同时启封`,
    `the reveal was blocked by ${data.missing.length} missing sheet, which the chair declared void with a reason; all are revealed at once`,
  )
}

const voted = async (stage: Stage, round: Round): Promise<void> => {
  const { at, cast, minutes } = round
  const { data } = await seenBy(stage, cast.panelChair, round)
  const byNeed = data.tally?.results.find(({ proposal }) => proposal === round.proposals[part.byNeed[0]]?.id)
  for (const order of data.tally?.openTies ?? []) {
    await stage.send(cast.panelChair, `${at}/record-vote`, {
      order,
      votes: { for: 5, against: 2, abstained: 0 },
      minutes,
    })
    // Each vote is counted before the next can be recorded.
    await stage.settled()
  }
  stage.say(
    `同分两处：一处由“${byNeed?.decidedBy ?? ''}”项分出先后，${data.tally?.openTies.length ?? 0} 处经评审会表决`,
    `two ties: one settled by “${byNeed?.decidedBy ?? ''}”, ${data.tally?.openTies.length ?? 0} by a recorded vote`,
  )
}

/** A conflict that is found after the reveal voids the sheet; what that changed is told. */
const recused = async (stage: Stage, round: Round, panel: readonly Panellist[]): Promise<void> => {
  const [, judge] = panel as [Panellist, Panellist]
  const proposal = (round.proposals[part.recused] as Entered).id
  await recuse(stage, judge, proposal)
  await stage.settled()
  const { data } = await seenBy(stage, round.cast.panelChair, round)
  const moved = data.tally?.changes.ranks.length ?? 0
  stage.say(
    `评委 ${judge.name} 启封后回避一份申报书：该评分作废并重新计票，${moved} 个名次变化`,
    `judge ${judge.name} withdraws from a proposal after the reveal: the sheet is void, it is counted again, ${moved} ranks move`,
  )
}

export const recuse = ({ send }: Stage, { person, ballot }: Panellist, proposal: string) =>
  send(person, `/v1/ballot/${ballot}/recuse`, { proposal, reason: '启封后方知亲属在该组织任职' })

const revealSeeds = async (stage: Stage, { at, cast }: Round): Promise<void> => {
  for (const [by, party] of [
    [cast.organiser, 'organiser'],
    [cast.observer, 'observer'],
  ] as const)
    await stage.send(by, `${at}/reveal-seed`, { seed: seedOf(party) })
}
