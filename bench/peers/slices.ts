/** A peer's side of the channel: says that it is ready, measures a slice whenever it is asked, ends when it is left. */
export type PeerErrand = { url: string }

type Peer = { ready: unknown; slice(milliseconds: number): Promise<number>; stop(): Promise<unknown> }

export const answerSlices = ({ ready, slice, stop }: Peer): void => {
  process.on('message', (milliseconds: number) => void slice(milliseconds).then(figure => process.send?.(figure)))
  process.on('disconnect', () => void stop().finally(() => process.exit()))
  process.send?.(ready)
}
