/** In the place of `engine/telemetry.ts`: the same work, and nothing is told of it. */
import type * as told from '../../engine/telemetry.ts'
import { untraced } from '../../engine/trace.ts'

export const silent: told.Telemetry = { tracer: untraced }

export const tellCommand: typeof told.tellCommand = (_, asked, __, work) => work(asked)

export const toldStore: typeof told.toldStore = store => store

export const tellPolicy: typeof told.tellPolicy = (_, __, ___, work) => work(undefined)

export const measureBatch: typeof told.measureBatch = (_, __, ___, work) => work()

export const tellBatch: typeof told.tellBatch = (_, __, ___, work) => work()

export const tellDue: typeof told.tellDue = (_, __, ___, work) => work(undefined)
