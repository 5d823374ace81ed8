/** How much one process takes on at once. Beyond that it says so at once, instead of getting slower for everybody. */
export type Limits = {
  /** Requests that are worked on. */
  requests: number
  /** Requests that take the time of somebody else: those that wait for something, and files. */
  waiting: number
  /** Of both, one person's. */
  requestsPerPerson: number
  /** Commands on one life, worked on or in the queue for it. */
  commandsPerInstance: number
  /** Connections, also those on which nothing is asked. */
  connections: number
  /** For one question to a read model. */
  readMs: number
  /** For an answer, whatever it waits for; files and what is read in pages take their own time. */
  answerMs: number
}

/** What 32 at once already keep busy answers 256 within a fraction of a second. */
export const LIMITS: Limits = {
  requests: 256,
  waiting: 1_000,
  requestsPerPerson: 64,
  commandsPerInstance: 64,
  connections: 10_000,
  readMs: 10_000,
  answerMs: 30_000,
}
