/** Keys of the bench alone; its databases go when it is over. */
import { createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import type { RootKeys } from '../services/root-keys.ts'

export const rootKeys: RootKeys = {
  master: createSecretKey(randomBytes(32)),
  signing: generateKeyPairSync('ed25519').privateKey,
}
