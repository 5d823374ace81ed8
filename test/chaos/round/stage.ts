/** The demonstration's stage in a world of trouble: everything is asked again until it is answered. */
import { setTimeout as sleep } from 'node:timers/promises'
import { addDays, civilDay } from '../../../engine/clock.ts'
import { POLICIES } from '../../../engine/policy-runner.ts'
import { type Done, keysByContent } from '../../../services/demo/stage.ts'
import { START } from '../../support/service.ts'
import { overdue } from '../checks/followed.ts'
import { deliver } from '../deliver.ts'
import type { Command, Outcome } from '../journal.ts'
import type { Ground } from '../scene.ts'
import type { World } from '../world.ts'
import type { Contested } from './story.ts'

export const FIRST_DAY = civilDay(new Date(START))
const ASK_AGAIN_MS = 40
/** What a policy has still to do is done by then, whoever of its processes is down. */
const GIVEN_UP_AFTER_MS = 120_000

/** `ready` is waited for before each command: so many kills are to come with so many of them. */
export const stageIn = (ground: Ground, ready: () => Promise<void>): Contested => {
  const { world, client, founder } = ground
  const keyOf = keysByContent()

  const sent = async (by: string, path: string, body: object): Promise<Outcome> => {
    await ready()
    const command = commandAt(path, body)
    const outcome = await deliver(client, { ...command, person: by, key: keyOf(by, path, body) })
    if (!outcome) throw new Error(`${path} was not answered`)
    return outcome
  }

  /** Refused while what it needs is still under way: it is sent anew, as somebody would who looks again. */
  const send: Contested['send'] = async (by, path, body = {}) => {
    for (const until = performance.now() + GIVEN_UP_AFTER_MS; ; await sleep(ASK_AGAIN_MS)) {
      const outcome = await sent(by, path, body)
      if ('accepted' in outcome) return outcome.accepted satisfies Done
      if (performance.now() > until) throw new Error(`${path} was refused: ${outcome.refused}`)
    }
  }

  const settled = () => untilSettled(world)
  return {
    send,
    settled,
    say: () => undefined,
    day: number => addDays(FIRST_DAY, number),
    teller: {
      founder: async () => founder,
      upload: async (person, name, bytes) => {
        const path = `/v1/files?name=${encodeURIComponent(name)}`
        return JSON.parse(await asked(ground, person, path, bytes)) as { sha256: string }
      },
    },
    until: async (number, hour = 10) => {
      const to = Date.parse(`${addDays(FIRST_DAY, number)}T00:00:00Z`) + (hour - 8) * 3_600_000
      if (to > world.now().getTime()) world.pass(to - world.now().getTime())
      await settled()
    },
    ventured: async (by, path, body = {}) => 'accepted' in (await sent(by, path, body)),
    refused: async (by, path, body = {}) => {
      const outcome = await sent(by, path, body)
      if ('accepted' in outcome) throw new Error(`${path} was accepted, which the story has refused`)
      return [outcome.refused]
    },
    read: async (by, path) => JSON.parse(await asked(ground, by, `${path}?after=${await world.log.head()}`)) as never,
    together: async works => void (await Promise.all(works.map(work => work()))),
  }
}

/** `/v1/{workflow}` starts a life, `/v1/{workflow}/{id}/{command}` goes on with it. */
const commandAt = (path: string, input: object): Pick<Command, 'workflow' | 'id' | 'name' | 'input'> => {
  const [, , workflow = '', id, name = 'start'] = path.split('/')
  return { workflow, name, input, ...(id !== undefined && { id }) }
}

/** All that follows from what stands in the log has followed, and nothing is due. */
const untilSettled = async ({ query, log, now }: World): Promise<void> => {
  const checkpoint = 'SELECT position FROM engine.checkpoints WHERE name = $1'
  for (const until = performance.now() + GIVEN_UP_AFTER_MS; ; await sleep(ASK_AGAIN_MS)) {
    const head = await log.head()
    const [policies] = await query<{ position: string }>(checkpoint, [POLICIES])
    if (policies?.position === head && (await overdue(query, now())).length === 0 && (await log.head()) === head) return
    if (performance.now() > until) throw new Error(`policies stand at ${policies?.position}, the log at ${head}`)
  }
}

/** The text of an answer to a question, or to a file that is handed in. */
export const asked = async ({ client }: Ground, person: string, path: string, bytes?: Buffer): Promise<string> => {
  let last = 'nobody was up'
  for (const until = performance.now() + GIVEN_UP_AFTER_MS; performance.now() < until; await sleep(ASK_AGAIN_MS)) {
    const address = client.random.pick(client.slots).process.address()
    if (!address) continue
    const authorization = `Bearer ${await client.token(person)}`
    const post = bytes && { method: 'POST', body: bytes }
    try {
      const response = await fetch(address + path, {
        headers: { authorization, ...(bytes && { 'content-type': 'application/octet-stream' }) },
        signal: AbortSignal.timeout(20_000),
        ...post,
      })
      last = await response.text()
      if (response.ok) return last
    } catch (error) {
      last = String(error)
    }
  }
  throw new Error(`${path} was not answered: ${last}`)
}
