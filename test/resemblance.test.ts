/** What resembles what, worked by hand: the figures are shown to a person, so they must be those that anybody finds. */
import t from 'tap'
import { REDACTED } from '../engine/definition.ts'
import { type Applied, alikeTexts, resemblance } from '../workflows/resemblance.ts'

const visits: Applied = {
  title: '独居老人敲门探访',
  what: '每周两次上门探访独居老人',
  place: '420106012021',
  field: 'elders-and-orphans',
}

t.test('texts are alike by the pairs of signs that both have', t => {
  // 独居 居老 老人 against 独居 居民: 2 × 1 / 5.
  t.equal(alikeTexts('独居老人', '独居民'), 40)
  t.equal(alikeTexts('独居老人', '独居老人'), 100)
  t.equal(alikeTexts('独居老人。', ' 独居 老人'), 100, 'marks and spaces say nothing')
  t.equal(alikeTexts('', ''), 0)
  t.equal(alikeTexts('啊', '啊'), 0, 'one sign is no pair')
  t.equal(alikeTexts('哈哈哈', '哈哈'), 66, 'a pair counts as often as it stands there')
  t.equal(alikeTexts(REDACTED, REDACTED), 0, 'what was taken back resembles nothing')
  t.end()
})

t.test('the same work on the same ground is flagged, with each aspect', t => {
  t.strictSame(resemblance(visits, { ...visits, title: '独居老人敲门探访（二期）', place: '420106012022' }), [
    // Seven pairs, and nine with the two signs more: 2 × 7 / 16.
    { aspect: 'title', alike: 87 },
    { aspect: 'activities', alike: 100 },
    { aspect: 'place', alike: 50 },
    { aspect: 'field', alike: 100 },
  ])
  t.end()
})

t.test('other work, or the like elsewhere and in another field, is not', t => {
  t.strictSame(resemblance(visits, { ...visits, title: '楼道飞线整治', what: '清理楼道飞线' }), [])
  t.strictSame(resemblance(visits, { ...visits, place: '420102001001', field: 'dance' }), [])
  t.end()
})

t.test('the same project is flagged whatever is written of it', t => {
  const project = '00000000-0000-8000-8000-000000000001'
  const other = { title: '旧物市集', what: '旧物交换', place: '420102001001', field: 'dance', project }
  t.strictSame(resemblance({ ...visits, project }, other), [{ aspect: 'project', alike: 100 }])
  t.end()
})
