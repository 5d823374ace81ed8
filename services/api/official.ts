/** Who holds an office acts for it by name: whoever sees the act may know who did it. */
import type { Instance } from '../../engine/instance.ts'
import { holdsOffice, type Person } from '../../workflows/person/data.ts'

export const isOfficial = ({ workflow, data }: Instance): boolean =>
  workflow.name === 'person' && holdsOffice(data as Person)
