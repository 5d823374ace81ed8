/** The one thing of EXIF that an image needs to be shown as it was taken: which way is up. */

const ORIENTATION = 0x0112
const SHORT = 3
const ENTRY_BYTES = 12
/** As taken: needs no saying. */
const UPRIGHT = 1

/** 2 to 8 where a TIFF block says that the image is turned or mirrored. */
export const turnOf = (tiff: Buffer): number | undefined => {
  const little = tiff.toString('latin1', 0, 2) === 'II'
  const [short, long] = little
    ? [(at: number) => tiff.readUInt16LE(at), (at: number) => tiff.readUInt32LE(at)]
    : [(at: number) => tiff.readUInt16BE(at), (at: number) => tiff.readUInt32BE(at)]
  try {
    const first = long(4)
    for (let at = first + 2; at < first + 2 + short(first) * ENTRY_BYTES; at += ENTRY_BYTES)
      if (short(at) === ORIENTATION && short(at + 2) === SHORT) return turned(short(at + 8))
  } catch (error) {
    // What cannot be read says nothing.
    if (!(error instanceof RangeError)) throw error
  }
  return undefined
}

const turned = (value: number): number | undefined => (value > UPRIGHT && value <= 8 ? value : undefined)

/** A TIFF block that says the turn and nothing else. */
export const tiffOf = (turn: number): Buffer => {
  const tiff = Buffer.alloc(26)
  tiff.write('MM\0*', 'latin1')
  tiff.writeUInt32BE(8, 4)
  tiff.writeUInt16BE(1, 8)
  tiff.writeUInt16BE(ORIENTATION, 10)
  tiff.writeUInt16BE(SHORT, 12)
  tiff.writeUInt32BE(1, 14)
  tiff.writeUInt16BE(turn, 18)
  return tiff
}
