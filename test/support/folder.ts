import type { Test } from 'tap'

/** A folder that stays until all is torn down. tap removes its own before, unless there was something to tear down when it was made. */
export const folderFor = (t: Test): string => {
  t.teardown(() => undefined)
  return t.testdir()
}
