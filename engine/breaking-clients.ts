/**
 * A connection may break while nobody listens to it: between two statements of a transaction, or between the moment it
 * is there and the moment somebody has it. Node ends a process for an error that nobody hears; whoever asks next on
 * such a connection is told anyway.
 */
import type { Pool } from 'pg'

export const outlivesItsClients = (pool: Pool): Pool => pool.on('connect', client => void client.on('error', unheard))

const unheard = (): void => undefined
