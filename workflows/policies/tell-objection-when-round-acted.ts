/** 轮次处理后告知异议: what the round made of an objection that was upheld, so that the filer can be answered. */
import { type Cause, policy } from '../../engine/policy.ts'

type Objected = { objections: readonly { objection: string }[] }
type Outcome = 'published-again' | 'list-upheld'

const tell =
  (outcome: Outcome) =>
  ({ after }: Cause<Objected, object>) =>
    after.objections.map(({ objection }) => ({
      workflow: 'objection',
      id: objection,
      command: 'note-round-acted',
      input: { outcome },
    }))

export const tellObjectionWhenRoundActed = policy<{
  'competition-round': { data: Objected; events: { PublishedAgain: object; ListUpheld: object } }
}>()({
  name: 'tell-objection-when-round-acted',
  title: { zh: '轮次处理后告知异议', en: 'Tell the objection when the round has acted' },
  about: {
    zh: '轮次因异议重新公示或维持名单后，在等待结果的异议上记录，以便答复异议人。',
    en: 'When a round has published its list again, or upheld it, the objections that wait for that are told, and their filers can be answered.',
  },
  sends: { objection: ['note-round-acted'] },
  // Of all objections to this round most are answered already, or not decided yet.
  otherwise: () => ({ notNeeded: { zh: '该异议并未等待轮次处理', en: 'the objection does not wait for the round' } }),
  when: { 'competition-round': { PublishedAgain: tell('published-again'), ListUpheld: tell('list-upheld') } },
})
