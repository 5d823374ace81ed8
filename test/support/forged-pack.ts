/**
 * What a forger makes of a decision pack: an event says something else, every hash after it is worked out anew, a tree is
 * grown around it, and all heads are signed, with a key of their own or, where it is the operator, with the true one.
 */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { hashAt, link } from '../../engine/chain.ts'
import { publicTextOf, signHead } from '../../engine/log-head.ts'
import { consistencyPath, inclusionPath, leafHash, leftOf, nodeHash, type Range } from '../../engine/merkle.ts'
import type { ProvenEvent } from '../../engine/proven-history.ts'
import { type DecisionPack, written } from '../../services/decision-pack/format.ts'

/** The first event of that type says what `change` makes of it. */
export type Forgery = { type: string; change(data: never): unknown }

export const forged = (pack: DecisionPack, { type, change }: Forgery, key: KeyObject): string => {
  let done = false
  const streams = pack.streams.map(({ stream, events }) => {
    let before = ''
    return {
      stream,
      events: events.map(event => {
        const says = !done && 'data' in event && event.type === type
        const data = says ? JSON.stringify(change(JSON.parse(event.data) as never)) : undefined
        done ||= says
        const [made, hash] = chained(stream, event, before, data)
        before = hash
        return { event: made, hash }
      }),
    }
  })
  if (!done) throw new Error(`the pack shows no ${type}`)
  return regrown(pack, streams, key)
}

const TAIL = /,"bodyHash":"[0-9a-f]{64}","hash":"[0-9a-f]{64}"\}$/

const chained = (stream: string, event: ProvenEvent, before: string, data?: string): [ProvenEvent, string] => {
  const at = { stream, revision: event.revision, before }
  if ('hash' in event) return [event, event.hash]
  if ('bodyHash' in event) return [event, hashAt(at, event.type, event.bodyHash)]
  const metadata = event.metadata.replace(TAIL, '}')
  const { hash, bodyHash: _, ...content } = link(at, { type: event.type, data: data ?? event.data, metadata })
  return [{ ...event, ...content }, hash]
}

type Chained = { stream: string; events: { event: ProvenEvent; hash: string }[] }

/** Leaves that the pack does not hold are whatever the forger likes. */
const regrown = (pack: DecisionPack, streams: readonly Chained[], key: KeyObject): string => {
  const size = pack.heads.at(-1)?.head.size ?? 0
  const hashes = new Map(streams.flatMap(({ events }) => events.map(({ event, hash }) => [event.leaf, hash])))
  const leaves = Array.from({ length: size }, (_, leaf) =>
    leafHash(Buffer.from(hashes.get(leaf) ?? '0'.repeat(64), 'hex')),
  )
  const known = new Map<string, Buffer>()
  const over = ({ from, to }: Range): Buffer => {
    const name = `${from} ${to}`
    const found = known.get(name) ?? (to - from === 1 ? (leaves[from] as Buffer) : split(over, from, to))
    known.set(name, found)
    return found
  }
  const hex = (ranges: readonly Range[]) => ranges.map(range => over(range).toString('hex'))
  return written({
    ...pack,
    streams: streams.map(({ stream, events }) => ({
      stream,
      events: events.map(({ event }) => ({ ...event, proof: hex(inclusionPath(event.leaf, { from: 0, to: size })) })),
    })) as DecisionPack['streams'],
    heads: pack.heads.map(({ head }) => ({
      head: signHead(key, { ...head, root: over({ from: 0, to: head.size }).toString('hex') }),
      consistency: head.size === size ? [] : hex(consistencyPath(head.size, { from: 0, to: size })),
    })),
  })
}

const split = (over: (range: Range) => Buffer, from: number, to: number): Buffer => {
  const middle = from + leftOf(to - from)
  return nodeHash(over({ from, to: middle }), over({ from: middle, to }))
}

export const publicTextFor = (key: KeyObject): string => publicTextOf(createPublicKey(key))
