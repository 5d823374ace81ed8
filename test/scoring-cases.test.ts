/** The cases of docs/scoring.md, which are worked by hand, recomputed from the tables as they stand there. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { type TallyInput, tally } from '../workflows/judging/tally.ts'
import { type RoundPack, roundPack } from '../workflows/round-pack/pack.ts'
import { district } from './support/round-packs.ts'

const page = readFileSync(new URL('../docs/scoring.md', import.meta.url), 'utf8')
const cases = page.split('\n### ').slice(1)

type Row = { [column: string]: string }

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map(cell => cell.trim())

const rowsIn = (told: string): Row[] => {
  const [head = '', , ...lines] = told.split('\n').filter(line => line.startsWith('|'))
  const columns = cellsOf(head)
  return lines.map(line => Object.fromEntries(cellsOf(line).map((cell, at) => [columns[at] ?? '', cell])))
}

const said = (told: string, what: string): string => new RegExp(`^${what}: (.*)$`, 'm').exec(told)?.[1] ?? ''
const rule = (rules: string, name: string): string | undefined => new RegExp(`${name} ([\\d.]+)`).exec(rules)?.[1]

const packFor = (told: string): RoundPack => {
  const rules = said(told, 'Rules')
  return roundPack.parse({
    ...district,
    rubric: {
      ...district.rubric,
      step: rule(rules, 'step') ?? '0.5',
      criteria: [
        { id: 'need', zh: '需求', en: 'Need', weight: 60 },
        { id: 'plan', zh: '方案', en: 'Plan', weight: 40 },
      ],
    },
    aggregation: { dropFrom: Number(rule(rules, 'drop from') ?? 5), decimals: Number(rule(rules, 'decimals') ?? 2) },
    quorum: Number(rule(rules, 'quorum') ?? 3),
    ties: [{ criterion: 'need' }, { criterion: 'plan' }, 'lower-request', 'vote'],
  } satisfies RoundPack)
}

const sheetsIn = (row: Row): TallyInput['sheets'] =>
  Object.entries(row).flatMap(([judge, cell]) => {
    const [need, plan] = cell.split('+')
    return /^C\d\d$/.test(judge) && need && plan
      ? [{ judge, proposal: row.proposal ?? '', scores: { need, plan } }]
      : []
  })

const inputOf = (told: string): TallyInput => {
  const rows = rowsIn(told)
  return {
    candidates: rows.map(({ proposal = '', requested, bonus }) => ({
      proposal,
      requested: Number(requested) * 100,
      ...(bonus && { bonuses: { special: bonus } }),
    })),
    sheets: rows.flatMap(sheetsIn),
    votes: said(told, 'Votes')
      .split(';')
      .map(order => ({ order: order.trim().split(' ') })),
  }
}

for (const told of cases) {
  const [title = ''] = told.split('\n')
  t.test(title, async t => {
    const { results, blocked } = tally(packFor(told), inputOf(told))
    const rows = rowsIn(told)
    t.ok(rows.length > 0)
    for (const { proposal = '', total, rank, 'decided by': decidedBy } of rows) {
      const result = results.find(each => each.proposal === proposal)
      t.equal(result?.total ?? '–', total, `total of ${proposal}`)
      t.equal(String(result?.rank ?? '–'), rank, `rank of ${proposal}`)
      t.equal(result?.decidedBy ?? '', decidedBy ?? '', `what decided about ${proposal}`)
    }
    t.strictSame(
      blocked.map(({ proposal }) => proposal),
      rows.filter(({ rank }) => rank === '–').map(({ proposal }) => proposal),
    )
  })
}

t.test('the page works out at least a dozen cases', async t => t.ok(cases.length >= 12))
