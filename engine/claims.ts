/**
 * One of its kind, over all lives: claim → the life's own events → confirm, release or lapse. Whoever meets a claim
 * finishes or releases what its claimant left half-done, so nothing has to run beside the commands.
 *
 * Why no two lives hold one thing: a life says that it holds it in an append that names the revision at which it has
 * claimed it. A claim is released only when the life is past that revision without holding the thing: then that
 * append can no longer succeed, and a lapse is what brings the life past it.
 */
import { pause } from './bell.ts'
import { type Claim, type ClaimStanding, standingOf } from './claim.ts'
import { type Cause, type ClaimLogOptions, claimLog } from './claim-log.ts'
import type { Title, Workflow } from './definition.ts'
import { EngineError } from './engine-error.ts'
import type { Holding } from './event-codec.ts'
import { LogUnavailable, OutcomeUnknown, WrongRevision } from './event-store.ts'
import type { Instance } from './instance.ts'

/** A life that stands at `expected` and is about to say, by this command, that it holds these things. */
export type Claimant = { instance: Instance; expected: number; cause: Cause; claims: readonly Holding[] }

export type Claims = {
  /**
   * Claims everything, or throws: `taken`, `claim-pending`, `conflict`, or `WrongRevision` where the life has moved
   * meanwhile. What it had claimed by then is given up again.
   */
  take(by: Claimant): Promise<void>
  /** Throws what `take` would, without waiting, and writes nothing. */
  check(by: Claimant): Promise<void>
  /** After the life has spoken: confirms what it holds, releases what it let go. */
  settle(things: readonly Holding[], cause: Cause): Promise<void>
}

/** How a claim was found, with the claimant's life. */
type Met = { claim: Claim; life: Instance | undefined; standing: ClaimStanding }

/** How long a claimant may be about to speak before whoever meets its claim ends that. */
const PATIENCE_MS = 60_000
const NO_PATIENCE = 0
/** Most claimants speak within milliseconds. */
const WAITS_MS = [5, 10, 20, 40, 80, 160, 320]
const TRIES = 20

export const openClaims = (options: ClaimLogOptions & { workflows: readonly Workflow[] }): Claims => {
  const { instances, clock } = options
  const log = claimLog(options)
  const byCategory = new Map(options.workflows.map(workflow => [workflow.category, workflow]))

  const lifeOf = async (stream: string): Promise<Instance> => {
    const [category = ''] = stream.split('-', 1)
    const workflow = byCategory.get(category)
    if (!workflow) throw new Error(`${stream} claims something, and this process knows no '${category}'`)
    const life = await instances.get(workflow, stream.slice(category.length + 1))
    await instances.refresh(life)
    return life
  }

  const look = async (stream: string, patience: number): Promise<Met> => {
    const claim = await log.read(stream)
    const life = claim.held && (await lifeOf(claim.held.holder))
    return { claim, life, standing: standingOf(claim, life, clock.now(), patience) }
  }

  /** The next step that a claimant left undone, to be done for it. */
  const leftUndone = ({ claim, life, standing }: Met, cause: Cause): (() => Promise<void>) | undefined => {
    const { stream, held } = claim
    if (!held || !life) return undefined
    const why = held.confirmed ? 'gone' : 'passed'
    if (standing === 'unconfirmed') return () => log.write(claim, { type: 'ClaimConfirmed', data: {} }, cause)
    if (standing === 'passed') return () => log.write(claim, { type: 'ClaimReleased', data: { why } }, cause)
    if (standing === 'overdue') return () => log.lapse(life, { stream, ...held }, cause)
    return undefined
  }

  /** The claim once nothing is left undone at it; a life's own, which it is about to use, is left as it is. */
  const meet = async (stream: string, cause: Cause, patience: number, by?: Claimant): Promise<Met> => {
    for (let tries = 1; tries <= TRIES; tries++) {
      const met = await look(stream, patience)
      const step = isOwn(met.claim, by) ? undefined : leftUndone(met, cause)
      if (!step) return met
      await isBeaten(step())
    }
    throw new EngineError('conflict', { tries: TRIES })
  }

  /** Before a refusal: what this process knows of the claimant's own life may be old. */
  const mustStand = async ({ instance, expected }: Claimant): Promise<void> => {
    await instances.refresh(instance)
    if (instance.revision !== expected) throw new WrongRevision(instance.stream, expected, instance.revision)
  }

  /** The claim, free or the life's own already. Waits a little for whoever is about to use it or to leave it. */
  const obtainable = async (wanted: Holding, by: Claimant): Promise<Met> => {
    for (const wait of [...WAITS_MS, 0]) {
      const met = await meet(wanted.stream, by.cause, PATIENCE_MS, by)
      if (met.standing === 'free' || isOwn(met.claim, by)) return met
      await mustStand(by)
      if (met.standing === 'held') throw taken(wanted, by, met)
      await pause(wait)
    }
    throw pending(wanted, by)
  }

  const takeOne = async (wanted: Holding, by: Claimant): Promise<void> => {
    const { kind } = wanted
    const data = { kind, holder: by.instance.stream, revision: by.expected, command: by.cause.command }
    for (let tries = 1; tries <= TRIES; tries++) {
      const { claim } = await obtainable(wanted, by)
      if (claim.held || !(await isBeaten(log.write(claim, { type: 'Claimed', data }, by.cause)))) return
    }
    throw new EngineError('conflict', { tries: TRIES })
  }

  return {
    take: async by => {
      // Who would be refused the second thing does not take the first.
      if (by.claims.length > 1) for (const wanted of by.claims) await obtainable(wanted, by)
      const got: Holding[] = []
      try {
        for (const wanted of by.claims) {
          await takeOne(wanted, by)
          got.push(wanted)
        }
      } catch (error) {
        for (const { stream } of got) await meet(stream, by.cause, NO_PATIENCE)
        throw error
      }
    },

    check: async by => {
      for (const wanted of by.claims) {
        const met = await look(wanted.stream, PATIENCE_MS)
        if (met.standing === 'held' || met.standing === 'unconfirmed') throw taken(wanted, by, met)
        if (met.standing === 'pending' && !isOwn(met.claim, by)) throw pending(wanted, by)
      }
    },

    settle: async (things, cause) => {
      try {
        for (const { stream } of things) await meet(stream, cause, PATIENCE_MS)
      } catch (error) {
        // The life has spoken, so the command succeeded; whoever meets the claim next does this.
        if (!isTrouble(error)) throw error
      }
    },
  }
}

const isOwn = ({ held }: Claim, by: Claimant | undefined): boolean =>
  held !== undefined && held.holder === by?.instance.stream && held.revision === by.expected

/** True where somebody else came first, and nothing was written. */
const isBeaten = (writing: Promise<void>): Promise<boolean> =>
  writing.then(
    () => false,
    error => {
      if (error instanceof WrongRevision) return true
      throw error
    },
  )

const taken = ({ kind }: Holding, by: Claimant, { life }: Met): EngineError =>
  new EngineError('taken', {
    kind,
    text: titleOf(kind, by),
    ...(life && { holder: { workflow: life.workflow.name, id: life.id } }),
  })

const pending = ({ kind }: Holding, by: Claimant): EngineError =>
  new EngineError('claim-pending', { kind, text: titleOf(kind, by) })

const titleOf = (kind: string, { instance }: Claimant): Title => {
  const { zh, en } = instance.workflow.claims[kind] as Title
  return { zh, en }
}

const isTrouble = (error: unknown): boolean =>
  error instanceof LogUnavailable ||
  error instanceof OutcomeUnknown ||
  (error instanceof EngineError && error.code === 'conflict')
