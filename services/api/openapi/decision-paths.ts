/** The path of a round's decision pack. */
import { decisionPackQuery } from '../decision-pack-route.ts'
import { ID } from './parameters.ts'
import { READ_PROBLEMS } from './problems.ts'
import { queryParameters } from './query-parameters.ts'
import { json, record, text, titled } from './schema-words.ts'

const pack = record({
  format: titled('格式，见 docs/decision-pack.md', 'The format: docs/decision-pack.md.', {
    const: 'gongchuang-decision-1',
  }),
  round: titled('轮次', 'The round.', text),
})

export const decisionPaths: Record<string, object> = {
  '/v1/competition-round/{id}/decision-pack': {
    get: {
      operationId: 'competition-round.decisionPack',
      tags: ['competition-round'],
      summary: '决策包：公示后任何人可据此离线复算 Decision pack: what anybody recomputes the result from, offline',
      description:
        '用 npx gongchuang verify FILE --head FILE 核验。文件中的日志头：每次公示后的第一个、最新的，以及所指定的。 To be verified with npx gongchuang verify FILE --head FILE. The heads in it: the first after each publication, the latest, and those asked for.',
      parameters: [ID, ...queryParameters(decisionPackQuery)],
      responses: { 200: { description: '决策包 The pack, one JSON file.', content: json(pack) }, ...READ_PROBLEMS },
    },
  },
}
