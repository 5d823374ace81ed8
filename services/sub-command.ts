/** One command of `npx gongchuang`. */
export type SubCommand = {
  /** Its name and what follows it. */
  usage: string
  about: string
  /** Gives the exit status; a message that is thrown goes to standard error, with status 1, or 2 where it was used wrongly. */
  run(args: string[]): Promise<number>
}

/** It was not said, or not so that it can be understood, what is to be done. */
export class WrongUse extends Error {
  readonly code = 'wrong-use'
}
