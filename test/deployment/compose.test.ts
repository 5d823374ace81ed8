/**
 * docker-compose.yml against the compose specification's schema, and against what we ask of it beyond. Containers are not
 * available where the tests run: that it comes up is not shown here.
 */
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DCLinter } from 'dclint'
import t from 'tap'
import manifest from '../../package.json' with { type: 'json' }
import { VARIABLES } from '../../services/config.ts'
import { folderFor } from '../support/folder.ts'
import { askedFor, COMPOSE, type ComposeService, compose, composeText } from './compose.ts'

/** That a file fits the schema the linter always looks at; these are its rules that are about more than order. */
const RULES = [
  'no-duplicate-container-names',
  'no-duplicate-exported-ports',
  'no-unbound-port-interfaces',
  'no-version-field',
  'require-project-name-field',
  'service-image-require-explicit-tag',
]
const EVERY_OTHER = [
  'no-build-and-image',
  'no-quotes-in-volumes',
  'require-quotes-in-ports',
  'service-container-name-regex',
  'service-dependencies-alphabetical-order',
  'service-keys-order',
  'service-ports-alphabetical-order',
  'services-alphabetical-order',
  'top-level-properties-order',
]

type Finding = { rule: string; message: string }

const findings = (path: string): Finding[] => {
  const rules = Object.fromEntries([...RULES.map(rule => [rule, 2]), ...EVERY_OTHER.map(rule => [rule, 0])])
  const linter = new DCLinter({ rules, quiet: false, debug: false, exclude: [] })
  const results: { messages: Finding[] }[] = linter.lintFiles([path], false)
  return results.flatMap(({ messages }) => messages.map(({ rule, message }) => ({ rule, message })))
}

const { services, networks, volumes } = compose()
const each = Object.entries(services)
/** Those that stay; the others do one thing and end. */
const staying = each.filter(([, service]) => service.restart === 'unless-stopped')
const ours = each.filter(([, { image }]) => image.startsWith('gongchuang:'))

t.test('it fits the schema of the compose specification', async t => {
  t.strictSame(findings(COMPOSE), [])
})

t.test('what does not fit the schema is found', async t => {
  const file = join(folderFor(t), 'docker-compose.yml')
  await writeFile(file, composeText().replace('read_only: true', 'readonly: true'))
  t.match(findings(file), [{ rule: 'invalid-schema' }])
})

t.test('two answer and two work, and the stores stand behind them', async t => {
  const withRole = (role: string) => ours.filter(([, { command }]) => command?.join(' ') === `start --role ${role}`)
  t.equal(withRole('api').length, 2)
  t.equal(withRole('worker').length, 2)
  t.ok(services.eventstore && services.postgres)
})

t.test('each secret is asked for, with a sentence, and none has a default', async t => {
  const asked = askedFor(composeText())
  t.ok(asked.length > 0)
  for (const { name, how } of asked) t.ok(how.startsWith(`:?${name} is missing: `), name)
  const drawn = readFileSync('scripts/make-env.ts', 'utf8').matchAll(/^([A-Z_]+)=/gm)
  t.strictSame([...new Set(asked.map(({ name }) => name))].sort(), [...drawn].map(([, name]) => name).sort())
})

t.test('nothing that sounds like a secret stands in it', async t => {
  for (const [name, { environment }] of each)
    for (const [variable, value] of Object.entries(environment)) {
      const secret = /PASSWORD|KEY$|SECRET|_URL$/.test(variable)
      t.ok(!secret || /\$\{[A-Z_]+:\?/.test(value), `${name}: ${variable}`)
    }
})

t.test('each variable given to the service is one that it reads', async t => {
  /** Read by the one command that gives the service its user, and by nobody else. */
  const beside = ['EVENTSTORE_ADMIN_PASSWORD']
  for (const [name, { environment }] of ours)
    for (const variable of Object.keys(environment))
      t.ok([...VARIABLES, ...beside].includes(variable), `${name}: ${variable}`)
})

t.test('images are pinned to a version, and ours is this one', async t => {
  for (const [name, { image }] of each) t.match(image, /:\d+\.\d+(\.\d+)?(-[a-z-]+)?$/, name)
  for (const [name, { image, build }] of ours)
    t.strictSame([image, build], [`gongchuang:${manifest.version}`, '.'], name)
})

const confined = (service: ComposeService): boolean =>
  !service.privileged &&
  service.cap_add === undefined &&
  service.read_only === true &&
  service.cap_drop?.join() === 'ALL' &&
  service.security_opt?.join() === 'no-new-privileges:true' &&
  !/^(0|root)?(:|$)/.test(service.user ?? '')

t.test('nothing runs as root, writes to its image, or may do more than a plain user', async t => {
  for (const [name, service] of each) t.ok(confined(service), name)
})

t.test('each has limits, and logs that end', async t => {
  for (const [name, { deploy, logging }] of each) {
    t.ok(deploy?.resources.limits, name)
    t.hasProps(logging?.options ?? {}, ['max-size', 'max-file'], name)
  }
})

t.test('whoever stays has a health check, and whoever needs another waits until that one is well', async t => {
  for (const [name, { healthcheck }] of staying) t.ok(healthcheck, name)
  for (const [name, { depends_on }] of each)
    for (const [other, { condition }] of Object.entries(depends_on)) {
      const stays = staying.some(([candidate]) => candidate === other)
      t.equal(condition, stays ? 'service_healthy' : 'service_completed_successfully', `${name} waits for ${other}`)
    }
})

t.test('only those that answer can be reached, and from this machine only', async t => {
  for (const [name, { ports = [], command }] of each) {
    t.equal(ports.length, command?.includes('api') ? 1 : 0, name)
    for (const port of ports) t.match(port, /^127\.0\.0\.1:\d+:3000$/, name)
  }
})

t.test('no way leads out from the stores', async t => {
  t.ok(networks.stores?.internal)
  for (const name of ['eventstore', 'postgres', 'eventstore-user'])
    t.strictSame(services[name]?.networks, ['stores'], name)
  t.equal(services.certificates?.network_mode, 'none')
})

t.test('what is written lands on a volume that is declared, or in memory', async t => {
  const names = each.flatMap(([, service]) => service.volumes.map(volume => volume.split(':')[0] ?? ''))
  const mounted = names.filter(name => !name.startsWith('./'))
  t.strictSame([...new Set(mounted)].sort(), Object.keys(volumes).sort())
})

t.test('the keys of the authority and of the server are seen by nobody else', async t => {
  const whoSees = (volume: string) =>
    each.filter(([, service]) => service.volumes.some(line => line.startsWith(`${volume}:`))).map(([name]) => name)
  t.strictSame(whoSees('certificates-authority'), ['certificates'])
  t.strictSame(whoSees('certificates-node').sort(), ['certificates', 'eventstore'])
})

t.test('git keeps no .env', async t => {
  t.match(readFileSync('.gitignore', 'utf8'), /^\.env$/m)
})
