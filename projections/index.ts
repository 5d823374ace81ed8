/** The read models, in the order they are shown. */
import type { ReadModel } from '../engine/projection.ts'
import { livesModel } from './lives.ts'

export const readModels: readonly ReadModel[] = [livesModel]
