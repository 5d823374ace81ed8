/** The database goes with the log that it is held against. */
import { logOf } from '../../engine/position.ts'
import { logInUse } from '../log-in-use.ts'
import type { Check } from './check.ts'

export const inUse: Check = {
  zh: '在用的日志',
  en: 'log in use',
  run: async function* ({ client, head }) {
    const noted = await logInUse(client)
    if (noted !== undefined && noted !== logOf(head))
      yield {
        at: noted,
        zh: `本数据库使用的是它，而检查的日志是 ${logOf(head)}`,
        en: `is what this database goes with; the log that was checked is ${logOf(head)}`,
      }
  },
}
