import { Session } from 'node:inspector/promises'
import { writeFileSync } from 'node:fs'
import { appendBench } from './append.ts'
import { commandBench } from './command.ts'
import { httpBench } from './http.ts'
import { openServer, stopAll, type Stops } from './support.ts'
const which = process.argv[2] as string
const ms = Number(process.argv[3] ?? 4000)
const stops: Stops = []
try {
  const server = await openServer(stops)
  const command = await commandBench(await server.database('service'), server.folder, stops)
  const append = await appendBench(await server.database('log'), command.row, stops)
  const http = await httpBench(command, stops)
  console.log(command.row.data.length, command.row.metadata.length)
  const all = { raw: append.raw, log: append.log, command: command.measure, http: http.app, bare: http.bare }
  for (const name of which.split(',')) {
    const m = all[name as keyof typeof all]
    await m(1500)
    const session = new Session(); session.connect()
    await session.post('Profiler.enable'); await session.post('Profiler.setSamplingInterval', { interval: 200 })
    await session.post('Profiler.start')
    const cpu = process.cpuUsage(); const t = performance.now()
    const r = await m(ms)
    const el = performance.now() - t; const used = process.cpuUsage(cpu)
    const { profile } = await session.post('Profiler.stop')
    session.disconnect()
    const n = r * el / 1000
    console.log(name, Math.round(r), '/s', 'µs each', (1e6 / r).toFixed(1), 'node cpu µs each', ((used.user + used.system) / n).toFixed(1))
    writeFileSync(`/tmp/prof/${name}.cpuprofile`, JSON.stringify({ ...profile, n }))
  }
} finally { await stopAll(stops) }
