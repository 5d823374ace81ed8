/** Many projects over a year: each lives what one of the sample lives, under a name of its own, on days of its own. */
import type { Draft } from '../../services/lists/lists.ts'
import { type Life, lives } from '../../services/sample/lives.ts'
import type { Step } from '../../services/sample/step.ts'
import type { Chance } from './chance.ts'

export type Drawn = { life: Life; draft: Draft }

export const drawLives = (chance: Chance, count: number, days: number, needs: readonly Draft[]): Drawn[] =>
  Array.from({ length: count }, (_, index) => drawLife(chance, `第${index + 1}期`, days, needs))

/** Who is merged needs another life to be merged into. */
const models = lives.filter(({ story }) => !story.flat().some(step => 'command' in step && step.command === 'merge'))

const drawLife = (chance: Chance, name: string, days: number, needs: readonly Draft[]): Drawn => {
  const model = chance.oneOf(models)
  const steps = model.story.flat().map(step => ({ ...step, after: step.after + delay(chance, step) }))
  const need = `${model.need}${name}`
  const takes = steps.reduce((sum, { after }) => sum + after, 0)
  const begins = days - 1 - chance.number(days - 1)
  return { life: { ...model, need, story: [steps], ago: begins - takes }, draft: renamed(draftOf(model, needs), need) }
}

/** Most are in time; some take a few days longer, and now and then somebody forgets it altogether for a while. */
const delay = (chance: Chance, step: Step): number => {
  if (!('command' in step)) return 0
  if (chance.oneIn(40)) return 20 + chance.number(40)
  return chance.oneIn(4) ? 1 + chance.number(5) : 0
}

const draftOf = ({ need }: Life, needs: readonly Draft[]): Draft => {
  const draft = needs.find(({ body }) => body.title === need)
  if (!draft) throw new Error(`'${need}' is on no list`)
  return draft
}

/** Another need than the one on the list, so that it is another life. */
const renamed = (draft: Draft, title: string): Draft => ({
  ...draft,
  key: `${draft.key} ${title}`.replaceAll(/[^\x21-\x7e]/g, character => character.charCodeAt(0).toString(16)),
  body: { ...draft.body, title },
  followedBy: draft.followedBy.map(step => ({
    ...step,
    key: `${step.key} ${title}`.replaceAll(/[^\x21-\x7e]/g, character => character.charCodeAt(0).toString(16)),
  })),
})
