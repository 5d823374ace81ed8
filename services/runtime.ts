/** The one place that wires adapters: store, instances, handler, projections, tokens. */
import { Kysely, PostgresDialect } from 'kysely'
import type pg from 'pg'
import type { Logger } from 'pino'
import { AHEAD_OF_LOG, setPoliciesBack, stopAhead } from '../engine/ahead-of-log.ts'
import { type Clock, systemClock } from '../engine/clock.ts'
import { commandHandler } from '../engine/command-handler.ts'
import type { Workflow } from '../engine/definition.ts'
import { keepErasing } from '../engine/erasing.ts'
import type { EventStore } from '../engine/event-store.ts'
import { followInstances } from '../engine/instances.ts'
import { openKeys } from '../engine/keys.ts'
import { factReader } from '../engine/lift.ts'
import { logTree } from '../engine/log-tree.ts'
import type { Policy } from '../engine/policy.ts'
import { checkPolicies } from '../engine/policy-check.ts'
import { prepareReadModels, standingOf } from '../engine/projection-runner.ts'
import { type Randomness, systemRandomness } from '../engine/randomness.ts'
import { checkSharedKeys } from '../engine/sealing-check.ts'
import { openSnapshots, type Snapshots } from '../engine/snapshots.ts'
import { toldStore } from '../engine/telemetry.ts'
import { type Tracer, untraced } from '../engine/trace.ts'
import { readModels } from '../projections/index.ts'
import { workflows as everyWorkflow } from '../workflows/index.ts'
import { policies as everyPolicy } from '../workflows/policies/index.ts'
import { accessRecords } from './access.ts'
import { openAdmission } from './admission.ts'
import { arrivalsFor } from './api/arrivals.ts'
import type { Services } from './api/services.ts'
import { type TokenIssuer, tokenCheck } from './api/token.ts'
import { watchClockSkew } from './clock-skew.ts'
import { codeDigest } from './code-digest.ts'
import type { HeadOptions } from './config.ts'
import { keepDeadlines } from './deadline-keeper.ts'
import type { FilesConfig } from './files/config.ts'
import { openFiles } from './files/files.ts'
import { keepSwept } from './files/keep-swept.ts'
import { fileLinks } from './files/links.ts'
import { inTurns } from './in-turns.ts'
import { noLeases, openLeases } from './lease.ts'
import { LIMITS, type Limits } from './limits.ts'
import { type EventStoreConfig, openLog } from './log.ts'
import { decidingWhileInUse, type LogInUse, useLog } from './log-in-use.ts'
import { openMeasures } from './measures.ts'
import { migrate } from './migrate.ts'
import { openNotary } from './notary.ts'
import { people } from './people.ts'
import { keepPolicies } from './policy-keeper.ts'
import { poolOf, promptOf, readersOf } from './pools.ts'
import { keepsLeases, type Role } from './role.ts'
import type { RootKeys } from './root-keys.ts'
import { openSecrets } from './secrets.ts'
import { keepTree } from './tree-keeper.ts'
import { keepProjections } from './worker.ts'
import { workingDays } from './working-days.ts'

export type Runtime = Services & {
  snapshots: Snapshots
  pool: pg.Pool
  /** Lets nobody in any more, and hands over what one process does at a time; what was let in goes on. */
  handOver(): Promise<void>
  close(): Promise<void>
}

export type RuntimeOptions = {
  databaseUrl: string
  /** Where the log is; in the database itself unless said. */
  eventStore?: EventStoreConfig | undefined
  /** What this process does; all unless said. */
  role?: Role
  rootKeys: RootKeys
  files: FilesConfig
  issuer: TokenIssuer
  logger: Logger
  clock?: Clock
  /** The machine's own unless a run is to be repeated. */
  random?: Randomness
  /** The memory that instances may take; enough for a district unless said. */
  cacheBytes?: number
  /** Whoever moves the clock waits for what follows: read models do not rest between two looks, and all goes in turns. */
  hurried?: boolean
  /** Whether and how often this process signs heads of the log, where it keeps the tree. */
  heads?: HeadOptions
  /** How much is taken on at once; what is not said is as usual. */
  limits?: Partial<Limits>
  /** The lifecycles served: those of `workflows/index.ts` unless said. */
  workflows?: readonly Workflow[]
  /** Those of `workflows/policies/index.ts` unless said. */
  policies?: readonly Policy[]
  /** Makes spans of what is done; none unless said. */
  tracer?: Tracer
}

export const openRuntime = async (options: RuntimeOptions): Promise<Runtime> => {
  const { databaseUrl, logger, eventStore, random = systemRandomness } = options
  const pool = poolOf(databaseUrl, logger)
  await migrate(pool)
  const log = openLog({ pool, logger, eventStore, random })
  // Before anything is made in this database from what may be another's log.
  const inUse = await useLog({ pool, store: log, logger })
  return wired(options, { pool, log, inUse }).catch(async error => {
    await inUse.stop()
    throw error
  })
}

type Begun = { pool: pg.Pool; log: EventStore; inUse: LogInUse }

const wired = async (options: RuntimeOptions, { pool, log, inUse }: Begun): Promise<Runtime> => {
  const { databaseUrl, rootKeys, issuer, logger, clock = systemClock, workflows = everyWorkflow } = options
  const { random = systemRandomness, policies: every = everyPolicy, role = 'all', tracer = untraced } = options
  checkSharedKeys(workflows)
  checkPolicies(every, workflows)
  const limits = { ...LIMITS, ...options.limits }
  const secrets = await openSecrets(pool, rootKeys.master, random)
  const prompt = promptOf(databaseUrl, logger)
  const keys = openKeys(prompt, rootKeys.master, random)
  const system = options.eventStore ? 'eventstoredb' : 'postgresql'
  const { measures, metrics } = openMeasures(system)
  const telemetry = { tracer, measures }
  const store = decidingWhileInUse(toldStore(log, telemetry, system), inUse)
  await prepareReadModels(pool, store, readModels)
  await stopThoseAhead(pool, store, logger)
  const snapshots = openSnapshots({
    pool: prompt,
    key: secrets.snapshots,
    code: codeDigest(),
    onTrouble: error =>
      logger.warn({ err: error }, 'a snapshot could not be kept or used; lives are read from their events'),
  })
  const erasing = keepErasing({
    pool,
    store,
    keys,
    workflows,
    snapshots,
    onTrouble: error => logger.error({ err: error }, 'a key could not be destroyed; trying again'),
  })
  // Before anybody can ask for anything.
  const instances = await followInstances(store, {
    from: await erasing.catchUp(),
    heard: erasing.hear,
    snapshots,
    ...(options.cacheBytes && { bytes: options.cacheBytes }),
  })
  const files = await openFiles(options.files, pool, logger)
  const handler = commandHandler({
    store,
    instances,
    workflows,
    people,
    workingDays,
    clock,
    keys,
    bodyKey: secrets.bodyHmac,
    claimKey: secrets.claimHmac,
    random,
    mostOnOne: limits.commandsPerInstance,
    files,
    telemetry,
  })
  const readers = readersOf(databaseUrl, logger, limits.readMs)
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: readers }) })
  const tree = logTree(pool)
  const leases = keepsLeases(role) ? openLeases(pool, logger) : noLeases
  const policies = keepPolicies(
    { pool, store, handler, clock, policies: every, instances, keys, telemetry },
    leases,
    logger,
  )
  const steps = options.hurried ? inTurns(handler, policies.idle) : handler
  const deadlines = keepDeadlines({ pool, store, handler: steps, instances, clock, logger, telemetry }, leases)
  const worker = keepProjections(
    pool,
    store,
    readModels,
    factReader(workflows),
    leases,
    options.hurried ? 0 : undefined,
    telemetry,
  )
  const notary =
    options.heads &&
    openNotary({ ...options.heads, key: rootKeys.signing, db, store, handler, instances, tree, clock, logger })
  const sweeper = keepSwept(files, leases, store, logger)
  const keeper = keepTree(pool, store, leases, logger, notary?.look)
  const admission = openAdmission(limits)
  const clockSkew = watchClockSkew(prompt, clock, logger)
  const handOver = once(async () => {
    admission.stop('stopping')
    await Promise.all([sweeper, keeper, deadlines, policies, worker].map(each => each.stop()))
    await notary?.stop()
    await leases.close()
  })
  const leave = () => {
    admission.stop('log-moved')
    void handOver()
  }
  inUse.moved.addEventListener('abort', leave, { once: true })
  if (inUse.moved.aborted) leave()
  return {
    role,
    logInUse: inUse,
    workflows,
    readModels,
    store,
    instances,
    snapshots,
    handler,
    keys,
    access: accessRecords(readers, clock),
    tree,
    db,
    standing: model => standingOf(readers, model),
    runner: worker.runner,
    policies,
    deadlines,
    leases,
    clock,
    random,
    admission,
    clockSkew,
    arrivals: arrivalsFor({ workflows, key: secrets.arrivals, clock, skew: clockSkew }),
    checkToken: tokenCheck(issuer, clock),
    secrets,
    files,
    fileLinks: fileLinks(secrets.fileLinks, clock),
    telemetry,
    metrics,
    pool,
    handOver,
    close: async () => {
      await handOver()
      await clockSkew.stop()
      await instances.stop()
      await erasing.stop()
      await store.close()
      await inUse.stop()
      await Promise.all([pool, prompt, readers].map(each => each.end()))
    },
  }
}

/** Before anybody appends: later the end of the log would have gone past them. */
const stopThoseAhead = async (pool: pg.Pool, store: EventStore, logger: Logger): Promise<void> => {
  for (const readModel of await stopAhead(pool, store, readModels))
    logger.error(
      { readModel, code: AHEAD_OF_LOG },
      'a read model has come further than the log goes: restore both together, or build it anew (npx gongchuang rebuild)',
    )
  if (await setPoliciesBack(pool, store))
    logger.error(
      { code: AHEAD_OF_LOG },
      'the policies had come further than the log goes; they begin again before its end',
    )
}

const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let done: Promise<void> | undefined
  return () => {
    done ??= work()
    return done
  }
}
