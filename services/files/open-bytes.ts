import { join } from 'node:path'
import type { ByteStore } from './byte-store.ts'
import type { FilesConfig } from './config.ts'
import { folderBytes } from './folder-bytes.ts'

/** Where the operator wants the bytes; `store`: whose they are. The client of S3 is loaded only where it is used. */
export const openBytes = async ({ folder, s3 }: FilesConfig, store: string): Promise<ByteStore> =>
  s3 ? (await import('./s3-bytes.ts')).s3Bytes(s3, store) : folderBytes(join(folder, store))
