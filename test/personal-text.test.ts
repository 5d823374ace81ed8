/** What is found in the texts that people write, in whatever dress, and what only looks like somebody's number. */
import t from 'tap'
import { personalDataIn } from '../services/personal-text/personal-data.ts'

const found = (text: string): string[] => personalDataIn(text).map(({ kind, value }) => `${kind} ${value}`)

const MOBILE = 'phone 13807154321'
const ID = 'id-number 42010619900307106X'
const CARD = 'account 6222021234567890128'

/** Everything here must be found. */
const somebodys: Record<string, [text: string, ...found: string[]][]> = {
  'a mobile number': [
    ['请联系王阿姨13807154321。', MOBILE],
    ['电话：138 0715 4321', MOBILE],
    ['138-0715-4321', MOBILE],
    ['138—0715—4321', MOBILE],
    ['138 - 0715 - 4321', MOBILE],
    ['138.0715.4321', MOBILE],
    ['138·0715·4321', MOBILE],
    ['138_0715_4321', MOBILE],
    ['138\u30000715\u30004321', MOBILE],
    ['138\u00a00715\u00a04321', MOBILE],
    ['138 07154321', MOBILE],
    ['1380 715 4321', MOBILE],
    ['1380-7154-321', MOBILE],
    ['1 3 8 0 7 1 5 4 3 2 1', MOBILE],
    ['1-3-8-0-7-1-5-4-3-2-1', MOBILE],
    ['(138)07154321', MOBILE],
    ['（138）0715 4321', MOBILE],
    ['１３８０７１５４３２１', MOBILE],
    ['１３８－０７１５－４３２１', MOBILE],
    ['①③⑧⓪⑦①⑤④③②①', MOBILE],
    ['1️⃣3️⃣8️⃣0️⃣7️⃣1️⃣5️⃣4️⃣3️⃣2️⃣1️⃣', MOBILE],
    ['𝟏𝟑𝟖𝟎𝟕𝟏𝟓𝟒𝟑𝟐𝟏', MOBILE],
    ['138\u200d0715\u200d4321', MOBILE],
    ['13807154321微信同号', MOBILE],
    ['13807154321vx同号', MOBILE],
    ['wx13807154321', MOBILE],
    ['13807154321一直打不通', MOBILE],
    ['+86 138 0715 4321', 'phone 13807154321'],
    ['+8613807154321', 'phone 8613807154321'],
    ['0086-138-0715-4321', MOBILE],
    ['1.13807154321 2.13907154321', MOBILE, 'phone 13907154321'],
    ['13807154321、13907154321', MOBILE, 'phone 13907154321'],
    ['13807154321/13907154321', MOBILE, 'phone 13907154321'],
    ['2026-03-05 13807154321', MOBILE],
    ['手机 158-2026-0017', 'phone 15820260017'],
    ['一三八零七一五四三二一', MOBILE],
    ['幺三八零七幺五四三二幺', MOBILE],
    ['一三八，零七一五，四三二一', MOBILE],
    ['壹叁捌零柒壹伍肆叁贰壹', MOBILE],
    ['138零七一五4321', MOBILE],
    ['统一拨一三八〇七一五四三二一一直有人', MOBILE],
    ['138O7154321', MOBILE],
    ['l38O7I5432l', MOBILE],
  ],
  'a landline': [
    ['027-87654321', 'phone 02787654321'],
    ['(027) 8765 4321', 'phone 02787654321'],
    ['（027）87654321', 'phone 02787654321'],
    ['02787654321', 'phone 02787654321'],
    ['027 8765-4321转801', 'phone 02787654321'],
    ['027-87654321-801', 'phone 02787654321'],
    ['+86-27-87654321', 'phone 862787654321'],
    ['0712-2345678', 'phone 07122345678'],
    ['０２７－８７６５４３２１', 'phone 02787654321'],
    ['电话87654321', 'phone 87654321'],
    ['座机：8765 4321', 'phone 87654321'],
    ['零二七八七六五四三二一', 'phone 02787654321'],
  ],
  'an id number': [
    ['身份证42010619900307106X', ID],
    ['42010619900307106x', ID],
    ['42010619900307106Ⅹ', ID],
    ['420106 19900307 106X', ID],
    ['420106-19900307-106X', ID],
    ['４２０１０６１９９００３０７１０６Ｘ', ID],
    ['4 2 0 1 0 6 1 9 9 0 0 3 0 7 1 0 6 X', ID],
    ['四二零一零六一九九零零三零七一零六X', ID],
    ['110101199003072017', 'id-number 110101199003072017'],
    ['身份证号：110101199003072018（抄错一位）', 'id-number 110101199003072018'],
    ['身份证号 420106900307123', 'id-number 420106900307123'],
  ],
  'a bank account': [
    ['6222021234567890128', CARD],
    ['6222 0212 3456 7890 128', CARD],
    ['6222-0212-3456-7890-128', CARD],
    ['６２２２０２１２３４５６７８９０１２８', CARD],
    ['卡号：6222021234567890128', CARD],
    ['账号 3202016509200123456', 'account 3202016509200123456'],
    ['开户账号为 42001865208053000123', 'account 42001865208053000123'],
    ['4111111111111111', 'account 4111111111111111'],
  ],
  'a mail address': [
    ['请发到a@b.cn', 'mail a@b.cn'],
    ['wangfang@example.cn', 'mail wangfang@example.cn'],
    ['WangFang@Example.com.cn', 'mail wangfang@example.com.cn'],
    ['wangfang＠163．com', 'mail wangfang@163.com'],
    ['wangfang @ 163.com', 'mail wangfang@163.com'],
    ['wangfang#qq.com', 'mail wangfang@qq.com'],
    ['wangfang(at)qq.com', 'mail wangfang@qq.com'],
    ['wangfang【at】qq【dot】com', 'mail wangfang@qq.com'],
    ['wangfang艾特qq点com', 'mail wangfang@qq.com'],
    ['wangfang@qq。com', 'mail wangfang@qq.com'],
    ['wangfang at gmail dot com', 'mail wangfang@gmail.com'],
    ['13807154321@139.com', 'mail 13807154321@139.com'],
  ],
  'several at once': [['王芳13807154321，身份证42010619900307106X，邮箱wf@qq.com', 'mail wf@qq.com', MOBILE, ID]],
}

/** Nothing here is anybody's. */
const nobodys: Record<string, string[]> = {
  amounts: [
    '预算1200000元，其中自筹300000元',
    '共计 13,800,001,234 元',
    '总额13807154321元',
    '金额：13807154321',
    '合计13807154321.50',
    '¥12,000.00',
    '预算1500000 2026年完成',
    '分四期拨付：4200 5600 3300 1200',
    '4111 1111 1111 1111 四项支出',
    '每人150元，共1380人',
  ],
  days: [
    '2026-03-05至2026-12-31',
    '2026.3.5—2026.12.31',
    '20260305',
    '2026年3月5日14:30—16:30',
    '2026-03-05 14:30:00',
    '20260305143000',
    '电话会议20260305召开',
    '一九四九年十月一日',
    '二〇二六年三月五日',
    '第138 20260318号',
  ],
  'numbers of papers': [
    'WCSGH-2026-017',
    '武民社备〔2026〕0017号',
    '鄂武昌备2026000138',
    '文号 158-2026-0017',
    '158-2026-0017',
    '备案编号：13807154321',
    '合同编号13807154321',
    '发票号码 25422000000012345678',
    '发票代码042001900111，号码12345678',
    '银行流水号20260318000127',
    '流水号6222021234567890128',
    '快递单号：13807154321',
    '统一社会信用代码 51420106MJH000001N',
    '91420106300123456T',
    '区划代码420106012021',
  ],
  'counts and sizes': [
    '受益86人，参与志愿者21人，累计1380小时',
    '15 12 18 20 16 3',
    '评分：1 5 2 3 4',
    '货架尺寸150*2000*1800毫米',
    '150×2000×1800',
    '150/2000/1800',
    '参加人数150，2000，1800',
    '满意度93.50',
    '1、3、5、7、9、11号楼',
    '第一、三、四、五、六、七、八、九、十组',
    '①制定方案②组织实施③总结',
    '热线12345，报警110，急救120',
    '客服400-123-4567',
    '138****4321',
  ],
  codes: [
    '5f3a1380-0715-4321-8123-138071543210',
    '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'IMG_20260313_102233.jpg',
    'mmexport1678901234567.jpg',
    '微信图片_20260313102233.jpg',
    'v1.2.10',
    '192.168.100.200',
  ],
  'words with signs': [
    '@全体居民',
    '联系@王阿姨',
    '见附件#1.pdf',
    'meet at noon',
    '活动点com不通',
    '经居民议事会讨论同意',
  ],
}

for (const [what, cases] of Object.entries(somebodys))
  t.test(`${what} is found`, async t => {
    for (const [text, ...expected] of cases) t.strictSame(found(text), expected, text)
  })

for (const [what, texts] of Object.entries(nobodys))
  t.test(`${what} are nobody's`, async t => {
    for (const text of texts) t.strictSame(found(text), [], text)
  })

t.test('a long text is searched in no time', async t => {
  const worst = [
    '1 '.repeat(2_000),
    'a.'.repeat(2_000),
    '1-'.repeat(2_000),
    '一'.repeat(4_000),
    'a@'.repeat(2_000),
    '138 '.repeat(1_000),
    ' '.repeat(4_000),
    '('.repeat(4_000),
  ]
  for (const text of worst) {
    const before = performance.now()
    personalDataIn(text)
    t.ok(performance.now() - before < 1_000, `${text.slice(0, 4)}… ${Math.round(performance.now() - before)} ms`)
  }
})
