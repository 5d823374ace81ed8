/** The key under which a round's sheets are sealed: one a sitting, so that what is scored anew is sealed anew. */
const SCORES = 'scores'

export const scoresKey = (round: string, sitting: number): string =>
  sitting === 1 ? `${SCORES}:${round}` : `${SCORES}:${round}:${sitting}`
