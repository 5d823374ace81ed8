/** Takes the place of `engine/sealing.ts` where the bench leaves sealing out: names and phones are recorded in clear. */
import type * as engine from '../../engine/sealing.ts'

export const keysFor: typeof engine.keysFor = () => []
export const checkSizes: typeof engine.checkSizes = () => {}
export const sealEvents: typeof engine.sealEvents = (_, events) => events
export const keysErasedBy: typeof engine.keysErasedBy = () => []
