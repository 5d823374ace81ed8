/** What a project is told by policies: a resource that it cannot have, a duplicate that was merged into it. */
import { z } from 'zod'
import { stage } from '../../engine/workflow.ts'
import type { Consulted, MicroProject } from './data.ts'
import { match } from './fields.ts'

const resource = z.uuid().meta({ zh: '占用的资源', en: 'Resource' })
const reasons = {
  taken: { zh: '已被其他项目占用或已撤回', en: 'another project has it, or it was withdrawn' },
  unknown: { zh: '没有这项资源', en: 'there is no such resource' },
}

const commands = {
  'note-resource-refused': z
    .strictObject({
      match,
      resource,
      why: z.enum(['taken', 'unknown']).meta({ zh: '原因', en: 'Why', shows: 'choice', choices: reasons }),
    })
    .meta({ zh: '记录资源不可用', en: 'Note that the resource cannot be had' }),
  'take-in-duplicate': z
    .strictObject({ project: z.uuid().meta({ zh: '并入的重复项目', en: 'The duplicate' }) })
    .meta({ zh: '接收并入的重复项目', en: 'Take in a duplicate' }),
}

const events = {
  ResourceRefused: commands['note-resource-refused'].meta({ zh: '资源不可用', en: 'resource cannot be had' }),
  DuplicateTakenIn: commands['take-in-duplicate'].meta({
    zh: '重复项目已并入本项目',
    en: 'duplicate merged into this project',
  }),
}

/** Wherever the project has come meanwhile, as long as it is not over. */
export const telling = {
  'note-resource-refused': { actions: 'ResourceRefused' },
  'take-in-duplicate': { actions: 'DuplicateTakenIn' },
  'note-judges': { actions: 'JudgesNoted' },
} as const

export const told = stage<MicroProject, Consulted>()({
  commands,
  events,
  rules: {},
  evolve: {
    // A match that was given up meanwhile wants nothing any more.
    ResourceRefused: (data, refused) =>
      data.match?.number === refused.match ? { ...data, match: { ...data.match, resource: undefined } } : data,
    DuplicateTakenIn: (data, { project }) => ({ ...data, duplicates: [...data.duplicates, project] }),
  },
  permits: {
    'note-resource-refused': [{ system: 'reserve-resource-when-match-proposed' }],
    'take-in-duplicate': [{ system: 'tell-project-when-duplicate-merged' }],
  },
})
