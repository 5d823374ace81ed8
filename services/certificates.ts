/** X.509 certificates for the server of the log: an authority of one's own, and what it signs. Keys are RSA: the server takes no others. */
import 'reflect-metadata'
import { createPrivateKey, createPublicKey, webcrypto, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'
import type { Clock } from '../engine/clock.ts'
import type { Randomness } from '../engine/randomness.ts'

/** Both as PEM. */
export type Certified = { certificate: string; key: string }

export type By = { clock: Clock; random: Randomness }

const RSA = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 3_072, publicExponent: Uint8Array.of(1, 0, 1), hash: 'SHA-256' }
const AUTHORITY = 'O=Gongchuang, CN=Gongchuang log authority'
/** Nodes of one cluster know each other by it. */
const NODE = 'CN=eventstoredb-node'
const AUTHORITY_DAYS = 3_650
const NODE_DAYS = 397
/** Two months in which some restart happens anyway. */
const RENEWED_DAYS_BEFORE = 60
const DAY = 86_400_000
/** Clocks of two machines differ. */
const BEGUN_BEFORE_MS = 3_600_000
const SERIAL_BYTES = 16

type Keys = webcrypto.CryptoKeyPair

export const newAuthority = async (by: By): Promise<Certified> => {
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...validFor(by, AUTHORITY_DAYS),
    name: AUTHORITY,
    signingAlgorithm: RSA,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: pemOf(certificate), key: await keyTextOf(keys) }
}

/** For a server under all these names and addresses; it may also present itself to the other nodes of its cluster. */
export const newNode = async (authority: Certified, hosts: readonly string[], by: By): Promise<Certified> => {
  const keys = await newKeys()
  const issuer = new x509.X509Certificate(authority.certificate)
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage
  const certificate = await x509.X509CertificateGenerator.create({
    ...validFor(by, NODE_DAYS),
    subject: NODE,
    issuer: issuer.subject,
    signingAlgorithm: RSA,
    signingKey: await signingKeyOf(authority.key),
    publicKey: keys.publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
      new x509.ExtendedKeyUsageExtension([serverAuth, clientAuth]),
      new x509.SubjectAlternativeNameExtension(hosts.map(value => ({ type: isIP(value) ? 'ip' : 'dns', value }))),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return { certificate: pemOf(certificate), key: await keyTextOf(keys) }
}

/** Signed by that authority, for all these names, and not about to end. */
export const stillGood = (node: Certified, authority: Certified, hosts: readonly string[], clock: Clock): boolean => {
  const certificate = new X509Certificate(node.certificate)
  const covers = (host: string) => (isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host)) !== undefined
  const ends = Date.parse(certificate.validTo)
  return (
    certificate.verify(createPublicKey(authority.certificate)) &&
    certificate.checkPrivateKey(createPrivateKey(node.key)) &&
    hosts.every(covers) &&
    ends - clock.now().getTime() > RENEWED_DAYS_BEFORE * DAY
  )
}

const validFor = ({ clock, random }: By, days: number) => {
  const now = clock.now().getTime()
  // The highest bit is not set: the number is positive, and as long as it seems.
  const serial = Buffer.from(random.bytes(SERIAL_BYTES))
  serial[0] = (serial.readUInt8(0) & 0x3f) | 0x40
  return {
    serialNumber: serial.toString('hex'),
    notBefore: new Date(now - BEGUN_BEFORE_MS),
    notAfter: new Date(now + days * DAY),
  }
}

const newKeys = (): Promise<Keys> => webcrypto.subtle.generateKey(RSA, true, ['sign', 'verify'])

const keyTextOf = async ({ privateKey }: Keys): Promise<string> => {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey))
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    .export({ type: 'pkcs8', format: 'pem' })
    .toString()
}

const signingKeyOf = (pem: string): Promise<webcrypto.CryptoKey> => {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' })
  return webcrypto.subtle.importKey('pkcs8', der, RSA, false, ['sign'])
}

const pemOf = (certificate: x509.X509Certificate): string => `${certificate.toString('pem')}\n`
