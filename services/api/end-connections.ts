/**
 * Ends every connection when the application closes: at once those on which nothing is asked, the others with their
 * answer, and whatever is left in bounded time. Node alone waits for one on which nothing was ever sent.
 */
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

const ASKED_WITHIN_MS = 250
const ANSWERED_WITHIN_MS = 6_000

export const endConnections = (app: FastifyInstance): void => {
  const sockets = new Set<Socket>()
  app.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  app.addHook('preClose', async () => {
    // A connection whose last answer was still under way is not found idle: it is not kept for another request.
    app.server.keepAliveTimeout = 1
    // One that has only just been made may bring a request yet.
    setTimeout(() => endSilent(sockets), ASKED_WITHIN_MS).unref()
    setTimeout(() => app.server.closeAllConnections(), ANSWERED_WITHIN_MS).unref()
  })
}

const endSilent = (sockets: ReadonlySet<Socket>): void => {
  for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
}
