/** `node --import` of this file: the engine runs without chain, HMAC and sealing. The product has no such switch. */
import { registerHooks } from 'node:module'
import type * as engineSealing from '../../engine/sealing.ts'
import * as sealing from './sealing.ts'

// What the engine asks of the file that is replaced is all there, or the types say so.
sealing satisfies typeof engineSealing

const plain = (name: string): string => new URL(name, import.meta.url).href
const engine = (name: string): string => new URL(`../../engine/${name}`, import.meta.url).href

const REPLACED = ['chain.ts', 'sealing.ts']

registerHooks({
  resolve: (specifier, context, next) => {
    if (specifier === 'node:crypto' && context.parentURL === engine('event-codec.ts')) return next(plain('crypto.ts'))
    const found = next(specifier, context)
    const replaced = REPLACED.find(name => found.url === engine(name))
    return replaced ? next(plain(replaced)) : found
  },
})
