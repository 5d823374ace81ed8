/** docker-compose.yml as its tests read it: merges resolved, variables as they stand. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'

export const COMPOSE = 'docker-compose.yml'

const service = z.object({
  image: z.string(),
  build: z.string().optional(),
  user: z.string().optional(),
  command: z.array(z.string()).optional(),
  restart: z.string().optional(),
  privileged: z.boolean().optional(),
  read_only: z.boolean().optional(),
  cap_add: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  network_mode: z.string().optional(),
  networks: z.array(z.string()).optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()).default([]),
  tmpfs: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  logging: z.object({ driver: z.string(), options: z.record(z.string(), z.string()) }).optional(),
  deploy: z
    .object({ resources: z.object({ limits: z.object({ cpus: z.string(), memory: z.string(), pids: z.number() }) }) })
    .optional(),
})

const file = z.object({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.object({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.object({})),
})

export type ComposeService = z.infer<typeof service>

export const composeText = (): string => readFileSync(COMPOSE, 'utf8')

export const compose = (): z.infer<typeof file> => file.parse(parse(composeText(), { merge: true }))

/** Of a variable of `.env`, how it is asked for: `${NAME:?sentence}`. */
export const askedFor = (text: string): { name: string; how: string }[] =>
  [...text.matchAll(/\$\{([A-Z_]+)([^}]*)\}/g)].map(([, name = '', how = '']) => ({ name, how }))
