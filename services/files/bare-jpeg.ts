/**
 * A JPEG without what it tells about where, when and by whom it was taken, pixel for pixel the same. What is kept is
 * listed: whatever a camera or a program adds beside it (EXIF, XMP, IPTC, comments, further pictures, thumbnails,
 * bytes behind the end) goes.
 */
import { tiffOf, turnOf } from './exif.ts'
import { broken, type FileRefusal } from './refusal.ts'

const SOI = 0xd8
const EOI = 0xd9
const SOS = 0xda
const APP0 = 0xe0
const APP1 = 0xe1
const APP2 = 0xe2
const APP14 = 0xee
const EXIF = 'Exif\0\0'
/** An identifier, version, density; then the size of a thumbnail, and the thumbnail. */
const JFIF_BYTES = 14

/** `scan`: the picture's own bytes, which follow a segment that begins a scan. */
type Segment = { marker: number; body: Buffer; scan: Buffer }

const notWhole = (): FileRefusal => broken('JPEG 图像不完整', 'a JPEG that is not whole')

/** Throws `file-broken`. */
export const bareJpeg = (image: Buffer): Buffer => {
  const segments = [...segmentsOf(image)]
  if (!segments.some(({ marker }) => marker === SOS)) throw notWhole()
  const turn = segments.map(turnIn).find(each => each !== undefined)
  const kept = segments.flatMap(bareSegment).map(written)
  return Buffer.concat([Buffer.of(0xff, SOI), ...withTurn(kept, turn), Buffer.of(0xff, EOI)])
}

/** Up to the end of the image; what stands behind it is not looked at. */
function* segmentsOf(image: Buffer): Generator<Segment> {
  for (let at = 2; ; ) {
    const { code, next } = markerAt(image, at)
    if (code === EOI) return
    const body = bodyAt(image, code, next)
    const behind = next + 2 + body.length
    at = code === SOS ? endOfScan(image, behind) : behind
    yield { marker: code, body, scan: image.subarray(behind, at) }
  }
}

/** Any number of fill bytes may stand before a marker. */
const markerAt = (image: Buffer, from: number): { code: number; next: number } => {
  let at = from
  if (image[at] !== 0xff) throw notWhole()
  while (image[at] === 0xff) at++
  const code = image[at]
  if (code === undefined) throw notWhole()
  return { code, next: at + 1 }
}

const bodyAt = (image: Buffer, code: number, next: number): Buffer => {
  const length = next + 2 <= image.length ? image.readUInt16BE(next) : 0
  if (!isSegment(code) || length < 2 || next + length > image.length) throw notWhole()
  return image.subarray(next + 2, next + length)
}

/** Frames, tables and scans; what applications add; comments. */
const isSegment = (code: number): boolean =>
  (code >= 0xc0 && code <= 0xcf) || (code >= SOS && code <= 0xef) || code === 0xfe

const turnIn = ({ marker, body }: Segment): number | undefined =>
  marker === APP1 && isNamed(body, EXIF) ? turnOf(body.subarray(EXIF.length)) : undefined

const isNamed = (body: Buffer, name: string): boolean => body.toString('latin1', 0, name.length) === name

const bareSegment = (segment: Segment): Segment[] => {
  const { marker, body } = segment
  if (marker === APP0 && isNamed(body, 'JFIF\0')) return [{ ...segment, body: withoutThumbnail(body) }]
  // Without the one or the other, colours are wrong.
  const colours = (marker === APP2 && isNamed(body, 'ICC_PROFILE\0')) || (marker === APP14 && isNamed(body, 'Adobe'))
  return marker < APP0 || colours ? [segment] : []
}

const withoutThumbnail = (body: Buffer): Buffer => {
  const bare = Buffer.alloc(JFIF_BYTES)
  body.copy(bare, 0, 0, JFIF_BYTES - 2)
  return bare
}

/** The first byte behind a scan that begins a marker other than a restart. */
const endOfScan = (image: Buffer, from: number): number => {
  for (let at = image.indexOf(0xff, from); at >= 0; at = image.indexOf(0xff, at + 1)) {
    const next = image[at + 1] ?? 0
    const belongs = next === 0 || next === 0xff || (next >= 0xd0 && next <= 0xd7)
    if (!belongs) return at
  }
  throw notWhole()
}

const written = ({ marker, body, scan }: Segment): Buffer => {
  const head = Buffer.of(0xff, marker, 0, 0)
  head.writeUInt16BE(body.length + 2, 2)
  return Buffer.concat([head, body, scan])
}

/** JFIF wants to be the first. */
const withTurn = (kept: readonly Buffer[], turn: number | undefined): readonly Buffer[] => {
  if (turn === undefined) return kept
  const first = kept[0]?.[1] === APP0 ? 1 : 0
  const body = Buffer.concat([Buffer.from(EXIF, 'latin1'), tiffOf(turn)])
  const exif = written({ marker: APP1, body, scan: Buffer.alloc(0) })
  return [...kept.slice(0, first), exif, ...kept.slice(first)]
}
