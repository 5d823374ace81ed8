/** Every lifecycle, in the order in which people meet them. A new one is its file and a line here. */
import type { Workflow } from '../engine/definition.ts'
import { ballot } from './ballot/index.ts'
import { competitionRound } from './competition-round/index.ts'
import { judge } from './judge.ts'
import { logKey } from './log-key.ts'
import { microProject } from './micro-project/index.ts'
import { objection } from './objection/index.ts'
import { organisation } from './organisation.ts'
import { person } from './person/index.ts'
import { proposal } from './proposal/index.ts'
import { resource } from './resource.ts'
import { roundPackLife } from './round-pack/index.ts'
import { rulePacks } from './rule-packs/index.ts'
import { workingCalendar } from './working-calendar/index.ts'

export const workflows: readonly Workflow[] = [
  microProject,
  competitionRound,
  proposal,
  objection,
  organisation,
  resource,
  person,
  judge,
  ballot,
  workingCalendar,
  rulePacks,
  roundPackLife,
  logKey,
]
