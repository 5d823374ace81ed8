/** Sends a list's good lines through HTTP. Every line has a key of its own, so sending a list twice posts nothing twice. */
import type { Draft } from './lists.ts'

export type Answer = { status: number; body: unknown }
/** Sends one request as the person whose list it is. */
export type Send = (request: { method: 'GET' | 'POST'; path: string; body?: unknown; key?: string }) => Promise<Answer>

/** What became of a line. `repeated`: it had been sent before, nothing was posted. */
export type Sent =
  | { line: number; outcome: 'posted' | 'repeated'; id: string }
  | { line: number; outcome: 'refused'; problem: string }

export const sendList = async (
  drafts: readonly Draft[],
  send: Send,
  progress: (sent: Sent) => void = () => undefined,
): Promise<Sent[]> => {
  const organisations = await organisationIds(drafts, send)
  const results: Sent[] = []
  for (const draft of drafts) {
    const sent = await sendDraft(draft, send, organisations).catch((error: unknown) => refused(draft.line, error))
    results.push(sent)
    progress(sent)
  }
  return results
}

class LineRefused extends Error {}

const refused = (line: number, error: unknown): Sent => {
  if (error instanceof LineRefused) return { line, outcome: 'refused', problem: error.message }
  throw error
}

const sendDraft = async (draft: Draft, send: Send, organisations: Organisations): Promise<Sent> => {
  const { workflow, command, body, key, line } = draft
  const first = draft.into
    ? await post(send, `/v1/${workflow}/${organisations.idOf(draft.into)}/${command}`, body, key)
    : await post(send, `/v1/${workflow}`, body, key)
  let repeated = first.repeated
  for (const step of draft.followedBy) {
    const answer = await post(
      send,
      `/v1/${workflow}/${first.id}/${step.command}`,
      organisations.inBody(step.body),
      step.key,
    )
    repeated &&= answer.repeated
  }
  return { line, outcome: repeated ? 'repeated' : 'posted', id: first.id }
}

type Accepted = { id: string; repeated: boolean }

const post = async (send: Send, path: string, body: unknown, key: string): Promise<Accepted> => {
  const answer = await send({ method: 'POST', path, body, key })
  if (answer.status < 300) return answer.body as Accepted
  throw new LineRefused(problemText(answer))
}

type ProblemBody = { detail?: string; issues?: { path: string; message: string }[] }

const problemText = ({ status, body }: Answer): string => {
  const { detail, issues } = body as ProblemBody
  const said = issues?.map(issue => `${issue.path} ${issue.message}`) ?? []
  return [detail ?? `HTTP ${status}`, ...said].join(' ')
}

// ── organisations by name ───────────────────────────────────────────────────────────────────────

type Organisations = { idOf(name: string): string; inBody(body: Record<string, unknown>): Record<string, unknown> }

/** Lists name organisations as people do; commands want ids. The register is asked only where a list names one. */
const organisationIds = async (drafts: readonly Draft[], send: Send): Promise<Organisations> => {
  const named = drafts.some(draft => draft.into ?? draft.followedBy.some(step => step.body.organisation))
  const ids = named ? await registerOf(send) : new Map<string, string[]>()
  const idOf = (name: string): string => {
    const [id, ...others] = ids.get(name) ?? []
    if (id === undefined) throw new LineRefused(`没有名为“${name}”的组织 / there is no organisation '${name}'`)
    if (others.length > 0)
      throw new LineRefused(
        `有 ${others.length + 1} 个组织名为“${name}” / ${others.length + 1} organisations are named '${name}'`,
      )
    return id
  }
  const inBody: Organisations['inBody'] = body =>
    typeof body.organisation === 'string' ? { ...body, organisation: idOf(body.organisation) } : body
  return { idOf, inBody }
}

type Page = { items: { id: string; title: string }[]; next: string | null }

const registerOf = async (send: Send): Promise<Map<string, string[]>> => {
  const ids = new Map<string, string[]>()
  for (let cursor = ''; ; ) {
    const { status, body } = await send({
      method: 'GET',
      path: `/v1/organisation?limit=500${cursor && `&cursor=${cursor}`}`,
    })
    if (status !== 200)
      throw new Error(`the register of organisations answered ${status}: ${problemText({ status, body })}`)
    const page = body as Page
    for (const { id, title } of page.items) ids.set(title, [...(ids.get(title) ?? []), id])
    if (page.next === null) return ids
    cursor = page.next
  }
}
