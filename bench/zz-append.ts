import pg from 'pg'
import { randomUUID } from 'node:crypto'
import { migrate } from '../services/migrate.ts'
import { openServer, stopAll, type Stops } from './support.ts'
const stops: Stops = []
try {
const server = await openServer(stops)
const url = await server.database('a'); await migrate(url)
const c = new pg.Client({ connectionString: url }); await c.connect(); stops.push(() => c.end())
await c.query('create table plain (like log.events including all)')
const data = '数'.repeat(40) + 'x'.repeat(60), metadata = 'm'.repeat(683)
const N = Number(process.argv[2] ?? 32)
const streams = Array.from({ length: N }, () => 'resource-' + randomUUID()); let rev = -1; let pos = 0
const idx = streams.map((_, i) => i + 1), ones = streams.map(() => 1)
const run = async (label: string, f: () => Promise<unknown>, secs = 2) => {
  for (let i = 0; i < 50; i++) await f()
  const s = performance.now(); let n = 0; while (performance.now() - s < secs * 1000) { await f(); n++ }
  const each = (performance.now() - s) / n
  console.log(label.padEnd(46), each.toFixed(3), 'ms/batch', (each * 1000 / N).toFixed(1), 'µs/row')
}
const cols = () => { const r = rev + 1; const v = [streams, ones.map(() => rev), ones, idx, streams, ones.map(() => r), streams.map(() => randomUUID()), ones.map(() => 'ResourceRevised'), ones.map(() => data), ones.map(() => metadata)]; rev++; return v }
const append = () => c.query({ name: 'a', text: 'SELECT * FROM log.append($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)', values: cols() })
const insert = () => { const r = rev + 1; rev++; const p = streams.map(() => ++pos); return c.query({ name: 'p', text: 'insert into plain (position,stream,revision,id,type,data,metadata) select * from unnest($1::bigint[],$2::text[],$3::int[],$4::uuid[],$5::text[],$6::text[],$7::text[])', values: [p, streams, ones.map(() => r), streams.map(() => randomUUID()), ones.map(() => 'ResourceRevised'), ones.map(() => data), ones.map(() => metadata)] }) }
await run('select 1', () => c.query({ name: 's', text: 'select 1' }))
await run('args only', () => c.query({ name: 'o', text: 'select array_length($1::text[],1),array_length($2::text[],1), array_length($3::text[],1)', values: [streams, ones.map(() => data), ones.map(() => metadata)] }))
for (const sc of ['on', 'off']) {
  await c.query('set synchronous_commit=' + sc)
  await run('plain unnest insert sync=' + sc, insert)
}
rev = -1
await c.query('set synchronous_commit=on'); await run('log.append sync=on', append)
await c.query("create or replace function log.nosync() returns void language plpgsql as $$ begin perform set_config('synchronous_commit','off',true); end $$")
const src = (await c.query("select pg_get_functiondef('log.append'::regproc) as d")).rows[0].d as string
await c.query(src.replace(/IF current_setting\('synchronous_commit'\)[\s\S]*?END IF;/, '')); await c.query('set synchronous_commit=off'); await run('log.append sync=off', append)
await c.query('set synchronous_commit=on'); await c.query(src)
// variants
if (process.argv[3]) await (await import(process.argv[3])).default({ c, src, run, append })
} finally { await stopAll(stops) }
