/** Real images with what cameras and programs leave in them. */
import { readFile } from 'node:fs/promises'
import { crc32, deflateSync } from 'node:zlib'

const SAMPLES = new URL('../../samples/wuchang/files/', import.meta.url)

export const sampleFile = (name: string): Promise<Buffer> => readFile(new URL(name, SAMPLES))

/** A JPEG's segment. */
export const segment = (marker: number, body: string | Buffer): Buffer => {
  const bytes = Buffer.from(body as string, 'latin1')
  const head = Buffer.of(0xff, marker, 0, 0)
  head.writeUInt16BE(bytes.length + 2, 2)
  return Buffer.concat([head, bytes])
}

/** A JPEG with these segments behind its first mark. */
export const withSegments = (jpeg: Buffer, ...segments: Buffer[]): Buffer =>
  Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)])

/** A TIFF block, little or big endian, that says a turn, and where the picture was taken. */
export const tiff = (turn: number, order: 'II' | 'MM' = 'II'): Buffer => {
  const block = Buffer.alloc(60)
  const short = order === 'II' ? block.writeUInt16LE.bind(block) : block.writeUInt16BE.bind(block)
  const long = order === 'II' ? block.writeUInt32LE.bind(block) : block.writeUInt32BE.bind(block)
  block.write(order, 'latin1')
  short(42, 2)
  long(8, 4)
  short(2, 8)
  for (const [index, [tag, type, value]] of [
    [0x0112, 3, turn],
    [0x8825, 4, 38],
  ].entries()) {
    const at = 10 + index * 12
    short(tag as number, at)
    short(type as number, at + 2)
    long(1, at + 4)
    if (type === 3) short(value as number, at + 8)
    else long(value as number, at + 8)
  }
  block.write('GPS 30.5567 N', 40)
  return block
}

export const chunk = (type: string, body: Buffer | string = ''): Buffer => {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), Buffer.from(body as string)])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(typed.length - 4)
  sum.writeUInt32BE(crc32(typed))
  return Buffer.concat([length, typed, sum])
}

const SIDE = 16
const rows = Buffer.concat(Array.from({ length: SIDE }, (_, y) => Buffer.from([0, ...Array(SIDE).fill(y * 15)])))
const header = Buffer.from([0, 0, 0, SIDE, 0, 0, 0, SIDE, 8, 0, 0, 0, 0])

/** A grey PNG with these chunks between header and pixels, and these bytes behind its end. */
export const png = (between: readonly Buffer[] = [], behind = ''): Buffer =>
  Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...between,
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND'),
    Buffer.from(behind),
  ])
