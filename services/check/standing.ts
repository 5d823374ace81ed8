/** What is no difference, and yet for an operator to know: what waits for them, and which process does which work. */
import { openParked } from '../../engine/parked.ts'
import { leasesIn } from '../lease.ts'
import type { Context } from './check.ts'

export const standingText = async ({ client }: Context): Promise<string> => {
  const parked = (await openParked(client)).length
  const leases = (await leasesIn(client)).map(({ name, holder, epoch, held }) =>
    held ? `    ${name}: ${holder} (${epoch})` : `    ${name}: 无 / nobody (${epoch})`,
  )
  return [
    parked > 0
      ? `! 搁置的命令 ${parked} 个，见 npx gongchuang parked / ${parked} parked commands, see npx gongchuang parked`
      : '  没有搁置的命令 / no parked commands',
    ...(leases.length > 0 ? ['  租约（届次） / leases (epoch)', ...leases] : []),
    '',
  ].join('\n')
}
