/** Objections in which everything happens once, for the golden histories: filed while the list of a round is public. */
import { randomUUID } from 'node:crypto'
import type { Person, Service } from './service.ts'

type Objected = { s: Service; place: string; round: string; pack: string; publication: number; proposal: string }

const reason = '核对后决定'

export const tellObjections = async (about: Objected): Promise<void> => {
  const { s, place } = about
  const [filer, bureau, second] = await Promise.all([
    s.register(),
    s.somebody({ role: 'bureau', place }),
    s.somebody({ role: 'bureau', place }),
  ])
  const minutes = await s.upload(bureau, '异议处理纪要.txt', `异议处理纪要 ${randomUUID()}`)
  const found = { reason, minutes }
  const begun = [
    [bureau, 'accept-form'],
    [bureau, 'begin-investigation'],
  ] as const
  const answered = [bureau, 'answer-objection', { answer: '已按规定复核' }] as const

  await told(
    about,
    filer,
    ...begun,
    [bureau, 'hand-back', { reason }],
    [second, 'begin-investigation'],
    [second, 'uphold-objection', { effect: 'exclude', ...found }],
    ['tell-objection-when-round-acted', 'note-round-acted', { outcome: 'published-again' }],
    answered,
    [bureau, 'redact-statement', { reason }],
  )
  await told(about, filer, ...begun, [bureau, 'uphold-partly', found], answered)
  await told(about, filer, ...begun, [bureau, 'reject-objection', found], answered)
  const noted = { round: about.round, chair: second.id, revision: 99 }
  await told(about, filer, [bureau, 'reject-form', { reason }], ['note-chair-when-chair-replaced', 'note-chair', noted])
  await told(about, filer, [filer, 'withdraw-objection', { reason }])
  await told(about, filer, ['tell-round-when-objection-filed', 'lapse-objection', { why: 'publicity-over' }])
}

/** Each by its sender: a person, or a policy by its name. */
type Sent = readonly [by: Person | string, command: string, input?: object]

const told = async (
  { s, round, pack, publication, proposal }: Objected,
  filer: Person,
  ...sent: Sent[]
): Promise<void> => {
  const filed = {
    round,
    pack,
    publication,
    proposal,
    protected: true,
    statement: '公示的预算与申报书不一致',
    evidence: [],
  }
  const { id } = await s.given(filer, '/v1/objection', filed)
  for (const [by, command, input = {}] of sent) {
    if (typeof by !== 'string') await s.given(by, `/v1/objection/${id}/${command}`, input)
    else
      await s.runtime.handler.handle({
        workflow: 'objection',
        id,
        command,
        input,
        key: randomUUID(),
        person: `system:${by}`,
      })
  }
}
