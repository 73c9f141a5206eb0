import { checkCreate } from './check-body.ts'
import { inspectInTurn, openLookup } from './engine.ts'
import { fieldsOf, textOf } from './fields.ts'
import type { Known } from './known.ts'
import type { Asked } from './recognise.ts'

const CONTAINER_ID = /^[0-9a-f]{64}$/

/** Asks the engine for what the decision about this call needs, and for nothing else. */
export async function lookUp(socketPath: string, project: string, asked: Asked, given: unknown): Promise<Known> {
  const { rule, ids, target } = asked
  const lookup = openLookup(socketPath, target.version, project)
  if (rule.body === 'create') {
    const listed = await lookup.listContainers('backend')
    const name = target.query.get('name') ?? ''
    const siblings = await inspectInTurn(lookup, listed, (one) => 'body' in checkCreate(given, name, [one], project))
    return { siblings, backends: listed.length }
  }
  if (ids.image) {
    const listed = await lookup.listContainers()
    return { images: listed.map(({ ImageID }) => textOf(ImageID)) }
  }
  if (ids.exec) {
    const exec = await lookup.inspect('exec', ids.exec)
    const id = textOf(exec?.ContainerID)
    return { exec, container: CONTAINER_ID.test(id) ? await lookup.inspect('containers', id) : null }
  }
  if (ids.network) {
    const id = textOf(fieldsOf(given).Container)
    return {
      network: await lookup.inspect('networks', ids.network),
      container: CONTAINER_ID.test(id) ? await lookup.inspect('containers', id) : null,
    }
  }
  return ids.container ? { container: await lookup.inspect('containers', ids.container) } : {}
}
