/** The lives of the sample district, as a table: whose need, who serves it, with which money, how far, and what went wrong. */
import * as told from './chapters.ts'
import * as mended from './corrections.ts'
import type { Chapter, Grant } from './step.ts'

export type Life = {
  need: string
  organisation?: string
  /** What it takes of the list of resources. */
  resource?: string
  grant?: Grant
  /** In yuan; the need's budget unless said. */
  award?: number
  /** The organisation's matching share, in yuan. */
  own?: number
  /** Hundredths of the award. */
  tranches?: readonly number[]
  /** Days since the last chapter ended. */
  ago: number
  story: readonly Chapter[]
}

const qinglan = '武昌区晴岚为老服务中心'
const chuhe = '武昌区楚禾社会工作服务中心'
const xiaojiangtun = '武昌区小江豚青少年成长中心'
const nuanshan = '武昌区暖杉助残服务中心'
const federation = '水果湖街道社区社会组织联合会（样例）'
const watch = '东亭红袖邻里守望队'
const mediators = '西城壕和为贵调解社'
const menders = '积玉桥巧手维修队'
const fleaMarket = '中南路旧物新生社'
const callers = '徐家棚敲门问安小组'
const opera = '户部巷票友社'
const painters = '昙华林墨香书画社'
const dancers = '大东门彩扇舞蹈队'
const taiji = '黄鹂路清晨太极队'

const jiangyuan = '武昌区江源社区公益基金会（样例）'
const tongzhou = '武昌区同舟慈善会（样例）'
const prize: Grant = {
  funder: jiangyuan,
  source: 'charity-fund',
  channel: 'venture-competition',
  budgetCode: 'JY-GYCT-01',
}
const lottery: Grant = {
  funder: tongzhou,
  source: 'welfare-lottery',
  channel: 'venture-competition',
  budgetCode: '2296002',
}
const order: Grant = { funder: jiangyuan, source: 'community-benefit', channel: 'commission', budgetCode: '2120201' }
const donation: Grant = { funder: tongzhou, source: 'social-support', channel: 'donation', budgetCode: 'TZ-SQ-02' }

const thrice = [50, 30, 20]
const twice = [60, 40]
const once = [100]

const matched = [told.takenIn, told.matched]
const commissioned = [...matched, told.commissioned]
const won = (rank: number, score: string) => [...matched, told.throughRound({ rank, of: 12, score })]
/** From the agreement to the first money. */
const started = [told.funded, told.paid(1)]
const delivered = [...started, told.firstHalf('B'), told.secondHalf]
const closed = [told.accepted, told.archived]

const archived: Life[] = [
  {
    need: '独居老人敲门探访',
    organisation: qinglan,
    grant: prize,
    tranches: thrice,
    ago: 58,
    story: [
      ...won(1, '92.40'),
      ...started,
      told.firstHalf('A'),
      told.paid(2),
      told.secondHalf,
      told.evaluated('A'),
      told.paid(3),
      ...closed,
    ],
  },
  {
    need: '助残手工坊',
    organisation: nuanshan,
    grant: lottery,
    own: 3000,
    tranches: twice,
    ago: 49,
    story: [
      ...won(2, '90.15'),
      ...started,
      told.firstHalf('A'),
      told.ownSharePaid,
      told.secondHalf,
      told.evaluated('A'),
      told.paid(2),
      ...closed,
    ],
  },
  {
    need: '邻里调解室',
    organisation: mediators,
    grant: order,
    tranches: twice,
    ago: 87,
    story: [...commissioned, ...delivered, told.evaluated('A'), told.paid(2), ...closed],
  },
  {
    need: '旧物市集',
    organisation: fleaMarket,
    grant: donation,
    tranches: once,
    ago: 105,
    story: [
      ...commissioned,
      told.funded,
      told.firstHalf('B'),
      told.secondHalf,
      told.evaluated('B'),
      told.paid(1),
      ...closed,
    ],
  },
  {
    need: '楼道飞线整治',
    organisation: menders,
    grant: order,
    tranches: twice,
    ago: 61,
    story: [
      ...commissioned,
      told.funded,
      told.failed(1),
      told.paidAtLast(1),
      told.firstHalf('B'),
      told.secondHalf,
      told.evaluated('B'),
      told.trancheCancelled(2, '工程量减少，节余部分不再拨付'),
      ...closed,
    ],
  },
  {
    need: '高龄老人理发到家',
    organisation: qinglan,
    grant: order,
    tranches: twice,
    ago: 40,
    story: [
      ...commissioned,
      ...started,
      told.firstHalf('C'),
      told.rectified('B'),
      told.secondHalf,
      told.evaluated('B'),
      told.paid(2),
      ...closed,
    ],
  },
  {
    need: '居民合唱与戏曲周',
    organisation: opera,
    resource: '小剧场',
    grant: donation,
    tranches: once,
    ago: 95,
    story: [
      ...commissioned,
      ...started,
      told.firstHalf('A'),
      told.movedLittle,
      told.secondHalf,
      told.evaluated('A'),
      ...closed,
    ],
  },
  {
    need: '小东门修表修伞摊',
    organisation: menders,
    grant: donation,
    tranches: once,
    ago: 24,
    story: [
      ...commissioned,
      ...started,
      told.firstHalf('B'),
      told.givenTime,
      told.secondHalf,
      told.evaluated('B'),
      ...closed,
    ],
  },
]

const inEvaluation: Life[] = [
  {
    need: '暑期托管',
    organisation: xiaojiangtun,
    grant: prize,
    tranches: twice,
    ago: 34,
    story: [...won(3, '88.70'), ...delivered],
  },
  {
    need: '江边步道净滩',
    organisation: fleaMarket,
    grant: donation,
    tranches: twice,
    ago: 4,
    story: [...commissioned, ...delivered, told.reported, told.accounted, told.accountsReturned, told.accounted],
  },
  {
    need: '白沙洲广场舞降噪',
    organisation: dancers,
    grant: order,
    tranches: twice,
    ago: 7,
    story: [...commissioned, ...delivered, told.reported, told.accounted, told.reportReturned, mended.surveyMistyped],
  },
  {
    need: '花园山家庭急救课',
    organisation: chuhe,
    grant: order,
    tranches: twice,
    ago: 2,
    story: [...commissioned, ...delivered, told.evaluated('B'), told.evaluatedAnew('漏计三场实操课，重新评估', 'A')],
  },
  {
    need: '都府堤老街书画展',
    organisation: painters,
    resource: '展板与音响',
    grant: donation,
    tranches: twice,
    ago: 5,
    story: [
      ...commissioned,
      ...delivered,
      told.evaluated('A'),
      mended.gradeMistyped('B'),
      told.conditionsMet(2),
      mended.acceptedAnew,
    ],
  },
]

const inDelivery: Life[] = [
  {
    need: '青少年心理小课堂',
    organisation: chuhe,
    resource: '个案室',
    grant: lottery,
    tranches: thrice,
    ago: 11,
    story: [
      ...won(4, '87.95'),
      ...started,
      mended.confirmationMistyped(1),
      told.firstHalf('A'),
      told.movedMuch,
      told.paid(2),
    ],
  },
  {
    need: '社区巡逻装备与培训',
    organisation: watch,
    grant: order,
    tranches: twice,
    ago: 6,
    story: [...commissioned, ...started, told.begun, told.toldTooMuch, mended.activityRecounted, told.rescoped],
  },
  {
    need: '失能老人家庭喘息服务',
    organisation: qinglan,
    grant: prize,
    award: 22000,
    own: 2000,
    tranches: thrice,
    ago: 3,
    story: [
      ...matched,
      told.applied,
      told.eligible(),
      told.shortlisted,
      told.ranked({ rank: 5, of: 12, score: '87.10' }),
      told.publicisedDespite('该组织去年同类服务未公示收支', '去年收支已在街道公众号公示，异议不成立'),
      told.awarded,
      ...started,
      told.firstHalf('B'),
      mended.ownShareMistyped,
      mended.paymentMistyped(2),
      told.paymentReturned(2, '发票抬头与协议不符'),
      told.prepared(2),
    ],
  },
  {
    need: '慢病自我管理小组',
    organisation: chuhe,
    grant: order,
    tranches: twice,
    ago: 33,
    story: [...commissioned, ...started, told.firstHalf('C'), told.rectifying],
  },
  {
    need: '困难学子助学伙伴',
    organisation: xiaojiangtun,
    grant: lottery,
    tranches: thrice,
    ago: 8,
    story: [...won(6, '86.80'), ...started, told.begun, told.suspended],
  },
  {
    need: '新就业群体夜间学堂',
    organisation: chuhe,
    grant: prize,
    tranches: twice,
    ago: 4,
    story: [...won(7, '85.35'), ...started, told.begun, told.suspended, told.resumed, mended.midTermAnew('C', 'B')],
  },
  {
    need: '昙华林文化小导游',
    organisation: xiaojiangtun,
    grant: prize,
    tranches: twice,
    ago: 2,
    story: [
      ...matched,
      told.applied,
      told.returnedProposal('缺少未成年人安全预案', '预算没有列明保险'),
      told.appliedAgain,
      told.eligible(2),
      told.shortlisted,
      told.ranked({ rank: 8, of: 12, score: '84.60' }),
      told.publicised,
      told.awarded,
      ...started,
      told.begun,
      told.asksForTime,
    ],
  },
  {
    need: '梅隐寺太极晨练',
    organisation: taiji,
    grant: donation,
    tranches: once,
    ago: 5,
    story: [...commissioned, told.funded, told.begun, told.scopeRefused, told.failed(1)],
  },
  {
    need: '楼栋应急包',
    organisation: watch,
    grant: order,
    tranches: twice,
    ago: 3,
    story: [...commissioned, ...started, told.firstHalf('C'), told.rectified('C')],
  },
]

const ended: Life[] = [
  {
    need: '宝通寺片区法律门诊',
    organisation: mediators,
    grant: order,
    tranches: twice,
    ago: 37,
    story: [
      ...commissioned,
      ...started,
      told.firstHalf('C'),
      told.rectified('C'),
      told.terminated('整改复核仍不合格'),
      told.recoveryDemanded(3500),
      told.moneyReturned(3000),
      told.restWaived(500),
      told.recoveryClosed,
    ],
  },
  {
    need: '困境家庭暖冬行动',
    organisation: callers,
    grant: donation,
    tranches: twice,
    ago: 6,
    story: [
      ...commissioned,
      ...started,
      told.begun,
      told.terminated('组织负责人长期失联，项目无人实施'),
      told.recoveryDemanded(5000),
      told.moneyReturned(2000),
      mended.recoveryMistyped(4500, 2500),
    ],
  },
  { need: '空巢老人结对问安', ago: 96, story: [told.takenIn, told.mergedInto('独居老人敲门探访')] },
  { need: '湖大周边合租矛盾调解', ago: 112, story: [told.takenIn, told.withdrawn] },
  { need: '油料所社区防诈课堂', ago: 128, story: [told.rejected] },
  {
    need: '武车社区工友合唱团',
    organisation: opera,
    ago: 81,
    story: [
      ...matched,
      told.applied,
      told.eligible(),
      told.leftOff('与户部巷已获资助项目内容相近'),
      told.declined('未入围，本轮不予资助'),
    ],
  },
  {
    need: '月亮湾滨江健步队',
    organisation: taiji,
    tranches: once,
    ago: 66,
    story: [...commissioned, told.drawnUp, told.renounced],
  },
]

const inFunding: Life[] = [
  {
    need: '滨湖助浴日',
    organisation: federation,
    grant: order,
    tranches: twice,
    ago: 10,
    story: [...commissioned, told.signed],
  },
  {
    need: '四清里棋牌角',
    organisation: menders,
    ago: 3,
    story: [...commissioned, mended.awardMistyped(90)],
  },
  {
    need: '长湖邻里乒乓赛',
    organisation: taiji,
    grant: donation,
    tranches: once,
    ago: 6,
    story: [
      ...commissioned,
      told.drawnUp,
      told.signedByOrganisation,
      told.reopened('裁判费改列在物资和场地'),
      told.drawnUp,
      told.signedByOrganisation,
    ],
  },
  {
    need: '社区矫正对象公益实践',
    organisation: chuhe,
    grant: order,
    tranches: twice,
    ago: 16,
    story: [...commissioned, told.secured, mended.commitmentMistyped],
  },
  {
    need: '南湖亲子阅读站',
    organisation: xiaojiangtun,
    grant: prize,
    own: 1500,
    tranches: thrice,
    ago: 1,
    story: [...won(9, '84.05'), told.secured, told.onItsWay(1)],
  },
]

const inCompetition: Life[] = [
  {
    need: '团结社区残疾人就业伙伴',
    organisation: nuanshan,
    ago: 5,
    story: [...matched, told.drafted, told.callExtended('暴雨停课一周，顺延申报期')],
  },
  { need: '徐东小微绿地认养', organisation: fleaMarket, ago: 11, story: [...matched, told.applied] },
  {
    need: '水岸国际心灵树洞',
    organisation: chuhe,
    ago: 4,
    story: [...matched, told.applied, told.returnedProposal('缺少个案转介的保密约定')],
  },
  {
    need: '长轮社区家电义修',
    organisation: menders,
    ago: 6,
    story: [...matched, told.applied, told.ineligible('未提交上年度工作报告'), told.appealed],
  },
  {
    need: '秦园路银发电话问候',
    organisation: callers,
    ago: 7,
    story: [...matched, told.applied, told.eligible(), told.shortlisted],
  },
  {
    need: '水岸星城四点半课堂',
    organisation: xiaojiangtun,
    ago: 4,
    story: [
      ...matched,
      told.applied,
      told.eligible(),
      told.shortlisted,
      told.ranked({ rank: 1, of: 9, score: '61.05' }),
      mended.rankMistyped('91.05'),
      told.madePublic,
    ],
  },
  {
    need: '金沙社区宝宝互助圈',
    organisation: qinglan,
    ago: 9,
    story: [
      ...matched,
      told.applied,
      told.eligible(),
      told.shortlisted,
      told.ranked({ rank: 2, of: 9, score: '88.20' }),
      told.madePublic,
      told.objectedOnPaper('方案中的育婴师没有证书'),
    ],
  },
  {
    need: '三角路老旧小区电梯议事',
    organisation: mediators,
    ago: 12,
    story: [
      ...matched,
      told.applied,
      told.eligible(),
      told.shortlisted,
      told.ranked({ rank: 3, of: 9, score: '86.75' }),
      told.rankedAnewAfter('评委甘某和骆某的评分表加总有误', '经复核加总有误，重新排名', {
        rank: 4,
        of: 9,
        score: '85.50',
      }),
      told.publicised,
      told.heldInReserve,
    ],
  },
]

const inMatchmaking: Life[] = [
  { need: '助老手机课', organisation: chuhe, resource: '个案室', ago: 2, story: [told.takenIn, told.offered] },
  {
    need: '宠物文明公约',
    organisation: watch,
    ago: 8,
    story: [
      told.takenIn,
      told.turnedDown('本季度值守已排满，无法承接'),
      told.turnedDownByCommunity(2, '居民议事会希望由本街道的组织承接'),
      told.unanswered,
    ],
  },
  {
    need: '诚善里困难家庭代购',
    organisation: callers,
    ago: 12,
    story: [...matched, told.drafted, told.proposalWithdrawn('申报期内排不出人手'), told.proposed],
  },
  {
    need: '惠誉花园少年球队',
    organisation: xiaojiangtun,
    ago: 3,
    story: [
      told.takenIn,
      told.proposed,
      told.matchWithdrawn('家长希望先比较几家组织'),
      told.takenToFair('徐家棚街道供需对接会'),
      told.leftFair('到会组织没有足球教练'),
      told.takenToFair('武昌区供需对接会'),
    ],
  },
]

const inNeed: Life[] = [
  { need: '垃圾房异味治理', ago: 12, story: [] },
  { need: '楼顶花园', ago: 2, story: [] },
  {
    need: '社区共享雨伞',
    ago: 4,
    story: [told.returnedNeed('请补充伞架位置和管理人'), told.revisedNeed('伞架设在三个门房，由楼栋长管理。')],
  },
]

export const lives: Life[] = [
  ...archived,
  ...inEvaluation,
  ...inDelivery,
  ...ended,
  ...inFunding,
  ...inCompetition,
  ...inMatchmaking,
  ...inNeed,
]
