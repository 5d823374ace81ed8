/** One command of `npx gongchuang`. */
export type SubCommand = {
  /** Its name and what follows it. */
  usage: string
  about: string
  /** Gives the exit status; a message that is thrown goes to standard error, with status 1. */
  run(args: string[]): Promise<number>
}
