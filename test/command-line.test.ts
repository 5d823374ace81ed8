/** `npx gongchuang`: what an operator types, what it answers, and how it ends. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { diagramsCommand } from '../services/diagrams-command.ts'
import { importCommand } from '../services/import.ts'
import { parkedCommand } from '../services/parked-command.ts'
import { rebuildCommand } from '../services/rebuild-command.ts'
import { tokenCommand } from '../services/token.ts'
import { gongchuang, keysInEnvironment, operator } from './support/command-line.ts'
import { folderFor } from './support/folder.ts'
import { database } from './support/postgres.ts'

t.test('it says what there is, and what was said wrongly', async t => {
  const { url } = await database(t)
  const run = operator(t, url)
  const help = await run('--help')
  t.match(help, { status: 0, err: '' })
  for (const name of ['start', 'token', 'appoint-first', 'import', 'parked', 'rebuild', 'check', 'keys', 'diagrams'])
    t.match(help.out, `npx gongchuang ${name}`)
  t.match(await run('rebuild', '--help'), { status: 0, out: /^npx gongchuang rebuild MODEL…\n/ })
  const unknown = /There is no command 'rebuilt'. There are: start, token,/
  t.match(await run('rebuilt'), { status: 2, out: '', err: unknown })
  t.match(await run('rebuild'), { status: 2, out: '', err: /Say which read model\n\nnpx gongchuang rebuild/ })
  t.match(await run('start', '--emtpy'), { status: 2, out: '', err: /--emtpy/ })
  for (const [command, args, message] of [
    [rebuildCommand, ['street'], "There is no read model 'street'"],
    [parkedCommand, ['drop', '1'], 'Say why: --reason TEXT'],
    [parkedCommand, ['retry', 'one'], "'one' is no number of the list"],
    [parkedCommand, ['retry'], 'Say which: the numbers that the list shows'],
    [parkedCommand, ['lst'], "There is no 'parked lst'"],
    [diagramsCommand, ['purse'], "There is no lifecycle 'purse'"],
    [tokenCommand, [], 'Say whose token'],
    [importCommand, ['need', 'x.csv'], 'Say which list, and its file'],
  ] as const)
    await t.rejects(command.run([...args]), { code: 'wrong-use', message })
})

t.test('the first post, and a token for whom it was given to', async t => {
  const { url } = await database(t)
  const run = operator(t, url)
  const given = ['appoint-first', '--name', '周桂兰', '--phone', '13800000000']
  const first = await run(...given)
  t.match(first, { status: 0, out: /^[0-9a-f-]{36}\n$/ }, first.err)
  t.match(await run(...given), { status: 0, out: first.out }, 'again: the same')
  t.match(await run('appoint-first', '--name', '别人', '--phone', '13800000001'), { status: 1, err: /given before/ })
  t.match(await run('token', '周桂兰'), { status: 0, out: /^ey.*\n$/ })
  t.match(await run('token', '某人'), { status: 1, err: "There is no person '某人'" })
})

t.test('charts are drawn', async t => {
  const { url } = await database(t)
  const run = operator(t, url)
  t.match(await run('diagrams', 'resource'), { status: 0, out: /^%% 社区资源 Resource\nstateDiagram-v2/ })
  const folder = join(t.testdir(), 'charts')
  t.match(await run('diagrams', '--to', folder), { status: 0, out: join(folder, 'resource.md') })
  t.match(await readFile(join(folder, 'resource.md'), 'utf8'), '```mermaid')
})

t.test(
  'where what keeps the log does not answer, the service does not start, and says why without the password',
  async t => {
    const { url } = await database(t)
    const env = { ...keysInEnvironment, DATABASE_URL: url, DATA_DIR: folderFor(t), PORT: '0' }
    const started = await gongchuang(
      { ...env, EVENTSTORE_URL: 'esdb://somebody:secret@127.0.0.1:1' },
      'start',
      '--empty',
    )
    t.match(started, {
      status: 1,
      err: /What keeps the log does not answer(.|\n)*EventStoreDB 127\.0\.0\.1:1, gongchuang/,
    })
    t.notMatch(started.err, 'secret')
  },
)
