/**
 * Each event carries the hash of what it says and of the event before it in its stream, in the last two members of
 * its metadata's text:
 *
 *   bodyHash  SHA-256 of data, a line break, and the metadata without these two members
 *   hash      SHA-256 of the hash before it in the stream ('' at the beginning), stream, revision, type and bodyHash,
 *             each on a line of its own
 *
 * JSON text has no line break of its own, so no two events are hashed over the same bytes, and whoever holds an
 * event's bytes can work its hash out again with nothing but SHA-256.
 */
import { hash } from 'node:crypto'

export type Link = { bodyHash: string; hash: string }
/** Where the next event of a stream goes: its revision, and the hash before it. */
export type Place = { stream: string; revision: number; before: string }
export type Content = { type: string; data: string; metadata: string }

/** Links content to a place; what comes back are the bytes to keep. */
export const link = (place: Place, { type, data, metadata }: Content): Content & Link => {
  const made = linkOf(place, type, data, metadata)
  return { type, data, metadata: metadata.slice(0, -1) + tailOf(made), ...made }
}

/** The link that metadata carries at its end; nothing where it carries none. */
export const linkIn = (metadata: string): Link | undefined => {
  const [, bodyHash, hash] = TAIL.exec(metadata.slice(-TAIL_LENGTH)) ?? []
  return bodyHash && hash ? { bodyHash, hash } : undefined
}

/** The link that kept bytes carry, and the one they would carry if nothing had been changed; nothing where they carry none. */
export const linksOf = (place: Place, { type, data, metadata }: Content): { carried: Link; due: Link } | undefined => {
  const carried = linkIn(metadata)
  return carried && { carried, due: linkOf(place, type, data, `${metadata.slice(0, -TAIL_LENGTH)}}`) }
}

const linkOf = (place: Place, type: string, data: string, metadata: string): Link => {
  const bodyHash = hash('sha256', `${data}\n${metadata}`)
  return { bodyHash, hash: hashAt(place, type, bodyHash) }
}

/** An event's hash from what is hashed of its content: as much as may be known of one that is not shown. */
export const hashAt = ({ stream, revision, before }: Place, type: string, bodyHash: string): string =>
  hash('sha256', `${before}\n${stream}\n${revision}\n${type}\n${bodyHash}`)

const tailOf = ({ bodyHash, hash }: Link): string => `,"bodyHash":"${bodyHash}","hash":"${hash}"}`
const TAIL = /^,"bodyHash":"([0-9a-f]{64})","hash":"([0-9a-f]{64})"\}$/
const TAIL_LENGTH = tailOf({ bodyHash: '0'.repeat(64), hash: '0'.repeat(64) }).length
