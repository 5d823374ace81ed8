/**
 * Which office document a zip is, by the names in its directory; nothing is unpacked. The directory must say all
 * there is: nothing before the archive, nothing behind it, and no more unpacked than a document has use for.
 */
import { broken, type FileRefusal } from './refusal.ts'

type ReadAt = (from: number, length: number) => Promise<Buffer>
type Directory = { entries: number; size: number; from: number }
type Entry = { name: string; unpacked: number }

const END = 0x06054b50
const END_BYTES = 22
const LONGEST_COMMENT = 65_535
const ENTRY = 0x02014b50
const ENTRY_BYTES = 46
const MOST_ENTRIES = 10_000
const MOST_DIRECTORY = 2 * 1024 * 1024
const MOST_UNPACKED = 256 * 1024 * 1024

const notWhole = (): FileRefusal => broken('压缩结构不完整', 'its archive is not whole')

/** Undefined for other archives, and for documents that bring programs along. */
export const officeKindOf = async (readAt: ReadAt, size: number): Promise<'xlsx' | 'docx' | undefined> => {
  const entries = entriesIn(await directoryBytes(readAt, await directoryOf(readAt, size)))
  if (entries.reduce((sum, { unpacked }) => sum + unpacked, 0) > MOST_UNPACKED)
    throw broken('解压后过大', 'it would be too large when unpacked')
  const names = entries.map(({ name }) => name)
  if (!names.includes('[Content_Types].xml') || names.some(hasNoPlace)) return undefined
  if (names.some(name => /^xl\/workbook\d*\.xml$/.test(name))) return 'xlsx'
  return names.some(name => /^word\/document\d*\.xml$/.test(name)) ? 'docx' : undefined
}

/** Macros, and paths that lead out of the archive. */
const hasNoPlace = (name: string): boolean => /vbaProject\.bin$/i.test(name) || /^[/\\]|\.\.|:/.test(name)

/** As much of a file's end as can hold an archive's end record. */
export const LONGEST_END = END_BYTES + LONGEST_COMMENT

/** Where the end record stands in a file's last bytes: it is the last thing there, but for its comment. */
export const archiveEnd = (tail: Buffer): number | undefined => {
  for (let at = tail.length - END_BYTES; at >= 0; at--)
    if (tail.readUInt32LE(at) === END && at + END_BYTES + tail.readUInt16LE(at + 20) === tail.length) return at
  return undefined
}

const directoryOf = async (readAt: ReadAt, size: number): Promise<Directory> => {
  const from = Math.max(0, size - LONGEST_END)
  const tail = await readAt(from, size - from)
  const at = archiveEnd(tail)
  if (at === undefined) throw notWhole()
  const directory = {
    entries: tail.readUInt16LE(at + 10),
    size: tail.readUInt32LE(at + 12),
    from: tail.readUInt32LE(at + 16),
  }
  if (directory.from + directory.size !== from + at) throw notWhole()
  return directory
}

const directoryBytes = async (readAt: ReadAt, { entries, size, from }: Directory): Promise<[Buffer, number]> => {
  if (entries > MOST_ENTRIES || size > MOST_DIRECTORY) throw broken('压缩条目过多', 'its archive has too many entries')
  return [await readAt(from, size), entries]
}

const entriesIn = ([directory, count]: [Buffer, number]): Entry[] => {
  const entries: Entry[] = []
  for (let at = 0; entries.length < count; ) {
    if (at + ENTRY_BYTES > directory.length || directory.readUInt32LE(at) !== ENTRY) throw notWhole()
    const [name, extra, comment] = [28, 30, 32].map(offset => directory.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ]
    entries.push({
      name: directory.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + name),
      unpacked: directory.readUInt32LE(at + 24),
    })
    at += ENTRY_BYTES + name + extra + comment
  }
  return entries
}
