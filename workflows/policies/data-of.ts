/** What a life that must be there holds, at this moment. */
import type { Look } from '../../engine/policy.ts'

export const dataOf = async <Data>(look: Look, workflow: string, id: string): Promise<Data> => {
  const life = await look.life(workflow, id)
  if (!life) throw new Error(`there is no ${workflow} ${id}`)
  return life.data as Data
}
