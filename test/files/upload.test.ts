/** Files come in over HTTP: kept under the hash of what is kept, whatever their sender says of them, and whole or not at all. */
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { bareJpeg } from '../../services/files/bare-jpeg.ts'
import { chunk, png, sampleFile } from '../support/images.ts'
import { type Answer, type Person, type Service, service } from '../support/service.ts'

const sha256 = (bytes: Buffer | string): string => hash('sha256', bytes, 'hex')

const send = (
  s: Service,
  by: Person | undefined,
  name: string,
  bytes: Buffer | string,
  headers = {},
): Promise<Answer> =>
  s.call(by, 'POST', `/v1/files?name=${encodeURIComponent(name)}`, bytes, {
    'content-type': 'application/octet-stream',
    'idempotency-key': undefined,
    ...headers,
  })

/** Every file under a folder. */
const filesUnder = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter(each => each.isFile()).map(each => each.name)

const s = await service(t)
const nothingKept = async (t: Test, work: () => Promise<unknown>) => {
  const before = await filesUnder(s.files.folder)
  const rows = await s.runtime.pool.query('SELECT count(*) FROM files.files')
  await work()
  t.same(await filesUnder(s.files.folder), before, 'no bytes')
  t.same((await s.runtime.pool.query('SELECT count(*) FROM files.files')).rows, rows.rows, 'no row')
}

t.test('a file is kept under its hash', async t => {
  for (const [name, kind] of [
    ['agreement.pdf', 'pdf'],
    ['sign-in.xlsx', 'xlsx'],
  ] as const) {
    const bytes = await sampleFile(name)
    const { status, body } = await send(s, s.founder, name, bytes)
    t.equal(status, 201)
    t.same(body, { sha256: sha256(bytes), bytes: bytes.length, kind, name, repeated: false, cleaned: false })
    t.ok((await filesUnder(s.files.folder)).includes(sha256(bytes).slice(2)))
  }
})

t.test('a photo is kept without its place, under the hash of what is kept', async t => {
  const photo = await sampleFile('photo.jpg')
  const { body } = await send(s, s.founder, '活动照片.JPG', photo)
  t.match(body, { sha256: sha256(bareJpeg(photo)), kind: 'jpeg', cleaned: true })
})

t.test('sent again it is answered the same, also by others, also at once', async t => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => send(s, s.founder, '同一份.txt', '同一份材料')))
  t.same(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 200, 200, 200, 201])
  t.same(new Set(answers.map(({ body }) => (body as { sha256?: string }).sha256)), new Set([sha256('同一份材料')]))
  const other = await send(s, await s.register(), '另一个名字.txt', '同一份材料')
  t.match(other.body, { sha256: sha256('同一份材料'), name: '另一个名字.txt', repeated: true })
})

t.test('its kind is seen, not believed', async t => {
  const pdf = await sampleFile('form.pdf')
  const xlsx = await sampleFile('accounts.xlsx')
  const said = (name: string, bytes: Buffer | string) => send(s, s.founder, name, bytes)
  const refused = async (name: string, bytes: Buffer | string, status: number, code: string) =>
    nothingKept(t, async () => t.match(await said(name, bytes), { status, body: { code } }, `${name}: ${code}`))

  await refused('照片.jpg', pdf, 415, 'file-kind-mismatch')
  await refused('附件.pdf', '<html><script>alert(1)</script>', 415, 'file-kind-mismatch')
  await refused('程序.exe', 'MZ\0\0', 415, 'file-kind-refused')
  await refused('动图.gif', 'GIF89a\0\0', 415, 'file-kind-refused')
  await refused('国标.txt', Buffer.from([0xce, 0xe4, 0xba, 0xba]), 415, 'file-kind-refused')
  await refused('空.txt', '', 422, 'file-broken')
  await refused('没有结尾.pdf', pdf.subarray(0, -20), 422, 'file-broken')
  await refused('后面有压缩包.pdf', Buffer.concat([pdf, emptyZip('a.class')]), 422, 'file-broken')
  await refused(
    '压缩包的注释里有结尾.pdf',
    withComment(Buffer.concat([pdf, emptyZip('a.class')]), '%%EOF\n'),
    422,
    'file-broken',
  )
  await refused('前面有字.xlsx', Buffer.concat([Buffer.from('<html>'), xlsx]), 415, 'file-kind-refused')
  await refused('后面有字.xlsx', Buffer.concat([xlsx, Buffer.from('<html>')]), 422, 'file-broken')
  await refused('断了.xlsx', xlsx.subarray(0, -200), 422, 'file-broken')
  await refused('断了.png', png().subarray(0, 30), 422, 'file-broken')
  await refused('空壳.xlsx', emptyZip('xl/workbook.xml'), 415, 'file-kind-refused')
  await refused(
    '带宏.xlsx',
    emptyZip('[Content_Types].xml', 'xl/workbook.xml', 'xl/vbaProject.bin'),
    415,
    'file-kind-refused',
  )
  await refused('炸弹.xlsx', emptyZip('[Content_Types].xml', 'xl/workbook.xml', `${2 ** 31}`), 422, 'file-broken')
  t.match((await said('没有扩展名', pdf)).body, { kind: 'pdf' })
  t.match((await said('名单.csv', '姓名,楼栋\n甲,1\n')).body, { kind: 'csv' })
  t.match((await said('说明', '只是文字\r\n')).body, { kind: 'txt' })
  t.match((await said('报告.docx', emptyZip('[Content_Types].xml', 'word/document.xml'))).body, { kind: 'docx' })
  t.match((await said('图.png', png([chunk('tEXt', 'Author\0me')], '<html>'))).body, { kind: 'png', cleaned: true })
})

t.test('a name is a name, and not a path', async t => {
  for (const name of ['../../etc/passwd.txt', 'a\\b.txt', '两\n行.txt', '倒\u202Egpj.txt', '..', '', 'x'.repeat(121)])
    t.match(
      await send(s, s.founder, name, name),
      { status: 400, body: { code: 'invalid-query' } },
      JSON.stringify(name),
    )
  t.equal((await send(s, s.founder, '他说"好";.txt', '引号')).status, 201)
})

t.test('what cannot be taken in as it is sent is refused', async t => {
  const headers = (more: object) => send(s, s.founder, 'a.txt', 'abc', more)
  t.match(await headers({ 'content-encoding': 'gzip' }), { status: 415, body: { code: 'content-encoding-refused' } })
  t.match(await headers({ 'content-type': 'multipart/form-data; boundary=x' }), {
    status: 415,
    body: { code: 'form-refused' },
  })
  t.match(await send(s, undefined, 'a.txt', 'abc'), { status: 401 })
  const stranger = {
    id: '00000000-0000-4000-8000-000000000000',
    token: await s.token('00000000-0000-4000-8000-000000000000'),
  }
  t.match(await send(s, stranger, 'a.txt', 'abc'), { status: 403, body: { code: 'unknown-person' } })
})

t.test('what is too large is refused, told beforehand or not', async t => {
  const small = await service(t, { files: { maxBytes: 1_000 } })
  t.match(await send(small, small.founder, 'a.txt', 'x'.repeat(1_001)), {
    status: 413,
    body: { code: 'file-too-large' },
  })
  const { status } = await raw(small, { 'transfer-encoding': 'chunked' }, async line => {
    line.write('x'.repeat(600))
    line.end('x'.repeat(600))
  })
  t.equal(status, 413)
  t.same(await filesUnder(small.files.folder), [])
  t.equal((await send(small, small.founder, 'a.txt', 'x'.repeat(1_000))).status, 201)
})

t.test('nobody fills the disk alone with what nothing names', async t => {
  const small = await service(t, { files: { unnamedMaxBytes: 1_000 } })
  const other = await small.register()
  t.equal((await send(small, other, 'a.txt', 'x'.repeat(1_001))).status, 201)
  t.match(await send(small, other, 'b.txt', 'y'), { status: 422, body: { code: 'too-much-unnamed' } })
  t.equal((await send(small, small.founder, 'b.txt', 'y')).status, 201, 'others go on')
})

t.test('an upload that is cut half-way leaves nothing', async t => {
  await nothingKept(t, async () => {
    await raw(s, { 'content-length': '1000' }, async line => {
      line.write('half of it')
      await sleep(100)
      line.destroy()
    }).catch(() => undefined)
    await sleep(200)
  })
})

t.test('a scanner that an operator names', async t => {
  const folder = t.testdir()
  const script = join(folder, 'scan.sh')
  await writeFile(script, 'if grep -q EICAR "$2"; then exit 1; fi; test "$1" = --quiet')
  const scanned = await service(t, { files: { scanCommand: ['sh', script, '--quiet'] } })
  t.equal((await send(scanned, scanned.founder, 'a.txt', 'harmless')).status, 201)
  t.match(await send(scanned, scanned.founder, 'a.txt', 'EICAR'), {
    status: 422,
    body: { code: 'file-refused-by-scan' },
  })
  t.equal((await filesUnder(scanned.files.folder)).length, 1, 'nothing is left of it')
  const absent = await service(t, { files: { scanCommand: [join(folder, 'nowhere')] } })
  t.match(await send(absent, absent.founder, 'a.txt', 'harmless'), { status: 503, body: { code: 'scan-unavailable' } })
})

/** A request whose body the test writes by itself. */
const raw = async (
  to: Service,
  headers: Record<string, string>,
  write: (line: ReturnType<typeof request>) => Promise<void>,
): Promise<{ status: number }> => {
  const url = new URL(`${to.address}/v1/files?name=a.txt`)
  const line = request(url, { method: 'POST', headers: { authorization: `Bearer ${to.founder.token}`, ...headers } })
  const answered = once(line, 'response')
  await Promise.all([write(line), answered])
  const [response] = await answered
  response.resume()
  return { status: response.statusCode }
}

/** A zip of empty files; a number stands for a file that says it is so large. */
const emptyZip = (...names: string[]): Buffer => {
  const entries = names.map(name => {
    const size = Number(name) || 0
    const head = Buffer.alloc(46)
    head.writeUInt32LE(0x02014b50)
    head.writeUInt32LE(size, 24)
    head.writeUInt16LE(name.length, 28)
    return Buffer.concat([head, Buffer.from(name)])
  })
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(26)])
  const directory = Buffer.concat(entries)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt16LE(names.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, directory, end])
}

/** Its end record says that what follows is its comment. */
const withComment = (zip: Buffer, comment: string): Buffer => {
  const longer = Buffer.concat([zip, Buffer.from(comment)])
  longer.writeUInt16LE(comment.length, zip.length - 2)
  return longer
}
