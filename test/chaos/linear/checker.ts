/**
 * Whether what many clients saw of one object can be told as one thing after the other (Wing and Gong, with a memory
 * of where the search has been, after Lowe). An order must be found in which each operation takes effect at one moment
 * between its sending and its answer, and every answer is what a model gives in that order.
 */

export type Operation<Input, Output> = {
  input: Input
  /** Both on one clock. */
  invokedAt: number
  /** Infinity where no answer came: then it took effect at any time since, or never. */
  endedAt: number
  /** Nothing where no answer came. */
  output?: Output
}

export type Model<State, Input, Output> = {
  start: State
  step(state: State, input: Input): { state: State; output: Output }
  /** Equal where nothing can tell two states apart. */
  key(state: State): string
  same(told: Output, output: Output): boolean
}

/** The operations in such an order; nothing where there is none. */
export const linearized = <State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): Operation<Input, Output>[] | undefined => {
  const been = new Set<string>()
  const order: Operation<Input, Output>[] = []
  const left = leftOf(operations)

  const search = (state: State): boolean => {
    if (!left.anyAnswered()) return true
    const place = `${left.key()} ${model.key(state)}`
    if (been.has(place)) return false
    been.add(place)
    return left.next().some(operation => goesOn(operation, state))
  }

  const goesOn = (operation: Operation<Input, Output>, before: State): boolean => {
    const { state, output } = model.step(before, operation.input)
    if (operation.output !== undefined && !model.same(operation.output, output)) return false
    left.take(operation)
    order.push(operation)
    if (search(state)) return true
    order.pop()
    left.giveBack(operation)
    return false
  }

  return search(model.start) ? order : undefined
}

/** What has not taken effect yet. */
const leftOf = <Input, Output>(operations: readonly Operation<Input, Output>[]) => {
  const sorted = [...operations].sort((a, b) => a.invokedAt - b.invokedAt)
  const bits = new Map(sorted.map((operation, n) => [operation, 1n << BigInt(n)]))
  const left = new Set(sorted)
  let taken = 0n
  return {
    key: () => taken.toString(36),
    anyAnswered: () => [...left].some(({ output }) => output !== undefined),
    /** Whatever was sent before the first of them was answered. */
    next: () => {
      const firstEnd = [...left].reduce((first, { endedAt }) => Math.min(first, endedAt), Number.POSITIVE_INFINITY)
      return sorted.filter(operation => operation.invokedAt <= firstEnd && left.has(operation))
    },
    take: (operation: Operation<Input, Output>) => {
      left.delete(operation)
      taken |= bits.get(operation) ?? 0n
    },
    giveBack: (operation: Operation<Input, Output>) => {
      left.add(operation)
      taken &= ~(bits.get(operation) ?? 0n)
    },
  }
}
