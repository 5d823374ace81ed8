/** A key that signs heads of the log (日志签名密钥): published, signing one head after another, retired. */
import { z } from 'zod'
import { all } from '../engine/definition.ts'
import { lifecycle } from '../engine/workflow.ts'
import { reason } from './fields.ts'
import { roles } from './roles.ts'

export type LogKey = { publicKey: string; size: number }

const publicKey = z
  .base64()
  .max(100)
  .meta({
    zh: '公钥（Ed25519，SPKI）',
    en: 'Public key (Ed25519, SPKI)',
    examples: ['MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE='],
  })

const head = {
  size: z
    .int()
    .positive()
    .meta({ zh: '事件数', en: 'Events', examples: [1200] }),
  upTo: z
    .string()
    .max(100)
    .meta({ zh: '到此位置', en: 'Up to this position', examples: ['pg5d0c1a2b-00000000000004b0'] }),
  root: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .meta({ zh: '根', en: 'Root', examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'] }),
  signedAt: z.iso
    .datetime()
    .meta({ zh: '签名时间', en: 'Signed at', shows: 'instant', examples: ['2026-03-05T02:00:00.000Z'] }),
  publicKey,
  signature: z
    .base64()
    .max(100)
    .meta({ zh: '签名（Ed25519）', en: 'Signature (Ed25519)', examples: ['c2lnbmF0dXJl'] }),
}

const commands = {
  'publish-key': z.strictObject({ publicKey }).meta({ zh: '公布密钥', en: 'Publish a key' }),
  'sign-head': z.strictObject(head).meta({ zh: '签署日志头', en: 'Sign a head of the log' }),
  'retire-key': z.strictObject({ reason }).meta({ zh: '停用密钥', en: 'Retire a key' }),
}

const events = {
  KeyPublished: commands['publish-key'].meta({ zh: '密钥已公布', en: 'key published' }),
  HeadSigned: commands['sign-head'].meta({ zh: '日志头已签署', en: 'head of the log signed' }),
  KeyRetired: commands['retire-key'].meta({ zh: '密钥已停用', en: 'key retired' }),
}

export type LogKeyEvents = { [E in keyof typeof events]: z.infer<(typeof events)[E]> }

const notary = [{ system: 'notary' }] as const

export const logKey = lifecycle<LogKey>()({
  name: 'log-key',
  title: { zh: '日志签名密钥', en: 'Log signing key' },
  about: {
    zh: '为日志头签名的密钥：何时公布，签过哪些日志头，何时停用。',
    en: 'A key that signs heads of the log: when it was published, which heads it signed, when it was retired.',
  },
  version: 1,
  roles,
  start: { publicKey: '', size: 0 },
  commands,
  events,
  rules: {
    grows: {
      of: 'sign-head',
      reads: ['size'],
      zh: '日志头只增不减',
      en: 'A head covers more of the log than the one before it.',
      holds: ({ data }, { size }) => size > data.size,
    },
    bearsThisKey: {
      of: 'sign-head',
      reads: ['publicKey'],
      zh: '日志头须由此密钥签署',
      en: 'A head is signed by this key.',
      holds: ({ data }, { publicKey: given }) => given === data.publicKey,
    },
  },
  consults: {},
  chart: {
    initial: 'blank',
    states: {
      blank: {
        meta: { zh: '未公布', en: 'blank' },
        on: { 'publish-key': { target: 'inUse', actions: 'KeyPublished' } },
      },
      inUse: {
        meta: { zh: '使用中', en: 'in use' },
        on: {
          'sign-head': { guard: all('grows', 'bearsThisKey'), actions: 'HeadSigned' },
          'retire-key': { target: 'retired', actions: 'KeyRetired' },
        },
      },
      retired: { type: 'final', meta: { zh: '已停用', en: 'retired' } },
    },
  },
  evolve: {
    KeyPublished: (given, { publicKey: published }) => ({ ...given, publicKey: published }),
    HeadSigned: (given, { size }) => ({ ...given, size }),
    KeyRetired: given => given,
  },
  permits: { 'publish-key': notary, 'sign-head': notary, 'retire-key': notary },
  place: () => undefined,
  label: given => given.publicKey,
  sees: [{ anyone: true }],
})
