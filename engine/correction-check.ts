/** What is refused of corrections when a workflow is defined: one that names nothing, or lets somebody off who is kept apart. */
import { type Correction, type Workflow, waysOf } from './definition.ts'
import { DefinitionError } from './definition-error.ts'

type Words = Pick<Workflow, 'events' | 'commands' | 'apart' | 'corrections'>

const refuse = (sentence: string): never => {
  throw new DefinitionError(sentence)
}

/** What a correction says beside the fields of its entry. */
const OF_THE_CORRECTION = ['correction', 'reason']

export const checkCorrections = (words: Words): void => {
  for (const correction of words.corrections) {
    const where = `correction '${correction.event}'`
    checkNames(words, where, correction)
    checkFields(words, where, correction)
    checkKeptApart(words, where, correction)
  }
}

const checkNames = (words: Words, where: string, { entries, event, made, commands, dismissal }: Correction): void => {
  for (const name of [...entries, event, made])
    if (!Object.hasOwn(words.events, name)) refuse(`${where} names '${name}', which is no event`)
  for (const name of [...commands, ...waysOf(dismissal)])
    if (!Object.hasOwn(words.commands, name)) refuse(`${where} names '${name}', which is no command`)
  if (words.corrections.filter(other => other.event === event).length > 1) refuse(`${where} is defined twice`)
}

const checkFields = (words: Words, where: string, { entries, at, event, made }: Correction): void => {
  for (const name of at ? [...entries, event, made] : [])
    if (!has(words, name, at as string)) refuse(`${where} finds its entry by '${at}', which '${name}' does not have`)
  for (const field of Object.keys(words.events[event]?.shape ?? {}).filter(name => !OF_THE_CORRECTION.includes(name)))
    for (const entry of entries)
      if (!has(words, entry, field)) refuse(`${where} says '${field}' anew, which '${entry}' does not have`)
}

const checkKeptApart = (words: Words, where: string, { entries, made }: Correction): void => {
  for (const pair of words.apart)
    if ('did' in pair && pair.same && pair.did.some(event => entries.includes(event)) && !has(words, made, pair.same))
      refuse(`${where} does not say the '${pair.same}' by which whoever made the entry is kept apart`)
}

const has = (words: Words, event: string, field: string): boolean =>
  Object.hasOwn(words.events[event]?.shape ?? {}, field)
