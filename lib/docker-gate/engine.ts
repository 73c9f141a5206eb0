import { request } from 'node:http'
import { type Fields, fieldsOf, isFields, parseJson, textOf } from './fields.ts'

const LOOKUP_DEADLINE_MS = 10_000
const MAX_LOOKUP_BYTES = 8 * 1024 * 1024

/** The engine did not answer in time, or at all. */
export class EngineGone extends Error {}

/** One short call on the engine's socket. Resolves with its status and text; throws EngineGone. */
export function askEngine(socketPath: string, path: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => reject(new EngineGone('the engine does not answer', { cause }))
    const signal = AbortSignal.timeout(LOOKUP_DEADLINE_MS)
    const asking = request({ socketPath, path, agent: false, headers: { Host: 'docker' }, signal }, (answer) => {
      const chunks: Buffer[] = []
      let bytes = 0
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > MAX_LOOKUP_BYTES) asking.destroy(new Error('the answer is too long'))
        else chunks.push(chunk)
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }))
      answer.on('error', fail)
    })
    asking.on('error', fail)
    asking.end()
  })
}

/** What the gate looks up by itself, in the API version of the call that it decides. */
export type Lookup = {
  inspect(kind: 'containers' | 'networks' | 'exec', id: string): Promise<Fields | null>
  listContainers(service?: string): Promise<Fields[]>
}

export function openLookup(socketPath: string, version: string, project: string): Lookup {
  const prefix = version ? `/${version}` : ''
  const ask = async (path: string): Promise<unknown> => {
    const { status, text } = await askEngine(socketPath, `${prefix}${path}`)
    if (status === 404) return null
    if (status !== 200) throw new EngineGone(`the engine answered ${status} to a look-up`)
    return parseJson(text)
  }
  return {
    async inspect(kind, id) {
      const found = await ask(`/${kind}/${id}${kind === 'networks' ? '' : '/json'}`)
      return isFields(found) ? found : null
    },
    async listContainers(service) {
      const label = [`com.docker.compose.project=${project}`]
      if (service) label.push(`com.docker.compose.service=${service}`)
      const filters = encodeURIComponent(JSON.stringify({ label }))
      const found = await ask(`/containers/json?all=true&filters=${filters}`)
      return Array.isArray(found) ? found.map(fieldsOf) : []
    },
  }
}

/** Inspects one after the other, lowest number first: as a rule the first is enough to decide, so `enough` may stop it. */
export async function inspectInTurn(
  lookup: Lookup,
  listed: readonly Fields[],
  enough: (inspected: Fields) => boolean,
): Promise<Fields[]> {
  const numberOf = (container: Fields): number =>
    Number(fieldsOf(container.Labels)['com.docker.compose.container-number'])
  const found: Fields[] = []
  for (const container of listed.toSorted((one, other) => numberOf(one) - numberOf(other))) {
    const inspected = await lookup.inspect('containers', textOf(container.Id))
    if (inspected) found.push(inspected)
    if (inspected && enough(inspected)) break
  }
  return found
}
