/** What must hold of every answer, whatever was asked. */
import { z } from 'zod'
import { STATUS } from '../../services/api/problem.ts'
import { type Code, sentences } from '../../services/api/sentences.ts'
import { jsonOrNothing } from '../../services/json.ts'
import { found } from './markers.ts'
import type { Request } from './request.ts'
import type { Answer } from './send.ts'

export type Exchange = {
  request: Request
  answer: Answer
  /** Events that were recorded meanwhile. */
  recorded: number
  /** Personal values that this sender must not be shown. */
  hidden: readonly string[]
}

/** Each says what is wrong, or nothing. */
type Oracle = (exchange: Exchange) => string | undefined | false

/** A reader who asked to wait may wait. */
const SLOW_MS = 5_000
const SLOW_WAITING_MS = 12_000

/** The service may say that it is too busy; it never breaks. */
const MAY_BE_BUSY: readonly Code[] = ['too-busy', 'follower-behind', 'position-not-reached', 'read-model-behind']

const isRefusal = ({ answer }: Exchange): boolean => answer.status >= 400
const hasNoBody = ({ request }: Exchange): boolean => request.method === 'HEAD'
/** Not a problem: a probe that says what is not ready yet. */
const isProbe = ({ request }: Exchange): boolean => request.path.startsWith('/readyz')

const bodyOf = ({ answer }: Exchange) => jsonOrNothing(answer.text) as Record<string, unknown> | undefined
const codeOf = (exchange: Exchange): Code | undefined => bodyOf(exchange)?.code as Code | undefined

const breaksNothing: Oracle = exchange =>
  exchange.answer.status >= 500 &&
  !isProbe(exchange) &&
  !MAY_BE_BUSY.includes(codeOf(exchange) as Code) &&
  `it answers ${exchange.answer.status}`

const answersInTime: Oracle = ({ request, answer }) =>
  answer.tookMs > (/[?&]after/.test(request.path) ? SLOW_WAITING_MS : SLOW_MS) &&
  `it takes ${Math.round(answer.tookMs)} ms`

const isOneProblem: Oracle = exchange => {
  if (!isRefusal(exchange) || hasNoBody(exchange) || isProbe(exchange)) return
  const { answer } = exchange
  if (!answer.type.startsWith('application/problem+json')) return `a refusal is ${answer.type}`
  const code = codeOf(exchange)
  if (!code || STATUS[code] !== answer.status) return `the code ${code} does not mean ${answer.status}`
}

/** A path that cannot be read is answered before anybody has looked at the language. */
const speaksTheLanguageAsked: Oracle = exchange => {
  const code = codeOf(exchange)
  const language = exchange.request.headers['accept-language']
  if (!isRefusal(exchange) || !code || code === 'not-found' || (language !== 'zh' && language !== 'en')) return
  return bodyOf(exchange)?.title !== sentences[code]?.title[language] && `'${code}' is not told in ${language}`
}

const isDryRun = ({ request }: Exchange): boolean => /[?&]dryRun=true/.test(request.path)
const isAcceptedWrite = (exchange: Exchange): boolean =>
  exchange.request.method === 'POST' && !isRefusal(exchange) && !isDryRun(exchange)

const recordsWhatItSays: Oracle = exchange => {
  const { events, repeated } = (isAcceptedWrite(exchange) ? bodyOf(exchange) : {}) as {
    events?: unknown[]
    repeated?: boolean
  }
  const said = repeated ? 0 : (events?.length ?? 0)
  return exchange.recorded !== said && `${exchange.recorded} events were recorded, the answer says ${said}`
}

const showsNothingHidden: Oracle = ({ answer, hidden }) => {
  const shown = found(answer.text, hidden)
  return shown.length > 0 && `it shows ${shown.join(', ')}`
}

const fitsTheDocument: Oracle = exchange => {
  const { request, answer } = exchange
  const { operation } = request
  if (isRefusal(exchange) || request.method !== operation.method) return
  if (!operation.answers.has(answer.status)) return `the document knows no ${answer.status} there`
  const schema = operation.answers.get(answer.status)
  if (!schema || !answer.type.startsWith('application/json')) return
  const parsed = schema.safeParse(bodyOf(exchange))
  return !parsed.success && `the answer does not fit the document: ${z.prettifyError(parsed.error)}`
}

const ORACLES = {
  breaksNothing,
  answersInTime,
  isOneProblem,
  speaksTheLanguageAsked,
  recordsWhatItSays,
  showsNothingHidden,
  fitsTheDocument,
}

/** Every fault of one exchange, each under the name of what does not hold. */
export const faultsOf = (exchange: Exchange): string[] =>
  Object.entries(ORACLES).flatMap(([name, oracle]) => {
    const fault = oracle(exchange)
    return fault ? [`${name}: ${fault}`] : []
  })
