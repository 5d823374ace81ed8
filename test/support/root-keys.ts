/** Keys that are the same in every run: what a test finds wrong once can be found again. */
import { createPrivateKey, createSecretKey } from 'node:crypto'
import type { RootKeys } from '../../services/root-keys.ts'

/** An Ed25519 private key in PKCS8 is this prefix and 32 bytes. */
const ED25519_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

export const rootKeys: RootKeys = {
  master: createSecretKey(Buffer.alloc(32, 'master key of the tests')),
  signing: createPrivateKey({
    key: Buffer.concat([ED25519_PREFIX, Buffer.alloc(32, 'log signing key of the tests')]),
    format: 'der',
    type: 'pkcs8',
  }),
}
