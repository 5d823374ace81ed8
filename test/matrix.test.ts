/** Role × command × place × own and other organisation: every definition against the table that was written by hand. */
import t from 'tap'
import { homesOf, nodeAt } from '../engine/chart.ts'
import { type Actor, type Workflow, waysOf } from '../engine/definition.ts'
import type { Fact } from '../engine/event-codec.ts'
import { type Instance, takeIn } from '../engine/instance.ts'
import { grantedBy, maySee } from '../engine/permission.ts'
import { exampleOf } from '../services/api/openapi/example.ts'
import { workflows } from '../workflows/index.ts'
import { microProject } from '../workflows/micro-project/index.ts'
import { barrier, instanceFor, intakeBarrier } from './matrix/lives.ts'
import { mayOpen, mayRead, maySend, mayTakeIn, notByOnePerson, notForOnesOwn } from './matrix/rules.ts'
import { SEATS } from './matrix/seats.ts'
import { actor, idOf, TODAY } from './support/given.ts'
import { COMMUNITY, FUNDER, ORGANISATION } from './support/micro-project.ts'

const commandsOf = (workflow: Workflow): string[] => Object.keys(workflow.commands)

/** The seats from which the definition lets somebody that the table does not, or the other way round. */
const wrongSeats = (row = '', isLet: (by: Actor) => boolean): string[] =>
  SEATS.filter(({ by, may }) => may(row) !== isLet(by)).map(({ title }) => title)

for (const workflow of workflows)
  t.test(`${workflow.name}: who may`, async t => {
    const rows = maySend[workflow.name] ?? {}
    t.strictSame(commandsOf(workflow).sort(), Object.keys(rows).sort(), 'every command has its row')
    for (const command of commandsOf(workflow)) {
      const instance = instanceFor(workflow, command)
      t.strictSame(
        wrongSeats(rows[command], by => !barrier(instance, by, command)),
        [],
        command,
      )
    }
  })

for (const workflow of workflows)
  t.test(`${workflow.name}: who sees it`, async t => {
    const instance = instanceFor(workflow)
    t.strictSame(
      wrongSeats(mayRead[workflow.name], by => maySee(instance, by)),
      [],
    )
    const rows = mayOpen[workflow.name] ?? {}
    t.strictSame(Object.keys(workflow.opens).sort(), Object.keys(rows).sort(), 'every kind of value has its row')
    for (const [kind, permits] of Object.entries(workflow.opens))
      t.strictSame(
        wrongSeats(rows[kind], by => grantedBy(instance, permits, by) !== undefined),
        [],
        kind,
      )
  })

for (const workflow of workflows)
  t.test(`${workflow.name}: who takes in what others send`, async t => {
    const { commands, by: row } = mayTakeIn[workflow.name] ?? { commands: [], by: '' }
    const instance = instanceFor(workflow)
    for (const command of commandsOf(workflow))
      t.strictSame(
        wrongSeats(commands.includes(command) ? row : '', by => !intakeBarrier(instance, by, command)),
        [],
        command,
      )
  })

// ── kept apart ──────────────────────────────────────────────────────────────────────────────────

/** Every office at once: what stops them is not a permit. */
const OFFICES = [
  { role: 'community', place: COMMUNITY },
  ...['street', 'bureau', 'finance'].map(role => ({ role, place: '420106012' })),
  { role: 'funder', organisation: FUNDER },
]

for (const workflow of workflows)
  t.test(`${workflow.name}: nobody decides about their own organisation`, async t => {
    const chair = actor(idOf(50), [...OFFICES, { role: 'chair', organisation: ORGANISATION }])
    const stopped = commandsOf(workflow).filter(
      command => barrier(instanceFor(workflow, command), chair, command) === 'kept-apart',
    )
    t.strictSame(stopped.sort(), [...(notForOnesOwn[workflow.name] ?? [])].sort())
  })

t.test('one person does not unite two duties of one project', async t => {
  const everybody = actor(idOf(51), OFFICES)
  const somebodyElse = actor(idOf(52), OFFICES)
  for (const { did, never } of notByOnePerson)
    for (const done of did)
      for (const command of never) {
        const instance = instanceFor(microProject)
        record(instance, done, everybody.person)
        t.equal(barrier(instance, everybody, command), 'kept-apart', `${done}, ${command}`)
        t.equal(barrier(instance, somebodyElse, command), undefined, `${done}; ${command} by somebody else`)
      }
})

/** Takes in what a command records, as if it had been sent. */
const record = (instance: Instance, command: string, person: string): void => {
  const { workflow } = instance
  const ways = homesOf(workflow.chart, command).flatMap(home => waysOf(nodeAt(workflow.chart, home)?.on?.[command]))
  for (const type of new Set(ways.flatMap(({ actions }) => actions))) {
    const data = exampleOf(workflow.events[type] as never, { name: '', extent: 'full' })
    const metadata = {
      command: idOf(instance.revision + 1),
      person,
      recordedAt: `${TODAY}T04:00:00.000Z`,
      occurredOn: TODAY,
      state: instance.value,
      due: {},
    }
    const revision = instance.revision + 1
    takeIn(instance, {
      id: '',
      stream: instance.stream,
      position: '',
      revision,
      type,
      data,
      metadata,
    } as unknown as Fact)
  }
}
