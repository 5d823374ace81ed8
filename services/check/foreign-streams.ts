/** Every stream is a life of a known workflow, or a claim: what nobody's commands could have written does not lie unseen. */
import { CLAIM } from '../../engine/claim.ts'
import type { Workflow } from '../../engine/definition.ts'
import { isId } from '../../engine/event-codec.ts'
import { eventAt, type LogCheck } from './check.ts'

export const foreignStreams: LogCheck = {
  zh: '外来事件流',
  en: 'foreign streams',
  begin: ({ workflows }) => {
    const ours = belongsTo(workflows)
    return {
      see: event =>
        event.revision > 0 || ours(event.stream)
          ? undefined
          : { at: eventAt(event), zh: '不属于任何已知流程', en: 'belongs to no known workflow' },
    }
  },
}

const belongsTo = (workflows: readonly Workflow[]): ((stream: string) => boolean) => {
  const categories = new Set([CLAIM, ...workflows.map(({ category }) => category)])
  return stream => {
    const hyphen = stream.indexOf('-')
    return categories.has(stream.slice(0, hyphen)) && isId(stream.slice(hyphen + 1))
  }
}
