/** Counts who is under way under one name, and lets no more in than so many. */
export type AtMost = {
  most: number
  /** False where nobody is let in any more; who is let in must leave. */
  enter(name: string): boolean
  leave(name: string): void
  isFull(name: string): boolean
}

export const atMost = (most: number): AtMost => {
  const inside = new Map<string, number>()
  const count = (name: string): number => inside.get(name) ?? 0
  return {
    most,
    isFull: name => count(name) >= most,
    enter: name => {
      if (count(name) >= most) return false
      inside.set(name, count(name) + 1)
      return true
    },
    leave: name => {
      if (count(name) > 1) inside.set(name, count(name) - 1)
      else inside.delete(name)
    },
  }
}
