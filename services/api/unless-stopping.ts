/** A wait for what others do, which ends when the process lets nobody in any more. */
import { EdgeError } from './problem.ts'
import type { Services } from './services.ts'

export const unlessStopping = <T>({ admission }: Services, wait: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const { stopping } = admission
    const end = () => reject(new EdgeError(admission.closed() ?? 'stopping', {}))
    stopping.addEventListener('abort', end, { once: true })
    wait.then(resolve, reject).finally(() => stopping.removeEventListener('abort', end))
  })
