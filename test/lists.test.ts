import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import type { Workflow } from '../engine/definition.ts'
import * as cells from '../services/lists/cells.ts'
import { type ListName, type ListReading, lists, readList } from '../services/lists/lists.ts'
import type { Finding } from '../services/lists/read-table.ts'
import { organisation } from '../workflows/organisation.ts'
import { person } from '../workflows/person/index.ts'

const wuchang = '420106'
const context = { title: '', within: wuchang, row: {} }
const bytes = (text: string) => new TextEncoder().encode(text)
const sample = (file: string) => readFileSync(new URL(`../samples/wuchang/${file}`, import.meta.url))
const read = (name: ListName, file: string, within = wuchang) => readList(name, sample(file), within)

/** Every finding says where, what and how to mend it, in both languages. */
const speaks = (t: Test, { line, column, problem }: Finding) => {
  t.ok(line >= 1 && column >= 0, `line ${line}, column ${column}`)
  for (const text of [problem.zh, problem.mend.zh]) t.match(text, /\p{Script=Han}/u)
  for (const text of [problem.en, problem.mend.en]) t.match(text, /[a-z]{2}/)
}

const accepts = <T>(t: Test, parse: cells.Parser<T>, cases: readonly (readonly [string, T, string?])[]) => {
  for (const [said, value, title = ''] of cases) t.strictSame(parse(said, { ...context, title }), { value }, said)
}
const refuses = (t: Test, parse: cells.Parser<unknown>, cases: readonly (readonly [string, RegExp])[]) => {
  for (const [said, en] of cases) {
    const parsed = parse(said, context)
    if ('value' in parsed) t.fail(`'${said}' was read as ${JSON.stringify(parsed.value)}`)
    else {
      t.match(parsed.problem.en, en, said)
      speaks(t, { line: 1, column: 1, title: '', problem: parsed.problem })
    }
  }
}

t.test('days', async t => {
  accepts(t, cells.day, [
    ['2026/3/5', '2026-03-05'],
    ['2026-03-05', '2026-03-05'],
    ['2026年3月5日', '2026-03-05'],
    ['2026 年 3 月 5 日', '2026-03-05'],
    ['2026.3.5', '2026-03-05'],
    ['２０２６／３／５', '2026-03-05'],
    ['20260305', '2026-03-05'],
    ['2026/3/5 0:00:00', '2026-03-05'],
    ['2026/3/10 0:00', '2026-03-10'],
    ['2028-02-29', '2028-02-29'],
  ])
  refuses(t, cells.day, [
    ['2026-02-29', /does not exist/],
    ['2026/13/1', /does not exist/],
    ['2026年4月31日', /does not exist/],
    ['2026/0/5', /does not exist/],
    ['1026-03-05', /does not exist/],
    ['2026年3月', /not a full date/],
    ['26/3/5', /not a full date/],
    ['2026-3/5', /not a full date/],
    ['3月5日', /not a full date/],
    ['2026/3/5 14:30', /not a full date/],
    ['46086', /not a full date/],
  ])
})

t.test('amounts are fen, without a float', async t => {
  accepts(t, cells.amount, [
    ['12000', 1_200_000],
    ['12,000.00', 1_200_000],
    ['１２，０００．５０', 1_200_050],
    ['1.2万', 1_200_000],
    ['1.2 万元', 1_200_000],
    ['￥12,000元', 1_200_000],
    ['¥12000', 1_200_000],
    ['12000元整', 1_200_000],
    ['0.01', 1],
    ['0.29', 29],
    ['1.005万', 1_005_000],
    ['1.234567万', 1_234_567],
    ['5千', 500_000],
    ['1.2', 1_200_000, '预算（万元）'],
    ['1.2万', 1_200_000, '预算（万元）'],
  ])
  refuses(t, cells.amount, [
    ['-500', /negative/],
    ['－500', /negative/],
    ['0', /zero/],
    ['0.00元', /zero/],
    ['12.345', /finer than a fen/],
    ['1.2345678万', /finer than a fen/],
    ['1,2000', /not an amount/],
    ['约一万', /not an amount/],
    ['1e5', /not an amount/],
    ['12000-15000', /not an amount/],
    ['1.2.3', /not an amount/],
    ['9'.repeat(20), /too large/],
  ])
})

t.test('whole numbers', async t => {
  accepts(t, cells.count, [
    ['120', 120],
    ['１２０', 120],
    ['1,200', 1200],
    ['120人', 120],
    ['42 户', 42],
  ])
  refuses(
    t,
    cells.count,
    ['0', '-1', '1.5', '若干', '约120人', '1,2', '99999999999'].map(said => [said, /whole number/]),
  )
})

t.test('places', async t => {
  accepts(t, cells.placeUnder, [
    ['东亭社区', '420106012021'],
    ['中华路–西城壕', '420106006005'],
    ['420106012021', '420106012021'],
  ])
  t.strictSame(cells.placeUnder('东湖路社区', { ...context, row: { street: '420106012' } }), { value: '420106012001' })
  refuses(t, cells.placeUnder, [
    ['东湖路社区', /can mean 2 places/],
    ['东停社区', /no place/],
    ['江汉区民权街道打铜社区', /in the area of this list/],
    ['武汉市', /in the area of this list/],
  ])
  accepts(t, cells.placeAround, [
    ['武汉市', '4201'],
    ['武昌区', wuchang],
    ['水果湖', '420106012'],
  ])
  refuses(t, cells.placeAround, [['江汉区', /no place/]])
  accepts(t, cells.placesUnder, [
    ['水果湖街道、中南路；积玉桥街道', ['420106012', '420106011', '420106001']],
    ['全区', [wuchang]],
  ])
  refuses(t, cells.placesUnder, [['水果湖街道、月球街道', /'月球街道'/]])
})

t.test('choices, phones, credit codes and text', async t => {
  const colour = cells.choice<'red' | 'ball'>(
    { red: { zh: '红', en: 'red' }, ball: { zh: '球类', en: 'ball' } },
    { 朱: 'red' },
  )
  accepts(t, colour, [
    ['红', 'red'],
    ['红类', 'red'],
    [' 红 ', 'red'],
    ['red', 'red'],
    ['朱', 'red'],
    ['球类', 'ball'],
  ])
  refuses(t, colour, [
    ['绿', /choices/],
    ['constructor', /choices/],
    ['__proto__', /choices/],
  ])
  accepts(t, cells.phone, [
    ['13800001001', '13800001001'],
    ['138 0000 1001', '13800001001'],
    ['+86 138-0000-1001', '13800001001'],
    ['１３８００００１００１', '13800001001'],
    ['027-87654321', '02787654321'],
  ])
  refuses(t, cells.phone, [
    ['1380000100', /phone/],
    ['12800001001', /phone/],
    ['微信同号', /phone/],
  ])
  accepts(t, cells.creditCode, [
    ['52420106MJH90001XJ', '52420106MJH90001XJ'],
    ['52420106mjh90001xj ', '52420106MJH90001XJ'],
  ])
  refuses(t, cells.creditCode, [
    ['52420106MJH90001XK', /check sign/],
    ['52420106MJH90001X', /not a unified/],
    ['52420106MJH90001XI', /check sign/],
  ])
  accepts(t, cells.text(4), [
    ['一二三四', '一二三四'],
    ['一\n二', '一\n二'],
    ['𠮷𠮷𠮷𠮷', '𠮷𠮷𠮷𠮷'],
  ])
  refuses(t, cells.text(4), [
    ['一二三四五', /too long/],
    ['一\u0007', /character 2 .*U\+0007/],
    ['\u202e一', /U\+202E/],
  ])
})

const header = '需求名称,类别,领域,社区,受益人数,需求说明'
const need = (title: string) => `${title},公益慈善,扶老救孤,东亭社区,10,每周一次`
const readText = (text: string): ListReading => readList('needs', bytes(text), wuchang)
const where = ({ findings }: ListReading) => findings.map(({ line, column }) => [line, column])

t.test('a table is read whatever its line ends, blank lines, totals and quotes', async t => {
  const rows = [
    header,
    '',
    need('甲'),
    ' ,　,,,,',
    '乙,公益慈善,扶老救孤,东亭社区,10,"上半年\n下半年"',
    need('丙'),
    '合 计,,,,30,',
    '',
  ]
  for (const end of ['\n', '\r\n', '\r']) {
    const { drafts, findings } = readText(rows.join('\n').replaceAll('\n', end))
    t.strictSame(findings, [])
    t.strictSame(
      drafts.map(({ line, body }) => [line, body.title]),
      [
        [3, '甲'],
        [5, '乙'],
        [7, '丙'],
      ],
      JSON.stringify(end),
    )
  }
})

t.test('text keeps its Chinese punctuation; digits and letters become half-width', async t => {
  const [draft] = readText(
    `${header}\nＡ区（一期）：２０２６,公益慈善,扶老救孤,东亭社区,１０,老人，孩子；“都来”！`,
  ).drafts
  t.match(draft?.body, { title: 'A区（一期）：2026', beneficiaries: 10, detail: '老人，孩子；“都来”！' })
})

t.test('a total is a total, a title that begins like one is not', async t => {
  const { drafts } = readText(
    [header, need('总计划编制'), '合计：3项,,,,,', '小计,,,,10,', '总计（元）,,,,10,'].join('\n'),
  )
  t.strictSame(
    drafts.map(({ body }) => body.title),
    ['总计划编制'],
  )
})

t.test('a header is read as people vary it, below the name of the sheet', async t => {
  const text = `武昌区需求清单,,,,,\n填报日期,2026年,,,,\n*项目名称,类 别,小类（必填）,所属社区,服务人数（人）,具体内容\n${need('甲')}`
  t.match(readText(text), { drafts: [{ line: 4 }], findings: [] })
})

t.test('a wrong header is reported with what was expected, and nothing is read', async t => {
  for (const [titles, places, en] of [
    [
      header.replace('需求说明', '说明书'),
      [
        [1, 0],
        [1, 6],
      ],
      /'需求说明' is missing/,
    ],
    [header.replace(',类别', ''), [[1, 0]], /'类别' is missing/],
    [`${header},项目名称`, [[1, 7]], /repeats column 1/],
    [`${header},颜色`, [[1, 7]], /unknown column '颜色'/],
  ] as const) {
    const reading = readText(`${titles}\n${need('甲')}`)
    t.strictSame(where(reading), places, titles)
    t.strictSame(reading.drafts, [])
    t.match(reading.findings[0]?.problem.en, en)
    for (const finding of reading.findings) speaks(t, finding)
  }
})

t.test('what is no CSV is told how to become one', async t => {
  for (const [file, line, en] of [
    [bytes(''), 1, /empty/],
    [bytes('\ufeff\n,,\n'), 1, /empty/],
    [Uint8Array.of(0x50, 0x4b, 3, 4, 20), 1, /Excel workbook/],
    [Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0), 1, /Excel workbook/],
    [Uint8Array.of(0xff, 0xfe, 0x40, 0x5c), 1, /neither UTF-8 nor GB18030/],
    [bytes(`${header}\n${need('甲')}\n"没有配对,公益慈善\n${need('乙')}`), 3, /never closed/],
  ] as const) {
    const { drafts, findings } = readList('needs', file, wuchang)
    t.strictSame(drafts, [])
    t.match(findings, [{ line, problem: { en } }])
    for (const finding of findings) speaks(t, finding)
  }
})

t.test('each bad line of the sample is reported at its line and column, each good line is a draft', async t => {
  const reading = read('needs', 'needs-with-errors.csv')
  t.strictSame(
    reading.findings.map(({ line, column, problem }) => [line, column, problem.en.replace(/.*'/, '…')]),
    [
      [3, 10, '… is a day that does not exist'],
      [4, 10, '… is not a full date'],
      [5, 2, '… is empty'],
      [6, 8, '… is not an amount'],
      [7, 8, '… is negative'],
      [8, 8, '… is finer than a fen'],
      [9, 8, '… is not an amount'],
      [11, 6, '… can mean 2 places'],
      [12, 6, '… in the area of this list'],
      [13, 6, '… in the area of this list'],
      [14, 7, '… is not a whole number above zero'],
      [15, 3, '… is not one of the choices'],
      [16, 4, '… is not one of the choices'],
      [17, 2, 'character 3 is an invisible control character (U+0007)'],
      [18, 2, 'character 3 is an invisible control character (U+202E)'],
      [20, 7, '… is not a whole number above zero'],
      [20, 8, '… is zero'],
      [20, 10, '… is not a full date'],
      [21, 11, 'this line has more than 10 columns'],
      [22, 0, 'says the same as line 2'],
    ],
  )
  for (const finding of reading.findings) speaks(t, finding)
  t.strictSame(
    reading.drafts.map(({ line }) => line),
    [2],
  )
  t.match(reading.findings.find(({ line }) => line === 16)?.problem.mend.zh, '书画、球类、棋牌、舞蹈、健身、戏曲')
})

t.test('a key follows from what a line says, not from how it is written', async t => {
  const keys = (text: string) => readText(text).drafts.map(({ key }) => key)
  const one = `${header},预算\n${need('甲')},12000`
  const other =
    '社区,街道,项目名称,需求说明,预算（万元）,类别,领域,受益人数\n东亭,水果湖,甲,每周一次,1.2,公益慈善类,扶老救孤,１０人'
  t.match(keys(one), [/^needs-[0-9a-f]{32}$/])
  t.not(keys(one)[0], keys(one.replace('12000', '12001'))[0])
  t.strictSame(keys(other), keys(one))
})

t.test('the sample lists are good throughout', async t => {
  const expected: [ListName, string, number][] = [
    ['needs', 'needs.csv', 35],
    ['needs', 'needs-gb18030.csv', 14],
    ['supplies', 'supplies.csv', 14],
    ['resources', 'resources.csv', 12],
    ['people', 'people.csv', 49],
    ['organisations', 'organisations.csv', 16],
  ]
  const keys = new Set<string>()
  for (const [name, file, number] of expected) {
    const { drafts, findings } = read(name, file)
    t.strictSame(findings, [], file)
    t.equal(drafts.length, number, file)
    for (const { key, followedBy } of drafts)
      for (const each of [key, ...followedBy.map(step => step.key)]) keys.add(each)
  }
  t.equal(keys.size, 2 * (35 + 14) + 14 + 12 + 49 + 50 + 16, 'no key twice')
})

t.test('the drafts are bodies that the lifecycles take', async t => {
  const taken = (workflow: Workflow, command: string, body: unknown) =>
    t.ok(workflow.commands[command]?.safeParse(body).success, `${command} ${JSON.stringify(body)}`)
  for (const { command, body } of read('organisations', 'organisations.csv').drafts) taken(organisation, command, body)
  for (const { command, body } of read('supplies', 'supplies.csv').drafts) taken(organisation, command, body)
  for (const { command, body, followedBy } of read('people', 'people.csv').drafts) {
    taken(person, command, body)
    for (const step of followedBy) if (step.body.place) taken(person, step.command, step.body)
  }
})

t.test('the totals that the offices wrote are the sums of what was read', async t => {
  const sum = (file: string) => read('needs', file).drafts.reduce((sum, { body }) => sum + (body.budget as number), 0)
  t.equal(sum('needs.csv'), 29_980_000)
  t.equal(sum('needs-gb18030.csv'), 11_960_000)
})

t.test('two lines about one person are one life with two posts', async t => {
  const twice = read('people', 'people.csv').drafts.filter(({ followedBy }) => followedBy.length > 1)
  t.match(twice, [
    {
      body: { place: '420106012' },
      followedBy: [
        { body: { role: 'street', place: '420106012' } },
        { body: { role: 'chair', organisation: /联合会/ } },
      ],
    },
  ])
})

t.test('a line that contradicts itself is reported', async t => {
  const text = [
    '姓名,手机,角色,所在地,所在组织,任职日期,离任日期',
    '闻某,13800001001,负责人,武昌区,,2026/1/1,',
    '闻某,13800001001,评委,武昌区,,2026/1/1,2025/1/1',
  ]
  t.match(readList('people', bytes(text.join('\n')), wuchang), {
    drafts: [],
    findings: [
      { line: 2, column: 5, problem: { en: /needed for '组织负责人'/ } },
      { line: 3, column: 7, problem: { en: /before it begins/ } },
    ],
  })
  const names =
    '组织名称,管理类别,统一社会信用代码,备案编号,领域,所在地\n甲社,登记,,,书画,东亭社区\n乙社,备案,,,书画,东亭社区'
  t.strictSame(where(readList('organisations', bytes(names), wuchang)), [
    [2, 3],
    [3, 4],
  ])
})

t.test('every list has its title and every column a Chinese one', async t => {
  for (const { title, columns } of Object.values(lists)) {
    t.match(title, { zh: /\p{Script=Han}/u, en: /[a-z]/ })
    for (const { zh } of Object.values(columns)) t.match(zh, /\p{Script=Han}/u)
  }
})
