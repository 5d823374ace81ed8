/** Every policy. A new one is its file and a line here. */
import type { Policy } from '../../engine/policy.ts'
import { mergeDoubleWhenRecognised } from './merge-double-when-recognised.ts'

export const policies: readonly Policy[] = [mergeDoubleWhenRecognised]
