/** What the handler makes of a text with a key of its own, where no keys are at hand: sealed under a name, and shut. */
import type { Workflow } from '../../engine/definition.ts'

export const withSealedTexts = (workflow: Workflow, type: string, data: unknown): unknown => {
  const texts = (workflow.sealings[type] ?? []).filter(({ under }) => under === 'own')
  const sealed = texts.map(({ field }) => [field, { key: `text:${field}`, nonce: '', ciphertext: '' }])
  return sealed.length === 0 ? data : { ...(data as object), ...Object.fromEntries(sealed) }
}
