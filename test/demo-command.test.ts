/** `npm run demo:round` that is asked wrongly: one line in both languages, and nothing is started. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'

const demo = async (...args: string[]) => {
  const child = spawn(process.execPath, ['services/demo/main.ts', ...args])
  let said = ''
  child.stdout.on('data', chunk => (said += chunk))
  child.stderr.on('data', chunk => (said += chunk))
  const [status] = await once(child, 'close')
  return { status, said }
}

t.test('what is no number of proposals is said in a line', async t => {
  for (const many of ['x', '15'])
    t.strictSame(await demo('--proposals', many), {
      status: 2,
      said: `--proposals 须为不小于 16 的整数，而不是 ${many} / a whole number from 16 on, not ${many}\n`,
    })
  const { status, said } = await demo('--proposal', '20')
  t.match([status, said], [2, /^Unknown option '--proposal'.*\n$/])
})
