/** Bytes in a bucket of whatever speaks S3: `<store>/ab/cd…` by hash. Loaded only where an operator says so. */
import { readFile } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3'
import { isSha256 } from '../../engine/named-files.ts'
import type { ByteStore } from './byte-store.ts'
import type { S3Config } from './config.ts'
import { FileRefusal } from './refusal.ts'

const CONNECT_MS = 5_000
const ANSWER_MS = 60_000

/** `store`: whose files these are; of another's in the same bucket nothing is seen or swept. */
export const s3Bytes = ({ bucket, ...config }: S3Config, store: string): ByteStore => {
  const client = clientOf(config)
  const placeOf = (sha256: string) => ({
    Bucket: bucket,
    Key: `${store}/${sha256.slice(0, 2)}/${sha256.slice(2)}`,
  })
  return {
    put: async (sha256, file) => {
      // In memory, so that it can be sent again; the server compares what arrives with the hash.
      const Body = await readFile(file)
      const ChecksumSHA256 = Buffer.from(sha256, 'hex').toString('base64')
      await reached(client.send(new PutObjectCommand({ ...placeOf(sha256), Body, ChecksumSHA256 })))
    },
    open: async sha256 => {
      const found = await reached(unlessAbsent(client.send(new GetObjectCommand(placeOf(sha256)))))
      return found?.Body as Readable | undefined
    },
    remove: async sha256 => {
      await reached(client.send(new DeleteObjectCommand(placeOf(sha256))))
    },
    all: () => hashesIn(client, bucket, `${store}/`),
    storedAt: async sha256 =>
      (await reached(unlessAbsent(client.send(new HeadObjectCommand(placeOf(sha256))))))?.LastModified,
  }
}

const clientOf = ({ endpoint, region, credentials }: Omit<S3Config, 'bucket'>): S3Client =>
  new S3Client({
    region,
    ...(credentials && { credentials }),
    // Servers beside Amazon's are seldom known by a bucket's own name.
    ...(endpoint && { endpoint, forcePathStyle: true }),
    // We compare hashes ourselves; older servers know no other checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS },
  })

const unlessAbsent = <T>(answer: Promise<T>): Promise<T | undefined> =>
  answer.catch(error => {
    if (['NoSuchKey', 'NotFound'].includes(error.name)) return undefined
    throw error
  })

const reached = <T>(answer: Promise<T>): Promise<T> =>
  answer.catch(error => {
    throw new FileRefusal('storage-unavailable', {}, { cause: error })
  })

async function* hashesIn(client: S3Client, bucket: string, prefix: string): AsyncGenerator<string> {
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix }))
    for (const { Key = '' } of page.Contents ?? []) {
      const sha256 = Key.slice(prefix.length).replace('/', '')
      if (isSha256(sha256)) yield sha256
    }
}
