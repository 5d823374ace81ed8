/** The lifecycles that the processes serve: the project's own, and a small one that a model can follow. */
import type { Workflow } from '../../engine/definition.ts'
import { workflows } from '../../workflows/index.ts'
import { purse } from '../support/purse.ts'

export const served: readonly Workflow[] = [...workflows, purse]
