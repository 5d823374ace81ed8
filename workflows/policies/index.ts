/** Every policy. A new one is its file and a line here. */
import type { Policy } from '../../engine/policy.ts'
import { mergeDoubleWhenRecognised } from './merge-double-when-recognised.ts'
import { releaseResourceWhenProjectLetsGo } from './release-resource-when-project-lets-go.ts'
import { reserveResourceWhenMatchProposed } from './reserve-resource-when-match-proposed.ts'
import { tellProjectWhenDuplicateMerged } from './tell-project-when-duplicate-merged.ts'

export const policies: readonly Policy[] = [
  reserveResourceWhenMatchProposed,
  releaseResourceWhenProjectLetsGo,
  tellProjectWhenDuplicateMerged,
  mergeDoubleWhenRecognised,
]
