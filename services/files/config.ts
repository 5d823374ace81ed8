/** What an operator says about files. */

export type S3Config = {
  bucket: string
  /** Absent: Amazon's own. */
  endpoint: string | undefined
  region: string
  /** Absent: what the environment, a profile or the machine's role gives. */
  credentials: { accessKeyId: string; secretAccessKey: string } | undefined
}

export type FilesConfig = {
  /** Holds uploads on their way; the files too, unless they are kept in S3. */
  folder: string
  maxBytes: number
  /** Of what one person has sent and no event names yet: nobody fills the disk alone. */
  unnamedMaxBytes: number
  /** A program and its arguments; empty: nothing is scanned. */
  scanCommand: readonly string[]
  s3: S3Config | undefined
}
