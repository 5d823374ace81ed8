/** What images tell beside their picture is taken out, and the picture stays as it was. */
import fc from 'fast-check'
import t from 'tap'
import { bareJpeg } from '../../services/files/bare-jpeg.ts'
import { barePng } from '../../services/files/bare-png.ts'
import { turnOf } from '../../services/files/exif.ts'
import { chunk, png, sampleFile, segment, tiff, withSegments } from '../support/images.ts'

const photo = await sampleFile('photo.jpg')
const bare = bareJpeg(photo)

t.test('a JPEG', async t => {
  t.test('of the sample loses its place, time and camera', async t => {
    t.ok(photo.includes('SampleCam') && photo.includes('Exif'))
    for (const word of ['SampleCam', 'Exif', '2026:03:05']) t.notOk(bare.includes(word), word)
  })

  t.test('keeps every byte of tables, frame and scan', async t => {
    const picture = photo.subarray(photo.indexOf(Buffer.of(0xff, 0xdb)))
    t.ok(bare.subarray(-picture.length).equals(picture))
  })

  t.test('loses XMP, IPTC, comments, further pictures and what nobody knows', async t => {
    const told = [
      segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0<secret/>'),
      segment(0xed, 'Photoshop 3.0\0secret'),
      segment(0xfe, 'secret'),
      segment(0xe2, 'MPF\0secret'),
      segment(0xef, 'secret'),
    ]
    t.ok(bareJpeg(withSegments(bare, ...told)).equals(bare))
  })

  t.test('keeps its colours', async t => {
    const colours = [segment(0xe2, 'ICC_PROFILE\0\x01\x01profile'), segment(0xee, 'Adobe\0d\0\0\0\0\x01')]
    const coloured = withSegments(bare, ...colours)
    t.ok(bareJpeg(coloured).equals(coloured))
  })

  t.test('loses the thumbnail of its first segment: it may show what was cut away', async t => {
    const jfif = (thumbnail: string, size: number) =>
      segment(
        0xe0,
        Buffer.concat([Buffer.from('JFIF\0\x01\x02\0\0H\0H', 'latin1'), Buffer.of(size, size), Buffer.from(thumbnail)]),
      )
    const plain = Buffer.concat([bare.subarray(0, 2), bare.subarray(bare.indexOf(Buffer.of(0xff, 0xdb)))])
    t.ok(bareJpeg(withSegments(plain, jfif('abc', 1))).equals(withSegments(plain, jfif('', 0))))
  })

  for (const order of ['II', 'MM'] as const)
    t.test(`that lies on its side (${order}) still does, and says no more`, async t => {
      const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff(6, order)])
      const turned = bareJpeg(withSegments(bare, segment(0xe1, exif)))
      t.equal(turnOf(turned.subarray(turned.indexOf('Exif') + 6)), 6)
      t.notOk(turned.includes('GPS'))
      t.ok(bareJpeg(turned).equals(turned), 'the second time nothing changes')
    })

  t.test('ends where the picture ends', async t => {
    t.ok(bareJpeg(Buffer.concat([photo, Buffer.from('<html><script>alert(1)</script>')])).equals(bare))
  })

  t.test('that is not whole is refused', async t => {
    const parts = [
      bare.subarray(0, -2),
      bare.subarray(0, 300),
      Buffer.from([0xff, 0xd8, 0xff, 0xd9]),
      Buffer.from([0xff, 0xd8, 0xff]),
    ]
    for (const part of parts) t.throws(() => bareJpeg(part), { code: 'file-broken' })
  })

  t.test('of any bytes is bare or refused, and bare once is bare for good', async t => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(photo.length - 1), fc.nat(255)), { maxLength: 20 }), changes => {
        const changed = Buffer.from(photo)
        for (const [at, byte] of changes) changed[at] = byte
        const once = orRefused(() => bareJpeg(changed))
        return once === undefined || bareJpeg(once).equals(once)
      }),
      { numRuns: 300 },
    )
    t.pass()
  })
})

t.test('a PNG', async t => {
  t.test('loses texts, times, EXIF and what nobody knows', async t => {
    const told = [
      chunk('tEXt', 'Author\0secret'),
      chunk('iTXt', 'XML:com.adobe.xmp\0\0\0\0\0<secret/>'),
      chunk('zTXt', 'secret'),
      chunk('tIME', 'secret!'),
      chunk('eXIf', tiff(1)),
      chunk('teSt', 'secret'),
    ]
    t.ok(barePng(png(told, '<html>secret')).equals(png()))
  })
  t.test('keeps colours and density', async t => {
    const whole = png([chunk('gAMA', Buffer.of(0, 0, 0xb1, 0x8f)), chunk('pHYs', Buffer.alloc(9))])
    t.ok(barePng(whole).equals(whole))
  })
  t.test('that lies on its side still does, and says no more', async t => {
    const turned = barePng(png([chunk('eXIf', tiff(8))]))
    t.equal(turnOf(turned.subarray(turned.indexOf('eXIf') + 4)), 8)
    t.notOk(turned.includes('GPS'))
    t.ok(barePng(turned).equals(turned))
  })
  t.test('that is not whole is refused', async t => {
    const spoilt = png()
    spoilt[40] = (spoilt[40] ?? 0) ^ 1
    for (const part of [png().subarray(0, -4), png().subarray(0, 40), spoilt, png([chunk('ABCD')])])
      t.throws(() => barePng(part), { code: 'file-broken' })
  })
})

const orRefused = (work: () => Buffer): Buffer | undefined => {
  try {
    return work()
  } catch (error) {
    if ((error as { code?: string }).code === 'file-broken') return undefined
    throw error
  }
}
