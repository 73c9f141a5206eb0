import type { Container } from './container.ts'
import { orAborted } from './deadline.ts'
import { Engine } from './engine.ts'
import { engineAddress } from './engine-address.ts'
import { type EngineError, engineError } from './engine-error.ts'

export const FRONT_DOOR_SERVICE = 'front-door'
export const BACKEND_SERVICE = 'backend'

export type FindOptions = {
  project: string
  /** DOCKER_HOST; undefined for the default socket. */
  dockerHost?: string | undefined
  deadlineMs?: number
}

export type FoundProject = { found: true; engine: Engine; containers: Container[]; frontDoor: Container }
export type Missing = { found: false; why: string }

const FIND_DEADLINE_MS = 2_000

/** Decides within 2 s (`deadlineMs`) whether an engine answers and a Robinscope project runs on it; if not, why, in one sentence. */
export async function findProject({
  project,
  dockerHost,
  deadlineMs = FIND_DEADLINE_MS,
}: FindOptions): Promise<FoundProject | Missing> {
  const late = AbortSignal.timeout(deadlineMs)
  let engine: Engine | null = null
  try {
    engine = new Engine({ address: engineAddress(dockerHost), project })
    // The ping first: it is what a hanging engine is known by, and the list has what it leaves of the time.
    await engine.ping(deadlineMs * 0.75)
    const containers = await orAborted(engine.list(), late)
    const frontDoor = judge(project, containers)
    if (typeof frontDoor === 'string') return missing(engine, frontDoor)
    return { found: true, engine, containers, frontDoor }
  } catch (error) {
    return missing(
      engine,
      engine ? whyNot(engineError(error, 'list', deadlineMs), engine.words, deadlineMs) : `${error}`,
    )
  }
}

function missing(engine: Engine | null, why: string): Missing {
  engine?.close()
  return { found: false, why }
}

function judge(project: string, containers: Container[]): Container | string {
  const frontDoor = containers.find(({ service }) => service === FRONT_DOOR_SERVICE)
  const backend = containers.find(({ service }) => service === BACKEND_SERVICE)
  if (containers.length === 0) return `A Docker engine answers, but no project "${project}" is there.`
  if (!frontDoor || !backend) {
    const lacking = frontDoor ? BACKEND_SERVICE : FRONT_DOOR_SERVICE
    return `A Docker engine answers, but project "${project}" has no container of the service "${lacking}".`
  }
  if (frontDoor.state !== 'running') {
    return `A Docker engine answers, but the front door of project "${project}" does not run (${frontDoor.state}).`
  }
  return frontDoor
}

function whyNot(error: EngineError, where: string, deadlineMs: number): string {
  if (error.code === 'ENOENT') return `There is no Docker engine: ${where} does not exist.`
  if (error.code === 'ECONNREFUSED') return `There is no Docker engine: nobody listens on ${where}.`
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return `A Docker engine may be there, but this user may not open ${where}.`
  }
  if (error.kind === 'timeout')
    return `The Docker engine at ${where} accepts and does not answer within ${deadlineMs / 1000} s.`
  if (error.kind === 'refused') return `The Docker engine at ${where} does not let us in: ${error.message}.`
  return `The Docker engine at ${where} does not answer: ${error.message}.`
}
