/**
 * The revisions of a stream follow each other, so one that is left out is known: lost on the way, or no longer in the
 * log. Only of streams heard of lately; of the others the next event says where they stand.
 */

export type Revisions = {
  isGap(stream: string, revision: number): boolean
  took(stream: string, revision: number): void
}

const MOST_STREAMS = 20_000

export const revisionsHeard = (most = MOST_STREAMS): Revisions => {
  let lately = new Map<string, number>()
  let before = new Map<string, number>()
  return {
    isGap: (stream, revision) => revision > (lately.get(stream) ?? before.get(stream) ?? revision) + 1,
    took: (stream, revision) => {
      if (lately.size >= most) {
        before = lately
        lately = new Map()
      }
      lately.set(stream, revision)
    },
  }
}
