/** The generated documents say what the definitions say, are valid where a machine reads them, and stale ones are named. */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { nodesOf } from '../engine/chart.ts'
import type { Workflow } from '../engine/definition.ts'
import { readModels } from '../projections/index.ts'
import { diagram } from '../scripts/generated/diagram.ts'
import { differing, documentsOf, write } from '../scripts/generated/documents.ts'
import { workflows } from '../workflows/index.ts'
import { grant } from './grant-fixture.ts'
import { errand, shelf, takeWhenOrdered } from './support/errands.ts'

const documents = documentsOf([grant], readModels)

t.test('comparing', async t => {
  t.test('names every document of an empty folder', async t =>
    t.same(await differing(t.testdir(), documents), [...documents.keys()]),
  )
  t.test('is content with what was written', async t => {
    const folder = t.testdir()
    await write(folder, documents)
    t.same(await differing(folder, documents), [])
  })
  t.test('names what was changed, taken away, or has no definition', async t => {
    const folder = t.testdir()
    await write(folder, documents)
    await writeFile(join(folder, 'commands.md'), 'changed')
    await rm(join(folder, 'openapi.json'))
    await writeFile(join(folder, 'diagrams/gone.md'), 'of a workflow that is gone')
    t.same(await differing(folder, documents), ['openapi.json', 'commands.md', 'diagrams/gone.md'])
  })
  t.test('writing takes away the diagram of a workflow that is gone, and nothing else', async t => {
    const folder = t.testdir({ diagrams: { 'gone.md': '' }, 'by-hand.md': 'kept' })
    await write(folder, documents)
    t.same(await differing(folder, documents), [])
    t.equal(await readFile(join(folder, 'by-hand.md'), 'utf8'), 'kept')
  })
  t.test('is the same every time', async t => t.same(documentsOf([grant], readModels), documents))
})

// ── diagrams ────────────────────────────────────────────────────────────────────────────────────

const STATE = /^state "[^"\n]+" as (\w+)( \{)?$/
const ARROW = /^(\[\*\]|\w+) --> (\[\*\]|\w+)( : [^:;#%{}"\n]+)?$/

/** Every line is one that Mermaid knows, blocks close, ids stand once, arrows end at what is declared. */
const wellFormed = (t: Test, workflow: Workflow): void => {
  const [head, ...lines] = diagram(workflow).split('\n')
  t.equal(head, 'stateDiagram-v2')
  const kinds = lines.map(line => line.trim()).filter(line => line !== '}' && line !== '--')
  for (const line of kinds) t.ok(STATE.test(line) || ARROW.test(line), line)
  const ids = kinds.flatMap(line => STATE.exec(line)?.[1] ?? [])
  t.equal(new Set(ids).size, ids.length, 'ids stand once')
  t.equal(ids.length, nodesOf(workflow.chart).length, 'every state is declared')
  const ends = kinds.flatMap(line => ARROW.exec(line)?.slice(1, 3) ?? []).filter(end => end !== '[*]')
  for (const end of ends) t.ok(ids.includes(end), `${end} is declared`)
  t.equal(lines.filter(line => line.endsWith('{')).length, lines.filter(line => line.trim() === '}').length)
}

t.test('the diagram', async t => {
  for (const workflow of [...workflows, grant])
    t.test(`of ${workflow.name} is well-formed`, async t => wellFormed(t, workflow))

  t.test('nests regions side by side', async t => {
    const text = diagram(grant)
    t.match(text, /state "进行 running" as at_running \{\n +state "资金 money" as at_running__money \{/)
    t.match(text, /\n {4}--\n {4}state "工作 work"/)
  })
  t.test('labels a transition with its command and rules', async t =>
    t.match(
      diagram(grant),
      'at_running__money__due --> at_running__money__paid_up : 拨付 pay<br/>[notSuspended, restPaid]',
    ),
  )
  t.test('writes signs that Mermaid would read as its own in full width', async t =>
    t.match(diagram(grant), 'at_drafting --> at_running : 申请： ”创投” submit'),
  )
  t.test('leaves what it cannot draw to a table below', async t => {
    t.notMatch(diagram(grant), 'restart')
    t.match(documents.get('diagrams/creative-grant.md'), '| 工作<br>work | 重做<br>Start over<br>`restart` | 实施')
  })
})

// ── tables ──────────────────────────────────────────────────────────────────────────────────────

t.test('the policies', async t => {
  const text = documentsOf([shelf, errand], [], [takeWhenOrdered]).get('policies.md')
  for (const row of [
    'w1 -->|take-from-shelf-when-ordered| w0',
    '差事：已下单<br>`errand.Ordered`',
    '架子：取走<br>`shelf.take`<br>差事：得知不成<br>`errand.hear-no`',
  ])
    t.match(text, row)
})

t.test('the permissions', async t => {
  const text = documents.get('permissions.md')
  for (const row of [
    '| 拨付<br>Pay<br>`pay` | 财务<br>finance | 辖区覆盖所在地点<br>whose place covers its place |',
    '|  | 系统：supervision<br>system: supervision | 不限<br>anywhere |',
    "| 办理过“已申请”的人员<br>who recorded 'submitted' | 拨付<br>Pay<br>`pay` | 申请人不得拨付",
    '现在或曾经属于其“applicant”的人员',
    '在所关联的 round 中办理过“RoundOpened”的人员',
  ])
    t.match(text, row)
})

t.test('the catalogue of commands', async t => {
  const text = documents.get('commands.md')
  for (const words of [
    '### 拨付 Pay (`pay`)',
    '状态 States: 资金 · 待拨付 money · due',
    '| `helpers` | 协助人员<br>Helpers | 可不填<br>optional |  |',
    '| `restPaid` | 尚未付清<br>Something is left to pay. | `amount` |',
    'One of these sets suffices: [notSuspended, restPaid] or [notSuspended, withinBudget]',
    '记录 Records: `Paid` 已拨付 paid',
  ])
    t.match(text, words)
})
