/** What the handler makes of what does not go under the life's own key, where no keys are at hand: sealed under a name, and shut. */
import type { Workflow } from '../../engine/definition.ts'
import type { Under } from '../../engine/sealed.ts'

export const withSealedTexts = (workflow: Workflow, type: string, data: unknown): unknown => {
  const given = data as Record<string, unknown>
  const sealed = (workflow.sealings[type] ?? []).flatMap(({ field, under }) =>
    under === 'life' || given[field] === undefined ? [] : [[field, shut(keyOf(under, field))]],
  )
  const told = (workflow.fingerprints[type] ?? []).map(({ field }) => [field, FINGERPRINT])
  return sealed.length + told.length === 0 ? data : { ...given, ...Object.fromEntries([...sealed, ...told]) }
}

const FINGERPRINT = 'f'.repeat(64)

const shut = (key: string) => ({ key, nonce: '', ciphertext: '' })

const keyOf = (under: Exclude<Under, 'life'>, field: string): string =>
  under === 'own' ? `text:${field}` : `${under.named}:${field}`
