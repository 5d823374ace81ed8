/** A body on its way to a file: cut short, slow, larger than there is room. */
import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { inGoodTime } from '../../services/files/in-good-time.ts'
import { receive } from '../../services/files/receive.ts'
import { refusalFor } from '../../services/files/refusal.ts'

const PACE = { pauseMs: 150, bytesPerSecond: 1_000 }
const LIMIT = 10_000

t.test('a body in good time is written as it came', async t => {
  const file = join(t.testdir(), 'file')
  const body = Readable.from([Buffer.from('one '), Buffer.from('two')])
  t.same(await receive(inGoodTime(body, PACE), file, LIMIT), {
    sha256: hash('sha256', 'one two', 'hex'),
    bytes: 7,
  })
  t.equal(await readFile(file, 'utf8'), 'one two')
})

t.test('one that pauses longer than it may is ended, and one that trickles', async t => {
  for (const everyMs of [10_000, 20]) {
    const body = new PassThrough()
    const trickle = setInterval(() => body.write('x'), everyMs)
    t.teardown(() => clearInterval(trickle))
    const started = performance.now()
    await t.rejects(receive(inGoodTime(body, PACE), join(t.testdir(), 'file'), LIMIT), { code: 'upload-too-slow' })
    t.ok(performance.now() - started < 2_000)
    t.notOk(body.destroyed, 'somebody may still answer on its line')
  }
})

t.test('one that is slow and brings what it must is not', async t => {
  const body = new PassThrough()
  const sending = (async () => {
    for (let n = 0; n < 5; n++) {
      body.write(Buffer.alloc(200))
      await sleep(100)
    }
    body.end()
  })()
  const { bytes } = await receive(inGoodTime(body, PACE), join(t.testdir(), 'file'), LIMIT)
  t.equal(bytes, 1_000)
  await sending
})

t.test('where the disk is full it says so', async t => {
  const body = Readable.from([Buffer.from('no room')])
  const error = await receive(inGoodTime(body, PACE), '/dev/full', LIMIT).catch(refusalFor)
  t.match(error, { code: 'storage-full' })
})
