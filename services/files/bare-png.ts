/** A PNG without what it tells beside the picture, pixel for pixel the same: the chunks that are kept are listed. */
import { crc32 } from 'node:zlib'
import { tiffOf, turnOf } from './exif.ts'
import { broken, type FileRefusal } from './refusal.ts'

const SIGNATURE_BYTES = 8
/** Pixels, transparency, animation, colours, density. */
const KEPT = new Set(
  ['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'acTL', 'fcTL', 'fdAT', 'bKGD', 'pHYs', 'sBIT'].concat([
    'cHRM',
    'gAMA',
    'iCCP',
    'sRGB',
    'cICP',
    'mDCV',
    'cLLI',
  ]),
)

type Chunk = { type: string; body: Buffer }

const notWhole = (): FileRefusal => broken('PNG 图像不完整', 'a PNG that is not whole')

/** Throws `file-broken`. */
export const barePng = (image: Buffer): Buffer => {
  const chunks = [...chunksOf(image)]
  if (chunks[0]?.type !== 'IHDR' || !chunks.some(({ type }) => type === 'IDAT')) throw notWhole()
  const exif = chunks.find(({ type }) => type === 'eXIf')
  const turn = exif && turnOf(exif.body)
  const [header, ...rest] = chunks.filter(({ type }) => KEPT.has(type))
  const bare = [header as Chunk, ...(turn ? [{ type: 'eXIf', body: tiffOf(turn) }] : []), ...rest]
  return Buffer.concat([image.subarray(0, SIGNATURE_BYTES), ...bare.map(written)])
}

/** Up to the end of the image; what stands behind it is not looked at. */
function* chunksOf(image: Buffer): Generator<Chunk> {
  for (let at = SIGNATURE_BYTES; ; ) {
    const length = at + 8 <= image.length ? image.readUInt32BE(at) : Number.POSITIVE_INFINITY
    const end = at + 8 + length
    if (end + 4 > image.length || crc32(image.subarray(at + 4, end)) !== image.readUInt32BE(end)) throw notWhole()
    const type = image.toString('latin1', at + 4, at + 8)
    if (isCritical(type) && !KEPT.has(type)) throw notWhole()
    yield { type, body: image.subarray(at + 8, end) }
    if (type === 'IEND') return
    at = end + 4
  }
}

/** The first letter of a type says whether the picture can be shown without it. */
const isCritical = (type: string): boolean => /^[A-Z]/.test(type)

const written = ({ type, body }: Chunk): Buffer => {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), body])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(body.length)
  sum.writeUInt32BE(crc32(typed))
  return Buffer.concat([length, typed, sum])
}
