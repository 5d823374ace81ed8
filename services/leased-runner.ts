/** Something that follows the log, run by whichever process holds its lease. */
import type { Held, Leased, Leases } from './lease.ts'

type Runner = { stop(): Promise<void>; done: Promise<void> }

/** `runner`: the one in this process, where it holds the lease. */
export type LeasedRunner<R extends Runner> = Leased & { runner(): R | undefined }

/** Opens one whenever this process gets the lease, and ends it before the lease is over. */
export const keepRunner = <R extends Runner>(
  leases: Leases,
  lease: string,
  open: (fence: Held['fence']) => Promise<R>,
): LeasedRunner<R> => {
  let current: R | undefined
  const { stop } = leases.keep(lease, async ({ signal, fence }) => {
    const runner = await open(fence)
    const end = () => void runner.stop()
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    current = runner
    await runner.done.finally(() => {
      current = undefined
    })
  })
  return { runner: () => current, stop }
}
