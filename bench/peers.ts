/** Emmett and DBOS beside the engine, where somebody installed them; they are dependencies of nothing else. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openChild } from './child.ts'
import type { AskPort } from './http.ts'
import { LANES, type Measure, type Server, type Stops } from './support.ts'

export const INSTALL = 'npm ci --prefix bench/peers'

const installed = (): boolean => existsSync(fileURLToPath(new URL('./peers/node_modules', import.meta.url)))

/** Nothing where they are not installed. */
export const peersBench = async (server: Server, ask: AskPort, stops: Stops): Promise<Record<string, Measure>> => {
  if (!installed()) return {}
  const dbos = await openChild('./peers/dbos.ts', { url: await server.database('dbos') }, stops)
  const emmett = await openChild('./peers/emmett.ts', { url: await server.database('emmett') }, stops)
  const paths = Array.from({ length: LANES }, (_, lane) => `/${lane}/revise-resource`)
  return {
    'DBOS step': dbos.ask,
    'Emmett command': emmett.ask,
    'Emmett behind fastify': milliseconds => ask({ port: emmett.ready as number, paths, milliseconds }),
  }
}
