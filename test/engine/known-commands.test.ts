import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { firstEventOf, frozenCommands, noCommands, noteCommand, thawedCommands } from '../../engine/known-commands.ts'

t.test('a life knows its commands, and no other, whatever their order and number', async t => {
  const noted = fc.array(fc.tuple(fc.uuid(), fc.nat()), { maxLength: 200 })
  fc.assert(
    fc.property(noted, fc.uuid(), (commands, other) => {
      const known = noCommands()
      const expected = new Map<string, number>()
      for (const [command, revision] of commands) {
        noteCommand(known, command, revision)
        if (!expected.has(command)) expected.set(command, revision)
      }
      for (const each of [known, thawedCommands(frozenCommands(known))]) {
        for (const [command, revision] of expected) if (firstEventOf(each, command) !== revision) return false
        if (!expected.has(other) && firstEventOf(each, other) !== undefined) return false
      }
      return true
    }),
  )
  t.pass()
})

t.test('a hundred thousand take 28 bytes each, in a snapshot 13; each is still found', async t => {
  const known = noCommands()
  const ids = Array.from({ length: 100_000 }, () => randomUUID())
  for (const [revision, id] of ids.entries()) noteCommand(known, id, revision)
  t.ok(ids.every((id, revision) => firstEventOf(known, id) === revision))
  t.notOk(ids.some(() => firstEventOf(known, randomUUID()) !== undefined))
  const frozen = frozenCommands(known)
  t.strictSame([frozen.ids.byteLength, frozen.steps.byteLength], [1_200_000, 100_000])
  t.ok(known.entries.byteLength + (known.slots?.byteLength ?? 0) < 3_600_000, 'more where they have room to grow')
})

t.test('what was thawed goes on taking commands in', async t => {
  const known = noCommands()
  const [one, other] = [randomUUID(), randomUUID()]
  noteCommand(known, one, 7)
  const thawed = thawedCommands(frozenCommands(known))
  noteCommand(thawed, other, 8)
  noteCommand(thawed, one, 9)
  t.strictSame([firstEventOf(thawed, one), firstEventOf(thawed, other), firstEventOf(known, other)], [7, 8, undefined])
})
