import { type OutgoingHttpHeaders, request } from 'node:http'
import { type Fields, fieldsOf, isFields, listOf, parseJson, textOf } from '../compose/fields.ts'
import { NUMBER_LABEL, PROJECT_LABEL, SERVICE_LABEL } from '../compose/project-profile.ts'

/**
 * The engine cannot be reached or closes the connection (502), or does not answer within the deadline (504). On the wire a header
 * tells it from an answer of the engine's own with that status.
 */
export class EngineGone extends Error {
  readonly status: 502 | 504
  constructor(status: 502 | 504, cause?: unknown) {
    super(status === 504 ? 'the engine does not answer in time' : 'the engine cannot be reached', { cause })
    this.status = status
  }
}

export const ENGINE_GONE_HEADER: OutgoingHttpHeaders = { 'X-Docker-Gate': 'engine-gone' }

const MAX_LOOKUP_BYTES = 8 * 1024 * 1024

export type EngineAnswer = { status: number; text: string }
/** What the gate asks goes to this socket, and ends when the caller has left. `lookUpMs`: until a look-up is answered whole. */
export type EngineAccess = { socketPath: string; left: AbortSignal; lookUpMs: number }

/** The engine's own answer to a look-up, neither 200 nor 404: the caller gets it as it is. */
export class EngineAnswered extends Error {
  readonly answer: EngineAnswer
  constructor(answer: EngineAnswer) {
    super(`the engine answered ${answer.status} to a look-up`)
    this.answer = answer
  }
}

/** One short call on the engine's socket. Resolves with its status and text; throws EngineGone. */
export function askEngine({ socketPath, left, lookUpMs }: EngineAccess, path: string): Promise<EngineAnswer> {
  return new Promise((resolve, reject) => {
    const late = AbortSignal.timeout(lookUpMs)
    const fail = (cause: unknown): void => reject(new EngineGone(late.aborted ? 504 : 502, cause))
    const signal = AbortSignal.any([late, left])
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

/** What the gate looks up by itself, in the API version of the call that it decides. Throws EngineGone and EngineAnswered. */
export type Lookup = {
  inspect(kind: 'containers' | 'exec', id: string): Promise<Fields | null>
  listContainers(service: string): Promise<Fields[]>
}

export function openLookup(access: EngineAccess, version: string, project: string): Lookup {
  const prefix = version ? `/${version}` : ''
  const ask = async (path: string): Promise<unknown> => {
    const answer = await askEngine(access, `${prefix}${path}`)
    if (answer.status === 404) return null
    if (answer.status !== 200) throw new EngineAnswered(answer)
    return parseJson(answer.text)
  }
  return {
    async inspect(kind, id) {
      const found = await ask(`/${kind}/${id}/json`)
      return isFields(found) ? found : null
    },
    async listContainers(service) {
      const label = [`${PROJECT_LABEL}=${project}`, `${SERVICE_LABEL}=${service}`]
      const filters = encodeURIComponent(JSON.stringify({ label }))
      return listOf(await ask(`/containers/json?all=true&filters=${filters}`)).map(fieldsOf)
    },
  }
}

/** Inspects one after the other, lowest number first: as a rule the first is enough to decide, so `enough` may stop it. */
export async function inspectInOrder(
  lookup: Lookup,
  listed: readonly Fields[],
  enough: (inspected: Fields) => boolean,
): Promise<Fields[]> {
  const numberOf = (container: Fields): number => Number(fieldsOf(container.Labels)[NUMBER_LABEL])
  const found: Fields[] = []
  for (const container of listed.toSorted((one, other) => numberOf(one) - numberOf(other))) {
    const inspected = await lookup.inspect('containers', textOf(container.Id))
    if (inspected) found.push(inspected)
    if (inspected && enough(inspected)) break
  }
  return found
}
