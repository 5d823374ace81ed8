/** Where a project stands, in a word: the path of its stage, or of the end it has come to. */

const STAGES = 'running.stage.'

/** From the leaves of its state: `running.stage.delivery`, `archived`. */
export const stageOf = (leaves: readonly string[]): string => {
  const inStage = leaves.find(leaf => leaf.startsWith(STAGES))
  return inStage ? inStage.split('.').slice(0, 3).join('.') : (leaves[0] ?? '')
}

export const hasEnded = (stage: string): boolean => !stage.startsWith(STAGES)
