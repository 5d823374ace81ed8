/** A wait for what others do, which ends when the process is about to stop. */
import { EdgeError } from './problem.ts'
import type { Services } from './services.ts'

export const unlessStopping = <T>({ admission }: Services, wait: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const { stopping } = admission
    const end = () => reject(new EdgeError('stopping', {}))
    stopping.addEventListener('abort', end, { once: true })
    wait.then(resolve, reject).finally(() => stopping.removeEventListener('abort', end))
  })
