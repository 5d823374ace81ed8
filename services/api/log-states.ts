/** What the states of following the log are called, for whoever looks after the service. */
import type { Title } from '../../engine/definition.ts'
import type { LogStanding, LogState } from '../../engine/log-standing.ts'

const logStateTitles: Record<LogState, Title> = {
  following: { zh: '已跟上日志', en: 'Follows the log' },
  'catching-up': { zh: '正在追赶日志', en: 'Is catching up with the log' },
  unreachable: { zh: '日志服务器没有应答', en: 'The log does not answer' },
  'not-authenticated': { zh: '日志服务器不认可用户名或密码', en: 'The log does not know this user or password' },
  'may-not-read-all': { zh: '该用户无权读取整个日志', en: 'This user may not read the whole log' },
  'fell-behind': { zh: '接收过慢，已被日志服务器断开', en: 'Took events in too slowly and was dropped' },
  silent: { zh: '日志仍在增长，但没有收到通知', en: 'Was told nothing, while the log went on' },
  'beyond-the-end': {
    zh: '日志里没有此前到达的位置：恢复了较旧的备份，或换成了另一份日志',
    en: 'The log ends before the place that was reached: an older backup was restored, or it is another log',
  },
  'history-truncated': { zh: '某个流的部分事实被截断', en: 'Facts of a stream were cut off' },
  'stream-deleted': { zh: '某个流被删除', en: 'A stream was deleted' },
}

/** For everybody: without what the server said, which is for the process's own log. */
export const logStandingsTold = (standings: readonly LogStanding[]) =>
  standings.map(({ state, since }) => ({ state, since, ...logStateTitles[state] }))
