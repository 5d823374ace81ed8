/** What each refusal says to people: what, where, and how to mend it. */
import { shanghaiTime } from '../../engine/clock.ts'
import type { Title, Workflow } from '../../engine/definition.ts'
import type { EngineErrorDetail, Reason } from '../../engine/engine-error.ts'
import { placePath } from '../../workflows/places/places.ts'
import { roles } from '../../workflows/roles.ts'
import type { FileRefusalDetail } from '../files/refusal.ts'
import type { Found } from '../personal-text/kinds.ts'
import { systemTitle } from './system-posts.ts'

/** Where in a body, in which field, what kind of personal data; the excerpt is masked. */
export type PersonalText = { path: string; field: Title; kind: Found['kind']; excerpt: string }

export type EdgeErrorDetail = {
  'malformed-request': Record<never, never>
  'headers-too-large': Record<never, never>
  'request-too-slow': Record<never, never>
  'malformed-json': { reason: string }
  'body-too-large': { limit: number }
  'append-too-large': Record<never, never>
  'unsupported-media-type': { given: string }
  'no-token': Record<never, never>
  'bad-token': { reason: string }
  'token-expired': { expired: string }
  'idempotency-key-required': Record<never, never>
  'invalid-header': { header: string; wanted: string }
  'invalid-query': { issues: EngineErrorDetail['invalid-input']['issues'] }
  'personal-data-in-text': { found: readonly PersonalText[] }
  'not-found': { path: string }
  'not-revealed': Record<never, never>
  /** `size`: so many events are covered. */
  'not-in-tree': { size: number }
  'no-head': Record<never, never>
  'no-such-head': { size: number }
  'no-decision-yet': Record<never, never>
  'content-encoding-refused': { given: string }
  /** Several parts in one body. */
  'form-refused': Record<never, never>
  'file-not-named': { sha256: string }
  'bad-link': Record<never, never>
  'link-expired': { expired: string }
  'receipt-not-for-this': Record<never, never>
  'receipt-over': { arrived: string; minutes: number }
  'clock-astray': { skewMs: number; mostMs: number }
  'foreign-position': { position: string }
  'view-not-yours': { model: string; who: readonly string[] }
  'read-model-behind': { model: string; waitedMs: number }
  'read-model-stopped': { model: string; at: string }
  'ahead-of-log': { model: string; at: string }
  'log-unavailable': Record<never, never>
  'log-moved': Record<never, never>
  'log-damaged': Record<never, never>
  'wrong-master-key': Record<never, never>
  'outcome-unknown': Record<never, never>
  'too-many-requests': { most: number }
  stopping: Record<never, never>
  'issuer-unavailable': Record<never, never>
  'database-unavailable': Record<never, never>
  'read-too-slow': Record<never, never>
  internal: { reference: string }
}
type Details = EngineErrorDetail & EdgeErrorDetail & FileRefusalDetail
export type Code = keyof Details
export type DetailOf<C extends Code> = Details[C]

type Sentences = { [C in Code]: { title: Title; detail(detail: DetailOf<C>, workflow?: Workflow): Title } }

/** What whoever acts is called; a lifecycle has names of its own for the people whom its lives name. */
const role = (name: string, workflow?: Workflow): Title =>
  workflow?.people[name] ?? (name.startsWith('system:') ? systemTitle(name) : roleOfPerson(name))
const roleOfPerson = (name: string): Title =>
  (Object.hasOwn(roles, name) ? roles[name as keyof typeof roles] : PEOPLE[name]) ?? { zh: name, en: name }
const PEOPLE: Record<string, Title> = {
  self: { zh: '本人', en: 'the person themself' },
  anyone: { zh: '任何已登记人员', en: 'any registered person' },
}

export const roleTitle = role

const KINDS: Record<Found['kind'], Title> = {
  phone: { zh: '电话号码', en: 'phone number' },
  mail: { zh: '邮箱地址', en: 'mail address' },
  'id-number': { zh: '身份证号', en: 'citizen id number' },
  account: { zh: '银行账号', en: 'bank account' },
}
export const kindTitle = (kind: Found['kind']): Title => KINDS[kind]

const rolesZh = (names: readonly string[], workflow?: Workflow): string =>
  names.map(name => role(name, workflow).zh).join('、') || '系统'
const rolesEn = (names: readonly string[], workflow?: Workflow): string =>
  names.map(name => role(name, workflow).en).join(', ') || 'the system'
/** What of the input is wrong, where the rule says it; its own sentence otherwise. */
const exactly = ({ text, wrong = () => [] }: Reason): readonly Title[] => {
  const found = wrong()
  return found.length > 0 ? found : [text]
}

const commandTitle = (workflow: Workflow | undefined, command: string): Title => {
  const meta = workflow?.commands[command]?.meta()
  return { zh: meta?.zh ?? command, en: meta?.en ?? command }
}
const BUSY: Record<DetailOf<'too-busy'>['of'], Title> = {
  instance: { zh: '这条记录', en: 'This record has' },
  requests: { zh: '服务', en: 'The service has' },
  waiting: { zh: '服务等待队列', en: 'The queue of those that wait has' },
}
const placeName = (code: string | undefined): string => (code ? placePath(code).join('') || code : '—')

export const sentences: Sentences = {
  'unknown-workflow': {
    title: { zh: '没有这种流程', en: 'No such workflow' },
    detail: ({ workflow, known }) => ({
      zh: `没有名为“${workflow}”的流程；现有：${known.join('、')}。`,
      en: `There is no workflow '${workflow}'; there are: ${known.join(', ')}.`,
    }),
  },
  'unknown-command': {
    title: { zh: '没有这个操作', en: 'No such command' },
    detail: ({ workflow, command, known }) => ({
      zh: `流程“${workflow}”没有操作“${command}”；可用操作见 known（共 ${known.length} 个）。`,
      en: `Workflow '${workflow}' has no command '${command}'; 'known' lists the ${known.length} it has.`,
    }),
  },
  'unknown-instance': {
    title: { zh: '没有这条记录', en: 'No such record' },
    detail: ({ workflow, id }) => ({
      zh: `流程“${workflow}”中没有编号为 ${id} 的记录，请核对编号。`,
      en: `There is no ${workflow} with the id ${id}; check the id.`,
    }),
  },
  'unknown-person': {
    title: { zh: '未登记的人员', en: 'Unknown person' },
    detail: () => ({
      zh: '令牌所属人员尚未登记，请先由街道或民政局登记。',
      en: "The token's person is not registered; a street office or bureau registers people.",
    }),
  },
  'person-ended': {
    title: { zh: '人员记录已终止', en: 'The record has ended' },
    detail: () => ({
      zh: '令牌所属的人员记录已并入他人记录或已删除，不能再办理；请使用保留的记录。',
      en: 'The record that the token speaks for was merged into another or erased and does nothing more; use the one that was kept.',
    }),
  },
  'unknown-represented': {
    title: { zh: '代为办理的对象未登记', en: 'Nobody by that id to act for' },
    detail: () => ({
      zh: 'onBehalf.person 不是现有登记人员的编号；未登记的请先登记此人，已并入他人记录的请用保留的记录。',
      en: 'onBehalf.person is not the id of a person on record; register them first, or use the record that was kept.',
    }),
  },
  'not-on-behalf': {
    title: { zh: '不能代为办理', en: 'Not done for others' },
    detail: ({ command, possible }, workflow) => ({
      zh: `“${commandTitle(workflow, command).zh}”须由本人办理；可以代为办理：${possible.map(name => commandTitle(workflow, name).zh).join('、') || '无'}。`,
      en: `'${commandTitle(workflow, command).en}' is sent by whoever does it; for others are taken in: ${possible.map(name => commandTitle(workflow, name).en).join(', ') || 'none'}.`,
    }),
  },
  'no-intake': {
    title: { zh: '无权代为办理', en: 'Not yours to take in' },
    detail: ({ who }) => ({
      zh: `代他人办理须由其所在地的${rolesZh(who)}进行。`,
      en: `What others ask is taken in by: ${rolesEn(who)} of that place.`,
    }),
  },
  'for-oneself': {
    title: { zh: '不必代本人办理', en: 'Not on behalf of oneself' },
    detail: () => ({
      zh: 'onBehalf.person 是您本人，请去掉 onBehalf 后直接办理。',
      en: 'onBehalf.person is yourself; send it without onBehalf.',
    }),
  },
  'no-such-day': {
    title: { zh: '办理日期不在范围内', en: 'Not a day on which that happened' },
    detail: ({ on, earliest, latest }) => ({
      zh: `onBehalf.on（${on}）须在 ${earliest} 至 ${latest} 之间。`,
      en: `onBehalf.on (${on}) must lie between ${earliest} and ${latest}.`,
    }),
  },
  'long-ago': {
    title: { zh: '办理日期过早，须说明理由', en: 'Long ago: say why' },
    detail: ({ on, days }) => ({
      zh: `onBehalf.on（${on}）早于 ${days} 天前，请在 onBehalf.reason 中说明为何此时才录入。`,
      en: `onBehalf.on (${on}) is more than ${days} days back; say in onBehalf.reason why it comes in only now.`,
    }),
  },
  'invalid-input': {
    title: { zh: '填写有误', en: 'Invalid input' },
    detail: ({ issues }) => ({
      zh: `有 ${issues.length} 处需要改正，见 issues。`,
      en: `${issues.length} thing(s) to mend; see issues.`,
    }),
  },
  'not-permitted': {
    title: { zh: '无权办理', en: 'Not permitted' },
    detail: ({ command, who }, workflow) => ({
      zh: `“${commandTitle(workflow, command).zh}”须由${rolesZh(who, workflow)}办理。`,
      en: `'${commandTitle(workflow, command).en}' is for: ${rolesEn(who, workflow)}.`,
    }),
  },
  'outside-your-place': {
    title: { zh: '不在您的辖区或组织内', en: 'Outside your place or organisation' },
    detail: ({ place, who }, workflow) => ({
      zh: `此事属于${place ? placeName(place) : '他处'}，须由其${rolesZh(who, workflow)}办理。`,
      en: `This belongs ${place ? `to ${placeName(place)}` : 'elsewhere'}; it is for its ${rolesEn(who, workflow)}.`,
    }),
  },
  'post-ended': {
    title: { zh: '任职已结束', en: 'The post has ended' },
    detail: ({ role: name, ended }) => ({
      zh: `您的“${role(name).zh}”任职已于 ${ended} 结束；如需办理，请由上级重新任命。`,
      en: `Your post as ${role(name).en} ended on ${ended}; to act again you must be appointed anew.`,
    }),
  },
  'kept-apart': {
    title: { zh: '须由他人办理（职责分离）', en: 'Somebody else must do this (segregation of duties)' },
    detail: ({ text }) => ({
      zh: `${text.zh}，请由另一位有权人员办理。`,
      en: `${text.en.replace(/\.$/, '')}; another entitled person must do it.`,
    }),
  },
  'not-visible': {
    title: { zh: '无权查看', en: 'Not yours to see' },
    detail: () => ({ zh: '这条记录不在您的任职范围内。', en: 'This record is outside what your posts cover.' }),
  },
  'not-in-this-state': {
    title: { zh: '当前状态不能这样办理', en: 'Not possible in this state' },
    detail: ({ command, possible }, workflow) => ({
      zh: `当前状态下不能“${commandTitle(workflow, command).zh}”；可办理：${possible.map(name => commandTitle(workflow, name).zh).join('、') || '无（已终结）'}。`,
      en: `'${commandTitle(workflow, command).en}' is not possible here; possible: ${possible.map(name => commandTitle(workflow, name).en).join(', ') || 'nothing, this life has ended'}.`,
    }),
  },
  refused: {
    title: { zh: '条件未满足', en: 'Refused' },
    detail: ({ reasons }) => {
      const texts = reasons.flatMap(exactly)
      return { zh: texts.map(({ zh }) => zh).join('；'), en: texts.map(({ en }) => en).join('; ') }
    },
  },
  'stale-revision': {
    title: { zh: '您看到的不是最新情况', en: 'What you looked at is not the latest' },
    detail: ({ expected, actual }) => ({
      zh: `您依据的是第 ${expected} 版，现在是第 ${actual} 版；请重新查看后再办理。`,
      en: `You looked at revision ${expected}, it stands at ${actual}; read it again, then decide.`,
    }),
  },
  'key-erased': {
    title: { zh: '密钥已销毁', en: 'The key was destroyed' },
    detail: () => ({
      zh: '这些内容所属的密钥已按删除要求销毁，不能再写入；如确有需要，请另行登记。',
      en: 'The key that this would be sealed under was destroyed to erase what it opened; register anew where that is right.',
    }),
  },
  'sealed-too-long': {
    title: { zh: '内容过长，无法封存', en: 'Too long to be sealed' },
    detail: ({ field, bytes, most }) => ({
      zh: `“${field}”共 ${bytes} 字节，封存最多 ${most} 字节（汉字每字 3 字节）；请缩短后再提交。`,
      en: `'${field}' has ${bytes} bytes and at most ${most} can be sealed; shorten it and send it again.`,
    }),
  },
  'key-reused': {
    title: { zh: '幂等键已用于别的请求', en: 'Idempotency key used before' },
    detail: ({ key, first }) => ({
      zh: `Idempotency-Key“${key}”已用于内容不同的“${first}”；新的请求请用新的键。`,
      en: `Idempotency-Key '${key}' was used for another '${first}'; use a new key for a new request.`,
    }),
  },
  taken: {
    title: { zh: '已被占用', en: 'Taken' },
    detail: ({ text, holder }) => ({
      zh: `“${text.zh}”必须唯一，所填内容已属于${holder ? `“${holder.title}”（见 holder）` : '另一条您无权查看的记录'}；请核对所填内容。`,
      en: `'${text.en}' is one of its kind, and what you gave belongs to ${holder ? `'${holder.title}' (see holder)` : 'a record that is not yours to see'}; check what you gave.`,
    }),
  },
  'claim-pending': {
    title: { zh: '正被占用', en: 'About to be taken' },
    detail: ({ text }) => ({
      zh: `有人正在登记相同的“${text.zh}”，尚无结果；请在一分钟后用同一个键重试。`,
      en: `Somebody is recording the same '${text.en}' and has not finished; send it again in a minute with the same key.`,
    }),
  },
  conflict: {
    title: { zh: '多人同时办理', en: 'Conflict' },
    detail: ({ tries }) => ({
      zh: `尝试 ${tries} 次仍被他人抢先，请稍后用同一个键重试。`,
      en: `Others were first ${tries} times; send it again with the same key.`,
    }),
  },
  'not-due': {
    title: { zh: '期限未到或已不再运行', en: 'Not due' },
    detail: ({ revision }) => ({
      zh: `此期限尚未到期、已办理或已随状态结束；该记录现为第 ${revision} 版。`,
      en: `This deadline has not come yet, was dealt with, or ended with its state; the record stands at revision ${revision}.`,
    }),
  },
  'follower-behind': {
    title: { zh: '服务暂时落后', en: 'The service is behind' },
    detail: ({ behindMs }) => ({
      zh: `本进程已 ${behindMs} 毫秒未核对日志，请稍后重试。`,
      en: `This process has not compared itself with the log for ${behindMs} ms; try again shortly.`,
    }),
  },
  'position-not-reached': {
    title: { zh: '尚未同步到该位置', en: 'Position not reached yet' },
    detail: ({ waitedMs }) => ({
      zh: `等待 ${waitedMs} 毫秒后仍未同步到所给位置，请稍后重试。`,
      en: `The position given was not reached within ${waitedMs} ms; try again shortly.`,
    }),
  },
  'malformed-request': {
    title: { zh: '不是合法的 HTTP 请求', en: 'Not a valid HTTP request' },
    detail: () => ({
      zh: '请求行、请求头或请求体长度无法解析。',
      en: 'Its request line, headers or length cannot be read.',
    }),
  },
  'headers-too-large': {
    title: { zh: '请求头过大', en: 'The headers are too large' },
    detail: () => ({
      zh: '请求行和请求头合计最多 16 KiB。',
      en: 'Request line and headers have at most 16 KiB together.',
    }),
  },
  'request-too-slow': {
    title: { zh: '请求发送过慢', en: 'The request came too slowly' },
    detail: () => ({
      zh: '请求未在规定时间内发送完，未写入任何内容，请重试。',
      en: 'It did not arrive whole in time; nothing was written, send it again.',
    }),
  },
  'malformed-json': {
    title: { zh: '请求体不是合法的 JSON', en: 'The body is not valid JSON' },
    detail: ({ reason }) => ({ zh: `无法解析请求体：${reason}`, en: `The body cannot be read: ${reason}` }),
  },
  'body-too-large': {
    title: { zh: '请求体过大', en: 'The body is too large' },
    detail: ({ limit }) => ({ zh: `请求体最多 ${limit} 字节。`, en: `A body has at most ${limit} bytes.` }),
  },
  'append-too-large': {
    title: { zh: '一次写入的内容过多', en: 'Too much at once' },
    detail: () => ({
      zh: '这条命令要记录的内容超过日志一次能写入的大小，没有写入任何内容；请分成几次办理。',
      en: 'What this command would record is more than the log takes at once; nothing was written. Do it in several steps.',
    }),
  },
  'unsupported-media-type': {
    title: { zh: '不支持的内容类型', en: 'Unsupported media type' },
    detail: ({ given }) => ({
      zh: `请以 application/json 发送，而不是“${given}”。`,
      en: `Send application/json, not '${given}'.`,
    }),
  },
  'no-token': {
    title: { zh: '缺少令牌', en: 'No token' },
    detail: () => ({
      zh: '请在 Authorization 头中带上 Bearer 令牌。',
      en: 'Send a Bearer token in the Authorization header.',
    }),
  },
  'bad-token': {
    title: { zh: '令牌无效', en: 'The token is not valid' },
    detail: ({ reason }) => ({
      zh: `令牌未通过验证（${reason}），请重新登录。`,
      en: `The token was not accepted (${reason}); sign in again.`,
    }),
  },
  'token-expired': {
    title: { zh: '令牌已过期', en: 'The token has expired' },
    detail: ({ expired }) => ({
      zh: `令牌已于 ${expired} 过期，请重新登录。`,
      en: `The token expired at ${expired}; sign in again.`,
    }),
  },
  'idempotency-key-required': {
    title: { zh: '缺少 Idempotency-Key', en: 'Idempotency-Key required' },
    detail: () => ({
      zh: '每次写入都须带 Idempotency-Key 头（1–200 个可见字符）；重试时用同一个键，就不会办理两次。',
      en: 'Every write carries an Idempotency-Key header (1–200 visible characters); a retry with the same key is never done twice.',
    }),
  },
  'invalid-header': {
    title: { zh: '请求头有误', en: 'Invalid header' },
    detail: ({ header, wanted }) => ({
      zh: `${header} 头应为${wanted}。`,
      en: `The header ${header} must be ${wanted}.`,
    }),
  },
  'invalid-query': {
    title: { zh: '查询参数有误', en: 'Invalid query' },
    detail: ({ issues }) => ({
      zh: `有 ${issues.length} 个查询参数需要改正，见 issues。`,
      en: `${issues.length} query parameter(s) to mend; see issues.`,
    }),
  },
  'not-in-tree': {
    title: { zh: '哈希树中没有', en: 'Not in the tree' },
    detail: ({ size }) => ({
      zh: `所问的超出了哈希树所覆盖的前 ${size} 个事件；刚记录的事件稍后即可查到。`,
      en: `What is asked lies beyond the first ${size} events that the tree covers; one just recorded is there in a moment.`,
    }),
  },
  'no-head': {
    title: { zh: '还没有日志头', en: 'No head yet' },
    detail: () => ({
      zh: '还没有签过日志头；服务运行并记录事件后不久即有。',
      en: 'No head of the log has been signed yet; there is one soon after a service has recorded something.',
    }),
  },
  'no-such-head': {
    title: { zh: '没有这个日志头', en: 'No such head' },
    detail: ({ size }) => ({
      zh: `没有签署过事件数为 ${size} 的日志头，签署过的见 /v1/log/heads，刚签署的稍后即可查到。如您留有本系统密钥签署的这一日志头，请保存好：日志可能被改写或退回过。`,
      en: `No head of ${size} events was signed; /v1/log/heads lists those that were, one just signed in a moment. If you hold that head, signed by the key of this service, keep it: the log may have been rewritten or set back.`,
    }),
  },
  'no-decision-yet': {
    title: { zh: '尚无决策包', en: 'No decision pack yet' },
    detail: () => ({
      zh: '名单公示并签署日志头后方有决策包；公示后稍候再取。',
      en: 'There is a decision pack once a list is public under a signed head of the log; after publication that is a moment.',
    }),
  },
  'not-found': {
    title: { zh: '没有这个地址', en: 'Not found' },
    detail: ({ path }) => ({
      zh: `没有地址 ${path}；全部地址见 /openapi.json。`,
      en: `There is nothing at ${path}; /openapi.json lists what there is.`,
    }),
  },
  'not-revealed': {
    title: { zh: '评分尚未启封', en: 'Sheets are sealed' },
    detail: () => ({
      zh: '全部评分册启封后方可查询；启封之前任何人都看不到评分。',
      en: 'It can be asked once all ballots of the round are open; before that nobody sees a score.',
    }),
  },
  'personal-data-in-text': {
    title: { zh: '文字中有个人信息', en: 'Personal data in a text' },
    detail: ({ found }) => ({
      zh: `${found.map(each => `“${each.field.zh}”中有${kindTitle(each.kind).zh} ${each.excerpt}`).join('，')}。请改写后再提交；确须保留的，以 ?personalText=keep 重新提交，记录中会注明。`,
      en: `${found.map(each => `'${each.field.en}' holds a ${kindTitle(each.kind).en}, ${each.excerpt}`).join('; ')}. Write it without, or send it again with ?personalText=keep: the record will say that it was kept.`,
    }),
  },
  'foreign-position': {
    title: { zh: '不是本日志的位置', en: 'Not a position of this log' },
    detail: ({ position }) => ({
      zh: `“${position.slice(0, 60)}”不是本日志的位置。`,
      en: `'${position.slice(0, 60)}' is no position of this log.`,
    }),
  },
  'view-not-yours': {
    title: { zh: '无权查看此报表', en: 'Not your read model' },
    detail: ({ model, who }) => ({
      zh: `“${model}”供${rolesZh(who)}查看。`,
      en: `'${model}' is for: ${rolesEn(who)}.`,
    }),
  },
  'read-model-behind': {
    title: { zh: '报表尚未更新到该位置', en: 'The read model is behind' },
    detail: ({ model, waitedMs }) => ({
      zh: `“${model}”在 ${waitedMs} 毫秒内未更新到所给位置，请稍后重试。`,
      en: `'${model}' did not reach the position within ${waitedMs} ms; try again shortly.`,
    }),
  },
  'read-model-stopped': {
    title: { zh: '报表已停止更新', en: 'The read model has stopped' },
    detail: ({ model, at }) => ({
      zh: `“${model}”停在位置 ${at}，须由管理员处理。`,
      en: `'${model}' stopped at ${at}; an operator must mend it.`,
    }),
  },
  'ahead-of-log': {
    title: { zh: '报表超前于日志', en: 'The read model is ahead of the log' },
    detail: ({ model, at }) => ({
      zh: `“${model}”已到位置 ${at}，日志没有那么长：日志与数据库恢复自不同的备份。管理员须将两者一同恢复，或重建：npx gongchuang rebuild ${model}。`,
      en: `'${model}' stands at ${at}, and the log does not go so far: log and database were restored from different backups. An operator restores both together, or builds it anew: npx gongchuang rebuild ${model}.`,
    }),
  },
  'wrong-master-key': {
    title: { zh: '主密钥已更换', en: 'The master key was changed' },
    detail: () => ({
      zh: '本进程仍使用旧的主密钥，没有写入任何内容；请运维人员用新的主密钥重新启动服务。',
      en: 'This process still has the old master key; nothing was written. Whoever runs the service starts it again with the new one.',
    }),
  },
  'log-unavailable': {
    title: { zh: '日志暂不可用', en: 'The log is unavailable' },
    detail: () => ({
      zh: '没有写入任何内容，请稍后用同一个键重试。',
      en: 'Nothing was written; send it again with the same key shortly.',
    }),
  },
  'log-damaged': {
    title: { zh: '日志已损坏', en: 'The log is damaged' },
    detail: () => ({
      zh: '日志中缺少这份记录的部分事实（流被截断或删除），没有写入任何内容；请运维人员按运行手册“日志损坏”一节处理。',
      en: 'Some facts of this record are gone from the log (its stream was cut off or deleted); nothing was written. Whoever runs the service finds what to do in the operations manual, under a damaged log.',
    }),
  },
  'log-moved': {
    title: { zh: '日志已迁移', en: 'The log was moved' },
    detail: () => ({
      zh: '日志已迁到别处，本进程不再受理，没有写入任何内容；请运维人员在新的日志上重新启动服务，再用同一个键重试。',
      en: 'The log was moved elsewhere and this process takes nothing any more; nothing was written. Whoever runs the service starts it again on the new log; then send it again with the same key.',
    }),
  },
  'outcome-unknown': {
    title: { zh: '结果未知', en: 'Outcome unknown' },
    detail: () => ({
      zh: '写入结果未知，请用同一个键重试：已写入的不会再写一次。',
      en: 'It may have been written; send it again with the same key: it is never done twice.',
    }),
  },
  'unknown-file': {
    title: { zh: '没有这个文件', en: 'No such file' },
    detail: ({ files }) => ({
      zh: `有 ${files.length} 处引用的文件未保存在本系统，见 files；请先经 POST /v1/files 上传，再引用答复中的 sha256。`,
      en: `${files.length} file(s) named here are not kept, see files: send them to POST /v1/files first, then name the sha256 of the answer.`,
    }),
  },
  'file-too-large': {
    title: { zh: '文件过大', en: 'The file is too large' },
    detail: ({ limit }) => ({
      zh: `一个文件最多 ${limit} 字节；请压缩或拆分后再上传。`,
      en: `A file has at most ${limit} bytes; make it smaller or send it in parts.`,
    }),
  },
  'too-much-unnamed': {
    title: { zh: '未引用的文件过多', en: 'Too much that nothing names' },
    detail: ({ limit }) => ({
      zh: `您上传而尚未被任何记录引用的文件合计不得超过 ${limit} 字节；请先在命令中引用已上传的文件，或等一天后系统自动清除。`,
      en: `What you sent and no record names yet is ${limit} bytes at most; name in a command what is there, or wait a day until it is swept.`,
    }),
  },
  'file-kind-refused': {
    title: { zh: '不接收这种文件', en: 'Not a kind of file that is kept' },
    detail: ({ kinds }) => ({
      zh: `只接收 ${kinds.join('、')}（文本须为 UTF-8）；请转换格式后再上传。`,
      en: `Kept are ${kinds.join(', ')} (texts in UTF-8); convert it and send it again.`,
    }),
  },
  'file-kind-mismatch': {
    title: { zh: '文件名与内容不符', en: 'The name speaks of another kind' },
    detail: ({ name, kind }) => ({
      zh: `“${name}”的内容是 ${kind}，请改正扩展名后再上传。`,
      en: `'${name}' holds a ${kind}; correct the extension and send it again.`,
    }),
  },
  'file-broken': {
    title: { zh: '文件已损坏', en: 'The file is not whole' },
    detail: ({ why }) => ({ zh: `${why.zh}，请核对后重新上传。`, en: `${why.en}; look at it and send it again.` }),
  },
  'upload-cut-short': {
    title: { zh: '上传中断', en: 'The upload was cut short' },
    detail: () => ({ zh: '没有保存任何内容，请重新上传。', en: 'Nothing was kept; send it again.' }),
  },
  'upload-too-slow': {
    title: { zh: '上传过慢', en: 'The upload is too slow' },
    detail: ({ bytesPerSecond }) => ({
      zh: `平均每秒须有 ${bytesPerSecond} 字节；没有保存任何内容，请换用更快的网络重新上传。`,
      en: `It must bring ${bytesPerSecond} bytes a second on the whole; nothing was kept, send it again over a faster line.`,
    }),
  },
  'file-refused-by-scan': {
    title: { zh: '文件未通过安全扫描', en: 'The scanner refused the file' },
    detail: () => ({
      zh: '没有保存任何内容；请清除病毒或换一个文件。',
      en: 'Nothing was kept; clean the file or choose another.',
    }),
  },
  'scan-unavailable': {
    title: { zh: '安全扫描暂不可用', en: 'The scanner is unavailable' },
    detail: () => ({ zh: '没有保存任何内容，请稍后重新上传。', en: 'Nothing was kept; send it again later.' }),
  },
  'storage-full': {
    title: { zh: '存储空间已满', en: 'The storage is full' },
    detail: () => ({
      zh: '没有保存任何内容，请联系管理员。',
      en: 'Nothing was kept; an operator must make room.',
    }),
  },
  'storage-unavailable': {
    title: { zh: '文件存储暂不可用', en: 'The storage of files is unavailable' },
    detail: () => ({ zh: '请稍后重试。', en: 'Try again later.' }),
  },
  'file-damaged': {
    title: { zh: '文件已不可信', en: 'The file can no longer be trusted' },
    detail: ({ sha256 }) => ({
      zh: `文件 ${sha256} 的内容与校验值不符，不再提供；请联系管理员，由持有原件者重新上传即可修复。`,
      en: `What is kept under ${sha256} no longer has that hash and is not served; whoever has the original mends it by sending it again.`,
    }),
  },
  'content-encoding-refused': {
    title: { zh: '请勿压缩请求体', en: 'Send the bytes as they are' },
    detail: ({ given }) => ({
      zh: `文件须原样发送，不能使用 Content-Encoding: ${given}。`,
      en: `A file is sent as it is, without Content-Encoding: ${given}.`,
    }),
  },
  'form-refused': {
    title: { zh: '请勿以表单上传', en: 'Not as a form' },
    detail: () => ({
      zh: '请把文件内容直接作为请求体发送（如 curl --data-binary @文件），不要用 multipart 表单。',
      en: "Send the file's bytes as the body (curl --data-binary @FILE), not as a multipart form.",
    }),
  },
  'file-not-named': {
    title: { zh: '这条记录没有引用该文件', en: 'Not a file of this record' },
    detail: ({ sha256 }) => ({
      zh: `这条记录没有引用文件 ${sha256}，请核对校验值。`,
      en: `This record names no file ${sha256}; check the hash.`,
    }),
  },
  'bad-link': {
    title: { zh: '链接无效', en: 'Not a good link' },
    detail: () => ({
      zh: '请从引用该文件的记录重新取得链接。',
      en: 'Ask the record that names the file for a link.',
    }),
  },
  'link-expired': {
    title: { zh: '链接已过期', en: 'The link has expired' },
    detail: ({ expired }) => ({
      zh: `链接已于 ${expired} 过期，请从引用该文件的记录重新取得。`,
      en: `The link expired at ${expired}; ask the record that names the file for another.`,
    }),
  },
  'receipt-not-for-this': {
    title: { zh: '到达回执不适用', en: 'The receipt is not for this' },
    detail: () => ({
      zh: 'Arrival-Receipt 只适用于当时未能受理的那一个请求：须由同一人，以同一地址、同一 Idempotency-Key 和一字不改的内容重新提交。如内容已改，请去掉回执提交，以此次到达时间为准。',
      en: 'An Arrival-Receipt is for the one request that was turned away: sent again by the same person, to the same address, with the same Idempotency-Key and not a byte of the body changed. Without it this is a new request, which arrives now.',
    }),
  },
  'receipt-over': {
    title: { zh: '到达回执已失效', en: 'The receipt is over' },
    detail: ({ arrived, minutes }) => ({
      zh: `回执证明的到达时间是 ${shanghaiTime(arrived)}，回执自到达起 ${minutes} 分钟内有效，已失效；去掉回执可再提交，以此次到达时间为准。`,
      en: `It says that the request arrived at ${arrived}, and was good for ${minutes} minutes from then. Without it this is a new request, which arrives now.`,
    }),
  },
  'clock-astray': {
    title: { zh: '服务时钟不准', en: 'The clock is astray' },
    detail: ({ skewMs, mostMs }) => ({
      zh: `该服务进程的时钟与数据库相差 ${skewMs} 毫秒（最多 ${mostMs}），不能认定到达时间，未写入任何内容；请稍后重试，由其他进程受理。`,
      en: `This process' clock differs from the database's by ${skewMs} ms (${mostMs} at most), so it cannot say when anything arrives; nothing was written. Come again: another process takes it.`,
    }),
  },
  'too-busy': {
    title: { zh: '服务繁忙', en: 'Too busy' },
    detail: ({ of, most }) => ({
      zh: `${BUSY[of].zh}已有 ${most} 个请求，没有写入任何内容；请按 Retry-After 的秒数稍后用同一个键重试。`,
      en: `${BUSY[of].en} ${most} requests already; nothing was written. Send it again with the same key after the seconds in Retry-After.`,
    }),
  },
  'too-many-requests': {
    title: { zh: '同时发出的请求过多', en: 'Too many requests at once' },
    detail: ({ most }) => ({
      zh: `您同时有 ${most} 个请求尚未答复，请等前面的答复后再发，或按 Retry-After 的秒数稍后重试。`,
      en: `You have ${most} requests that are not answered yet: wait for their answers, or come again after the seconds in Retry-After.`,
    }),
  },
  stopping: {
    title: { zh: '服务正在停止', en: 'The service is stopping' },
    detail: () => ({
      zh: '没有写入任何内容，请稍后用同一个键重试。',
      en: 'Nothing was written; send it again with the same key shortly.',
    }),
  },
  'issuer-unavailable': {
    title: { zh: '令牌暂时无法核验', en: 'The token cannot be checked now' },
    detail: () => ({
      zh: '签发令牌的系统没有应答，令牌可能有效，请稍后重试。',
      en: 'The issuer of tokens does not answer; the token may be good. Try again shortly.',
    }),
  },
  'database-unavailable': {
    title: { zh: '数据库暂不可用', en: 'The database is unavailable' },
    detail: () => ({
      zh: '数据库没有应答，请稍后重试；命令请用同一个键，已写入的不会再写一次。',
      en: 'The database does not answer; try again shortly, a command with the same key: it is never done twice.',
    }),
  },
  'read-too-slow': {
    title: { zh: '查询超时', en: 'It took too long to read' },
    detail: () => ({
      zh: '查询没有在限定时间内完成；请缩小范围（筛选或减少每页条数），或稍后重试。',
      en: 'The question was not answered in time: ask for less (a filter, a smaller page), or try again shortly.',
    }),
  },
  internal: {
    title: { zh: '内部错误', en: 'Internal error' },
    detail: ({ reference }) => ({
      zh: `服务出错，编号 ${reference}，请联系管理员。`,
      en: `Something broke on our side; reference ${reference}.`,
    }),
  },
}
