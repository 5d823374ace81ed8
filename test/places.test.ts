import t from 'tap'
import { findPlace } from '../workflows/places/find-place.ts'
import { place } from '../workflows/places/place-field.ts'
import {
  allPlaces,
  covers,
  isPlace,
  parentPlace,
  placeLevel,
  placeName,
  placePath,
  placesUnder,
  strictlyCovers,
} from '../workflows/places/places.ts'

const wuchang = '420106'
const shuiguohu = '420106012'
const dongting = '420106012021'

t.test('the official list is a whole tree', async t => {
  const byLevel = Map.groupBy(allPlaces(), placeLevel)
  for (const [level, number] of [
    ['city', 1],
    ['district', 13],
    ['street', 193],
    ['community', 3495],
  ] as const)
    t.equal(byLevel.get(level)?.length, number, level)
  for (const code of allPlaces().filter(code => placeLevel(code) !== 'city'))
    if (!isPlace(parentPlace(code) as string)) t.fail(`${code} has no parent`)
  t.equal(parentPlace('4201'), undefined)
})

t.test('a place knows its name, its path and what lies under it', async t => {
  t.strictSame(placePath(dongting), ['武汉市', '武昌区', '水果湖街道', '东亭社区居委会'])
  t.equal(placesUnder(wuchang).length, 15)
  t.ok(placesUnder(shuiguohu).includes(dongting))
  t.strictSame(placesUnder(dongting), [])
  t.equal(placeName(shuiguohu), '水果湖街道')
  t.throws(() => placeName('420199'), RangeError)
})

t.test('a place covers itself and what lies under it, never half a code', async t => {
  for (const [over, under, expected] of [
    ['4201', dongting, true],
    [shuiguohu, dongting, true],
    [dongting, dongting, true],
    [dongting, shuiguohu, false],
    ['420105', dongting, false],
    ['42010601', dongting, false],
    ['', dongting, false],
    [wuchang, '420106999', false],
  ] as const)
    t.equal(covers(over, under), expected, `${over} over ${under}`)
  t.notOk(strictlyCovers(dongting, dongting))
  t.ok(strictlyCovers(shuiguohu, dongting))
})

t.test('every place is found by its path, with and without separators', async t => {
  const lost = allPlaces().filter(code =>
    ['/', ''].some(separator => {
      const finding = findPlace(placePath(code).join(separator))
      return !('found' in finding) || finding.found !== code
    }),
  )
  t.strictSame(lost, [])
})

t.test('a place is found as people write it', async t => {
  for (const [said, expected] of [
    ['420106012021', dongting],
    ['４２０１０６０１２０２１', dongting],
    ['武昌区水果湖街道东亭社区', dongting],
    ['武昌区/水果湖街道/东亭社区居委会', dongting],
    ['湖北省武汉市 武昌区 水果湖街道 东亭社区居民委员会', dongting],
    ['水果湖-东亭', dongting],
    ['水果湖街道–东亭社区', dongting],
    ['武昌·水果湖·东亭', dongting],
    ['武昌＞水果湖＞东亭', dongting],
    ['东亭社区', dongting],
    ['水果湖', shuiguohu],
    ['水果湖街道办事处', shuiguohu],
    ['武昌', wuchang],
    ['中华路–西城壕', '420106006005'],
    ['武昌区/东湖风景区街道/东湖路社区', '420106490018'],
    ['江汉区/民权街道/打铜社区', '420103004001'],
    ['硚口/古田街道', '420104001'],
  ] as const)
    t.strictSame(findPlace(said), { found: expected }, said)
})

t.test('a name that repeats is answered with its candidates', async t => {
  t.strictSame(findPlace('东湖路社区'), {
    candidates: [
      { code: '420106012001', path: ['武汉市', '武昌区', '水果湖街道', '东湖路社区居委会'] },
      { code: '420106490018', path: ['武汉市', '武昌区', '东湖风景区街道（武昌）', '东湖路社区居委会'] },
    ],
    near: [],
  })
  t.strictSame(findPlace('东湖路社区', shuiguohu), { found: '420106012001' })
  t.strictSame(findPlace('团结社区', wuchang), { found: '420106003025' }, 'one of three in the city')
})

t.test('an unknown name is answered with names like it', async t => {
  const near = (said: string, within?: string) => {
    const finding = findPlace(said, within)
    t.notOk('found' in finding, said)
    return 'near' in finding ? finding.near.map(({ code }) => code) : []
  }
  t.strictSame(near('水果湖街道东停社区'), [dongting])
  t.equal(near('中南路/东亭社区', wuchang)[0], dongting, 'the wrong street')
  t.strictSame(near('江汉区/民权街道/打铜社区', wuchang).map(placeName), ['打铜社区居委会'], 'outside the list')
  t.ok(near('东停社区').length <= 5)
  for (const said of ['', '   ', '/', 'Paris', '__proto__', 'constructor'])
    t.strictSame(findPlace(said), { candidates: [], near: [] }, `'${said}'`)
  t.strictSame(findPlace('社'.repeat(10_000)), { candidates: [], near: [] }, 'ten thousand letters')
})

t.test('a field takes a code or a path of names, and says what is wrong in two languages', async t => {
  for (const said of [dongting, '武昌区水果湖街道东亭社区', '武昌/水果湖/东亭社区'])
    t.equal(place.parse(said), dongting, said)
  const cases: [said: string, code: string][] = [
    ['420199', 'unknown-place'],
    ['42010601', 'unknown-place'],
    ['', 'unknown-place'],
    ['没有的社区', 'unknown-place'],
    ['青山', 'ambiguous-place'],
  ]
  for (const [said, code] of cases)
    t.match(place.safeParse(said).error?.issues[0], { params: { code, zh: /代码/, en: /code/ } }, said)
  t.match(place.safeParse('青山').error?.issues[0], { params: { candidates: [{ code: /^4201/ }, { code: /^4201/ }] } })
  t.match(place.meta(), { zh: '地点', en: 'Place', shows: 'place' })
})
