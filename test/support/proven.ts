/** A history with proofs, once a signed head covers all of it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProvenHistory } from '../../engine/proven-history.ts'
import type { Person, Service } from './service.ts'

/** What a service signs heads by, where a test asks for proofs. */
export const signing = { events: 1, minutes: 10, to: undefined }

export const provenTo = async (s: Service, by: Person, path: string): Promise<ProvenHistory & { text: string }> => {
  for (let tries = 0; tries < 200; tries++) {
    const { status, text } = await s.call(by, 'GET', `${path}/history/proof`)
    const history = status === 200 && (JSON.parse(text) as ProvenHistory)
    if (history && history.later === 0) return { ...history, text }
    await sleep(50)
  }
  throw new Error(`no head covered the history of ${path}`)
}
