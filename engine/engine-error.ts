/** What the engine refuses, each with a stable code; the edge maps codes to HTTP and to sentences. */
import type { Title, Wrong } from './definition.ts'

/**
 * One unmet rule: its name, its sentence, who could meet it, and which way of the command it stands on. `wrong`: what of
 * the input does not meet it. A function, which nothing that is written to a log or kept with an error can hold: what
 * was sent may be a sealed sheet.
 */
export type Reason = { rule: string; text: Title; who: readonly string[]; way?: number; wrong?: () => readonly Wrong[] }

export type EngineErrorDetail = {
  'unknown-workflow': { workflow: string; known: readonly string[] }
  'unknown-command': { workflow: string; command: string; known: readonly string[] }
  'unknown-instance': { workflow: string; id: string }
  'unknown-person': { person: string }
  /** The record of who sends this was merged into another, or erased. */
  'person-ended': { person: string }
  'unknown-represented': { person: string }
  /** This command is not taken in for others. */
  'not-on-behalf': { command: string; possible: readonly string[] }
  'no-intake': { who: readonly string[] }
  'for-oneself': Record<never, never>
  'no-such-day': { on: string; earliest: string; latest: string }
  'long-ago': { on: string; days: number }
  /** `issues` in zod's shape. */
  'invalid-input': { issues: readonly { path: readonly PropertyKey[]; code: string; message: string }[] }
  'not-permitted': { command: string; who: readonly string[] }
  'outside-your-place': { command: string; place: string | undefined; who: readonly string[] }
  'post-ended': { role: string; ended: string }
  'kept-apart': { command: string; text: Title }
  'not-visible': { workflow: string; id: string }
  'not-in-this-state': { command: string; state: readonly string[]; possible: readonly string[] }
  refused: { command: string; reasons: readonly Reason[] }
  /** An event can name only what is kept; `path` is a JSON pointer into the command. */
  'unknown-file': { files: readonly { path: string; sha256: string }[] }
  'stale-revision': { expected: number; actual: number }
  'key-reused': { key: string; first: string }
  /** What would be sealed under a key that was destroyed. */
  'key-erased': { key: string }
  /** A field longer, in bytes, than what it is padded to before it is sealed. */
  'sealed-too-long': { field: string; bytes: number; most: number }
  /** Another life holds what must be one of its kind. The edge names the holder, and only to who may see it. */
  taken: { kind: string; text: Title; holder?: { workflow: string; id: string; title?: string } }
  /** Somebody is about to take it, and has neither done so nor given it up. */
  'claim-pending': { kind: string; text: Title }
  conflict: { tries: number }
  /** A step of a deadline's ladder whose time has not come, or that is over. */
  'not-due': { deadline: string; revision: number }
  /** So many are under way or in the queue already: on one life, in the service, or those that wait in it. */
  'too-busy': { of: 'instance' | 'requests' | 'waiting'; most: number }
  'follower-behind': { behindMs: number }
  'position-not-reached': { position: string; waitedMs: number }
}
export type EngineErrorCode = keyof EngineErrorDetail

export class EngineError<C extends EngineErrorCode = EngineErrorCode> extends Error {
  readonly code: C
  readonly detail: EngineErrorDetail[C]
  constructor(code: C, detail: EngineErrorDetail[C]) {
    super(`${code} ${JSON.stringify(detail)}`)
    this.code = code
    this.detail = detail
  }
}
