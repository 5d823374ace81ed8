/** The pages that tell what is promised and how it works point at tests, commands and files that are there. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import manifest from '../package.json' with { type: 'json' }

const PAGES = ['docs/promises.md', 'docs/architecture.md']
const page = (path: string) => readFileSync(path, 'utf8')

t.test('what a page points at is there', async t => {
  for (const path of PAGES)
    for (const [, target = ''] of page(path).matchAll(/\]\((?!https?:)([^)#]+)\)/g))
      t.ok(existsSync(join(dirname(path), target)), `${path}: ${target}`)
})

t.test('a promise names a test by its title', async t => {
  for (const [, title = '', file = ''] of page('docs/promises.md').matchAll(/\[([^\]]+)\]\(\.\.\/(test\/[^)]+)\)/g))
    t.ok(readFileSync(file, 'utf8').includes(title), `${file}: ${title}`)
})

t.test('each line of a table of promises is shown by something', async t => {
  const rows = page('docs/promises.md')
    .split('\n')
    .filter(line => line.startsWith('| ') && !/^\| (promise|what fails|limit|---)/.test(line))
  for (const row of rows) t.match(row, /\]\(\.\.\/test\/|`np[mx] /, row)
})

t.test('a command that a page names is one', async t => {
  for (const path of PAGES)
    for (const [, script = ''] of page(path).matchAll(/npm run ([a-z:-]+)/g))
      t.ok(Object.hasOwn(manifest.scripts, script), `${path}: npm run ${script}`)
})
