/**
 * Ends every connection when the application closes: at once those on which nothing is asked, the others with their
 * answer, and whatever is left in bounded time. Node alone waits for one on which nothing was ever sent.
 */
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

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
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
    setTimeout(() => app.server.closeAllConnections(), ANSWERED_WITHIN_MS).unref()
  })
}
