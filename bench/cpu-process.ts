/** `cpu-process.ts ERRAND`: sends commands for as many milliseconds as it is told, and says what one of them cost. */
import { commandBench } from './command.ts'
import type { CpuErrand } from './cpu.ts'
import { type Stops, stopAll } from './support.ts'

const { url, folder } = JSON.parse(process.argv[2] ?? '') as CpuErrand
const stops: Stops = []
const bench = await commandBench(url, folder, stops)

const measured = async (milliseconds: number): Promise<number> => {
  const [cpu, start] = [process.cpuUsage(), performance.now()]
  const perSecond = await bench.mixed(milliseconds)
  const { user, system } = process.cpuUsage(cpu)
  return (user + system) / ((perSecond * (performance.now() - start)) / 1_000)
}

process.on('message', (milliseconds: number) => void measured(milliseconds).then(cost => process.send?.(cost)))
process.on('disconnect', () => void stopAll(stops))
process.send?.('ready')
