/** Text that a spreadsheet would run: in every export it stays text. */
import { parse } from 'csv-parse/sync'
import t from 'tap'
import { readModels } from '../../projections/index.ts'
import { need } from '../support/micro-project.ts'
import { scene } from '../support/open-round.ts'
import { service } from '../support/service.ts'

const STREET = '420106012'

const BEGINNINGS = ['=', '+', '-', '@', '＝', '＋', '－', '＠']
/** What a spreadsheet takes for a formula, and what ends a cell or a line of its file. */
const hostileNames = [
  // A name is there once in a street, and ＝ is the same as =: each has a number of its own.
  ...BEGINNINGS.map((begins, n) => `${begins}HYPERLINK("http://127.0.0.1/${n}")`),
  '"=1+1"',
  '甲","=1+1',
  '甲\n=1+1',
  '甲;=1+1',
]

t.test('an export is read as it was written', async t => {
  const s = await service(t)
  const street = await s.somebody({ role: 'street', place: STREET })
  const person = { name: hostileNames[0], phone: '+8613912345678', place: need.place }
  const { id } = await s.given(s.founder, '/v1/person', person)
  await s.given(s.founder, `/v1/person/${id}/appoint`, { role: 'community', place: need.place, from: '2026-01-01' })
  const community = { id, token: await s.token(id) }
  let position = ''
  for (const name of hostileNames) {
    const group = { name, tier: 'community-managed', field: need.field, place: need.place }
    const { id: organisation } = await s.given(street, '/v1/organisation', group)
    const project = await s.given(community, '/v1/micro-project', { ...need, title: name })
    await s.given(community, `/v1/micro-project/${project.id}/post-need`)
    await s.given(street, `/v1/micro-project/${project.id}/accept-need`)
    const match = { organisation, reasons: [{ list: 'supply', text: name }] }
    position = (await s.given(community, `/v1/micro-project/${project.id}/propose-match`, match)).position
  }
  let cells = 0
  for (const { name, queries } of readModels)
    for (const query of Object.keys(queries)) {
      const path = ['/v1/views', name, query].filter(Boolean).join('/')
      const asked = `${path}?limit=500&after=${position}`
      const { body } = await s.call(s.founder, 'GET', asked)
      const csv = await s.call(s.founder, 'GET', asked, undefined, { accept: 'text/csv' })
      const rows: string[][] = parse(csv.text, { bom: true })
      t.equal(rows.length - 1, body.rows.length, `${path}: a row stays a row`)
      t.match(csv.headers.get('content-disposition'), /^attachment;/)
      const run = rows.flat().filter(cell => BEGINNINGS.some(begins => cell.startsWith(begins)))
      t.strictSame(run, [], `${path}: nothing is run`)
      cells += rows.flat().filter(cell => cell.includes('HYPERLINK')).length
    }
  t.ok(cells >= BEGINNINGS.length, `${cells} cells hold what was tried`)
})

t.test('so is the title of a round, on the board that everybody may take away', async t => {
  const s = await service(t)
  const w = await scene(s)
  for (const title of hostileNames) await w.openRound({ title })
  const reader = await s.register()
  const asked = `/v1/views/rounds?limit=500&after=${await s.runtime.store.head()}`
  const { body } = await s.call(reader, 'GET', asked)
  const csv = await s.call(reader, 'GET', asked, undefined, { accept: 'text/csv' })
  const [headings = [], ...rows]: string[][] = parse(csv.text, { bom: true })
  t.equal(body.rows.length, hostileNames.length)
  t.equal(rows.length, hostileNames.length, 'a row stays a row')
  const titles = rows.map(row => row[headings.indexOf('轮次名称')] ?? '')
  t.equal(titles.filter(title => title.includes('HYPERLINK')).length, BEGINNINGS.length)
  const run = rows.flat().filter(cell => BEGINNINGS.some(begins => cell.startsWith(begins)))
  t.strictSame(run, [], 'nothing is run')
})
