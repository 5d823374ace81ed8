/** Every pair that is kept apart, by machine from the definitions: whoever belongs to the organisation is kept from each command named. */
import t from 'tap'
import type { Apart, Workflow } from '../engine/definition.ts'
import { blankInstance, type Instance } from '../engine/instance.ts'
import { keptApart } from '../engine/permission.ts'
import { workflows } from '../workflows/index.ts'
import { microProject } from '../workflows/micro-project/index.ts'
import { actor, idOf, TODAY } from './support/given.ts'

const OWN = idOf(1)
type Belonging = Extract<Apart<string, string>, { belongsTo: string }>

const pairsOf = (workflow: Workflow): Belonging[] => workflow.apart.filter(pair => 'belongsTo' in pair)

/** However a lifecycle names the organisation that it is about: for the register that is the life itself. */
const about = {
  match: { number: 1, organisation: OWN },
  organisation: OWN,
  applicant: OWN,
  round: OWN,
  entered: { coApplicants: [OWN, OWN, OWN] },
  sheets: [{ proposal: idOf(3), applicants: [OWN] }],
}

/** A life whose organisation is `OWN`. */
const lifeFor = (workflow: Workflow): Instance => ({
  ...blankInstance(workflow, OWN),
  startedOn: TODAY,
  data: { ...(workflow.start as object), ...about },
})

/** On a ballot the sheet says whose proposal it is. */
const asked = (type: string) => ({ type, data: { proposal: idOf(3) } as never })

const people = {
  'holds a post there': actor(idOf(11), [{ role: 'chair', organisation: OWN }]),
  'stands among its people under another id': {
    ...actor(idOf(15)),
    doubles: [idOf(11)],
    heldPosts: actor(idOf(11), [], [{ role: 'chair', organisation: OWN, to: TODAY }]).heldPosts,
  },
  'held one when the project began': actor(idOf(12), [], [{ role: 'member', organisation: OWN, to: TODAY }]),
}

for (const workflow of workflows)
  for (const pair of pairsOf(workflow))
    t.test(`${workflow.name}: ${pair.en}`, async t => {
      const life = lifeFor(workflow)
      const facts = (by: ReturnType<typeof actor>) =>
        ({ id: life.id, data: life.data, consulted: {}, actor: by, now: '', today: TODAY }) as never
      for (const command of pair.mayNot) {
        for (const [who, by] of Object.entries(people))
          t.ok(keptApart(life, by, facts(by), {}, command, asked(command)), `${command}: ${who}`)
        const elsewhere = actor(idOf(13), [{ role: 'chair', organisation: idOf(2) }])
        t.notOk(
          keptApart(life, elsewhere, facts(elsewhere), {}, command, asked(command)),
          `${command}: belongs elsewhere`,
        )
        const before = actor(idOf(14), [], [{ role: 'chair', organisation: OWN, to: '2025-12-31' }])
        t.notOk(
          keptApart(life, before, facts(before), {}, command, asked(command)),
          `${command}: had left before the project began`,
        )
      }
    })

t.test('what the city asks to be kept apart for one’s own organisation is', async t => {
  const kept = new Set(pairsOf(microProject).flatMap(pair => pair.mayNot))
  const wanted = [
    'propose-match',
    'pass-eligibility',
    'fail-eligibility',
    'enter-rank',
    'approve-payment',
    'check-condition',
  ]
  for (const command of [
    ...wanted,
    'visit-site',
    'grade-mid-term',
    'grade-final',
    'accept-project',
    'settle-objection',
  ])
    t.ok(kept.has(command), command)
})
