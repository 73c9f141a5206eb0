import { textOf } from '../compose/fields.ts'
import { ROBINSCOPE_PROFILE } from '../compose/project-profile.ts'
import { checkCreate } from './check-body.ts'
import { type EngineAccess, inspectInOrder, openLookup } from './engine.ts'
import type { Known } from './known.ts'
import { type Asked, ENGINE_ID } from './recognise.ts'

/** Asks the engine for what the decision about this call needs, and for nothing else. Throws EngineGone and EngineAnswered. */
export async function lookUp(access: EngineAccess, project: string, asked: Asked, given: unknown): Promise<Known> {
  const { rule, ids, target } = asked
  const lookup = openLookup(access, target.version, project)
  if (rule.body === 'create') {
    const listed = await lookup.listContainers(ROBINSCOPE_PROFILE.backends.service)
    const name = target.query.get('name') ?? ''
    const siblings = await inspectInOrder(lookup, listed, (one) => 'body' in checkCreate(given, name, [one], project))
    return { siblings, backends: listed.length }
  }
  if (ids.exec) {
    const exec = await lookup.inspect('exec', ids.exec)
    const id = textOf(exec?.ContainerID)
    return { exec, container: ENGINE_ID.test(id) ? await lookup.inspect('containers', id) : null }
  }
  return ids.container ? { container: await lookup.inspect('containers', ids.container) } : {}
}
