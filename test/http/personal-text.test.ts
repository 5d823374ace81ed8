/** Whoever sends personal data in a text is told and chooses; what they chose stands beside the event. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { unwrap } from '../../engine/schema-layers.ts'
import { metaOf } from '../../services/api/text.ts'
import { workflows } from '../../workflows/index.ts'
import { type Service, service } from '../support/service.ts'

const STREET = '420106012'
const COMMUNITY = '420106012021'
const need = {
  title: '独居老人敲门探访',
  category: 'charity',
  field: 'elders-and-orphans',
  place: COMMUNITY,
  beneficiaries: 86,
  budget: 1_200_000,
  detail: '每周两次上门探访',
}
const telling = { ...need, detail: '请联系王阿姨，电话138 0715 4321' }

const scene = async (t: Test) => {
  const s = await service(t)
  const street = await s.somebody({ role: 'street', place: STREET })
  return { s, street }
}

t.test('the sender is told which field holds what, in both languages, and nothing is written', async t => {
  const { s, street } = await scene(t)
  const unchanged = await s.unchangedBy(async () => {
    for (const path of ['/v1/micro-project', '/v1/micro-project?dryRun=true']) {
      const zh = await s.call(street, 'POST', path, telling)
      t.match(zh, { status: 422, body: { code: 'personal-data-in-text' } })
      t.match(zh.body.detail, /“需求说明”中有电话号码 138\*\*\*\*4321.*personalText=keep/)
      t.strictSame(zh.body.found, [
        { path: '/detail', field: '需求说明', kind: 'phone', kindTitle: '电话号码', excerpt: '138****4321' },
      ])
      const en = await s.call(street, 'POST', path, telling, { 'accept-language': 'en' })
      t.match(en.body.detail, /'What is needed' holds a phone number, 138\*\*\*\*4321/)
      t.notMatch(zh.text + en.text, /0715/)
    }
  })
  t.ok(unchanged)
})

t.test('what is kept on purpose is recorded as kept, everything else is not', async t => {
  const { s, street } = await scene(t)
  const { id } = await s.given(street, '/v1/micro-project?personalText=keep', telling)
  await s.given(street, `/v1/micro-project/${id}/revise-need?personalText=keep`, need)
  const { body } = await s.call(street, 'GET', `/v1/micro-project/${id}/history`)
  t.strictSame(
    body.events.map(each => each.personalText),
    ['kept', undefined],
  )
})

t.test('a dry run decides a text that is kept', async t => {
  const { s, street } = await scene(t)
  const dry = await s.call(street, 'POST', '/v1/micro-project?dryRun=true&personalText=keep', telling)
  t.match(dry, { status: 200, body: { dryRun: true, events: [{ type: 'NeedDrafted' }] } })
})

t.test('texts inside lists are searched, and told by where they stand', async t => {
  const { s, street } = await scene(t)
  const { id } = await s.given(street, '/v1/micro-project', need)
  const match = {
    organisation: id,
    reasons: [
      { list: 'supply', text: '驻地在本社区' },
      { list: 'need', text: '负责人邮箱wangfang#qq.com，身份证42010619900307106X' },
    ],
  }
  const { body } = await s.call(street, 'POST', `/v1/micro-project/${id}/propose-match`, match)
  t.match(body.found, [
    { path: '/reasons/1/text', kind: 'mail', excerpt: 'w***@qq.com' },
    { path: '/reasons/1/text', kind: 'id-number', excerpt: '4201************6X' },
  ])
})

t.test('what does not fit is told first; another choice than to keep is none', async t => {
  const { s, street } = await scene(t)
  const wrong = await s.call(street, 'POST', '/v1/micro-project', { ...telling, beneficiaries: 0 })
  t.match(wrong, { status: 400, body: { code: 'invalid-input', issues: [{ path: '/beneficiaries' }] } })
  const unknown = await s.call(street, 'POST', '/v1/micro-project?personalText=drop', telling)
  t.match(unknown, { status: 400, body: { code: 'invalid-query' } })
})

t.test('numbers of papers have fields of their own, which are not searched', async t => {
  const { s, street } = await scene(t)
  const filed = { name: '东亭邻里互助队', tier: 'filed', filingNumber: '13807154321', field: 'dance', place: COMMUNITY }
  t.equal((await s.call(street, 'POST', '/v1/organisation', filed)).status, 201)
})

/** Texts that name or number something; every other text of people is free. */
const NAMES = [
  'name',
  'filingNumber',
  'fair',
  'round',
  'bankReference',
  'budgetCode',
  'invoice',
  'service',
  'post',
  'upTo',
]

t.test('every text that people write as they like is searched', async t => {
  for (const { name, commands } of workflows)
    for (const [command, schema] of Object.entries(commands))
      for (const [field, inner] of Object.entries(schema.shape)) {
        const innermost = unwrap(inner).at(-1)
        const chosen = metaOf(inner).choices ?? metaOf(inner).shows ?? metaOf(inner).personal
        const plain = innermost?.def.type === 'string' && !('format' in innermost.def) && chosen === undefined
        if (plain && !NAMES.includes(field) && innermost?.safeParse('随便写的话').success)
          t.equal(metaOf(inner).freeText, true, `${name} ${command} ${field}`)
      }
})

// ── lists ───────────────────────────────────────────────────────────────────────────────────────

const run = promisify(execFile)

/** What the import prints, and the lives there are afterwards. */
const imported = async (t: Test, s: Service, token: string, ...options: string[]): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'gongchuang-list-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const file = join(folder, 'needs.csv')
  const lines = [
    '需求名称,类别,领域,社区,受益人数,需求说明',
    '敲门探访,公益慈善,扶老救孤,东亭社区,86,请致电13807154321',
    '暑期托管,生活服务,养老托幼,东亭社区,30,暑期每日托管',
  ]
  await writeFile(file, lines.join('\n'))
  const words = ['services/gongchuang.ts', 'import', 'needs', file, '--within', '420106', '--to', s.address, ...options]
  const env = { ...process.env, TOKEN: token }
  return run(process.execPath, words, { env }).then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  )
}

t.test('a list reports the line, and sends it where it was said to keep', async t => {
  const { s, street } = await scene(t)
  const told = await imported(t, s, street.token)
  t.match(told, /line 2：“需求说明”中有电话号码 138\*\*\*\*4321/)
  t.match(told, /1 posted, 0 there already, 1 refused/)
  const kept = await imported(t, s, street.token, '--keep-personal-text')
  t.match(kept, /1 posted, 1 there already, 0 refused/)
})
