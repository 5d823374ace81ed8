/** `node --import` of this file: the engine tells nobody of its work. The product has no such switch. */
import { registerHooks } from 'node:module'
import type * as engineTelemetry from '../../engine/telemetry.ts'
import * as telemetry from './telemetry.ts'

// What the engine asks of the file that is replaced is all there, or the types say so.
telemetry satisfies typeof engineTelemetry

const told = new URL('../../engine/telemetry.ts', import.meta.url).href
const untold = new URL('telemetry.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context)
    return found.url === told ? next(untold) : found
  },
})
