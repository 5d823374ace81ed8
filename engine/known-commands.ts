/**
 * The commands that a life has recorded, for ever: how a command sent again is known. As texts in a map they would
 * take more memory than all else that a long life is. Here a command is 12 bytes of its id, and the revision of its
 * first event. Ids are hashes: these bytes tell them apart, and say where to look.
 */

export type KnownCommands = {
  count: number
  /** Four words a command, in the order of recording: three of its id, then the revision. */
  entries: Uint32Array
  /** By the id's first word: the numbers of entries, from 1; 0 where there is none. Nothing while the entries are few. */
  slots: Uint32Array | undefined
}

const ID_WORDS = 3
const STRIDE = ID_WORDS + 1
const FEWEST = 4
/** So many are looked through as fast. */
const FEW = 16

export const noCommands = (): KnownCommands => ({
  count: 0,
  entries: new Uint32Array(FEWEST * STRIDE),
  slots: undefined,
})

/** The revision of a command's first event. That event holds the whole id: whoever reads it can tell two that share 12 bytes. */
export const firstEventOf = (known: KnownCommands, command: string): number | undefined => {
  const found = entryOf(known, wordsOf(command))
  return found === undefined ? undefined : known.entries[found * STRIDE + ID_WORDS]
}

/** Changes nothing where the command is known already. */
export const noteCommand = (known: KnownCommands, command: string, revision: number): void => {
  const words = wordsOf(command)
  if (entryOf(known, words) !== undefined) return
  if (known.count * STRIDE === known.entries.length) known.entries = withRoom(known.entries)
  known.entries.set([...words, revision], known.count * STRIDE)
  known.count++
  index(known)
}

/** As a snapshot keeps them: the words of their ids, and how far each revision is from the one before, which is a byte. */
export type FrozenCommands = { ids: Uint32Array; steps: Uint8Array | Uint32Array }

export const frozenCommands = ({ entries, count }: KnownCommands): FrozenCommands => {
  const ids = new Uint32Array(count * ID_WORDS)
  const steps = new Uint32Array(count)
  for (let entry = 0, before = 0; entry < count; entry++) {
    const at = entry * STRIDE
    const revision = entries[at + ID_WORDS] as number
    ids.set(entries.subarray(at, at + ID_WORDS), entry * ID_WORDS)
    steps[entry] = revision - before
    before = revision
  }
  return { ids, steps: steps.some(step => step > 0xff) ? steps : Uint8Array.from(steps) }
}

export const thawedCommands = ({ ids, steps }: FrozenCommands): KnownCommands => {
  const entries = new Uint32Array(Math.max(FEWEST, steps.length) * STRIDE)
  for (let entry = 0, revision = 0; entry < steps.length; entry++) {
    const [at, id] = [entry * STRIDE, entry * ID_WORDS]
    for (let word = 0; word < ID_WORDS; word++) entries[at + word] = ids[id + word] as number
    revision += steps[entry] as number
    entries[at + ID_WORDS] = revision
  }
  const known = { count: steps.length, entries, slots: undefined }
  index(known)
  return known
}

type Words = [number, number, number]

/** Without the digits that are alike in all: the version of UUID. */
const wordsOf = (id: string): Words => [
  wordOf(id.slice(0, 8)),
  wordOf(id.slice(24, 32)),
  wordOf(id.slice(32, 36) + id.slice(9, 13)),
]

const wordOf = (hex: string): number => Number.parseInt(hex, 16) >>> 0

const withRoom = (entries: Uint32Array): Uint32Array => {
  const larger = new Uint32Array(STRIDE * Math.ceil((entries.length / STRIDE) * 1.5))
  larger.set(entries)
  return larger
}

const entryOf = ({ count, entries, slots }: KnownCommands, words: Words): number | undefined => {
  if (!slots) {
    for (let entry = 0; entry < count; entry++) if (isAt(entries, entry, words)) return entry
    return undefined
  }
  const last = slots.length - 1
  for (let slot = words[0] & last; slots[slot] !== 0; slot = (slot + 1) & last) {
    const entry = (slots[slot] as number) - 1
    if (isAt(entries, entry, words)) return entry
  }
  return undefined
}

const isAt = (entries: Uint32Array, entry: number, words: Words): boolean =>
  words.every((word, n) => entries[entry * STRIDE + n] === word)

/** The slots for all entries: one more, or made anew where there would be too few to find free ones fast. */
const index = (known: KnownCommands): void => {
  const { count, entries, slots } = known
  if (count <= FEW) return
  const hasRoom = slots !== undefined && count * 4 <= slots.length * 3
  const all = hasRoom ? slots : new Uint32Array(2 ** Math.ceil(Math.log2(count * 2)))
  for (let entry = hasRoom ? count - 1 : 0; entry < count; entry++) putInSlot(all, entries, entry)
  known.slots = all
}

const putInSlot = (slots: Uint32Array, entries: Uint32Array, entry: number): void => {
  const last = slots.length - 1
  let slot = (entries[entry * STRIDE] as number) & last
  while (slots[slot] !== 0) slot = (slot + 1) & last
  slots[slot] = entry + 1
}
