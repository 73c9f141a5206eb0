import { type ProjectProfile, ROBINSCOPE_PROFILE } from '#lib/compose/project-profile.ts'
import { untilAborted } from '#lib/concurrency/abortable.ts'
import type { Container } from './engine/container.ts'
import { Engine } from './engine/engine.ts'
import { type EngineAccess, engineAddress } from './engine/engine-address.ts'
import { type EngineError, engineError } from './engine/engine-error.ts'

export type FindOptions = EngineAccess & {
  project: string
  profile?: ProjectProfile
  deadlineMs?: number
}

export type FoundProject = { found: true; engine: Engine; profile: ProjectProfile; containers: Container[] }
export type Missing = { found: false; why: string }

const FIND_DEADLINE_MS = 2_000

/** Decides within 2 s (`deadlineMs`) whether an engine answers and a project of this profile runs on it; if not, why, in one sentence. */
export async function findProject({
  project,
  profile = ROBINSCOPE_PROFILE,
  deadlineMs = FIND_DEADLINE_MS,
  ...access
}: FindOptions): Promise<FoundProject | Missing> {
  const late = AbortSignal.timeout(deadlineMs)
  let engine: Engine | null = null
  try {
    engine = new Engine({ address: engineAddress(access), project })
    // The ping first: it tells a hanging engine, and leaves the rest of the time to the list.
    await engine.ping(deadlineMs * 0.75)
    const containers = await untilAborted(engine.list(), late)
    const lacking = whatLacks(project, profile, containers)
    if (lacking !== null) return missing(engine, lacking)
    return { found: true, engine, profile, containers }
  } catch (error) {
    return missing(
      engine,
      engine ? whyNot(engineError(error, 'list', deadlineMs), engine.words, deadlineMs) : wordsOf(error),
    )
  }
}

function missing(engine: Engine | null, why: string): Missing {
  engine?.close()
  return { found: false, why }
}

/** Null when the project runs. */
function whatLacks(project: string, { frontDoor, backends }: ProjectProfile, containers: Container[]): string | null {
  if (containers.length === 0) return `A Docker engine answers, but it has no project "${project}".`
  for (const { service } of [frontDoor, backends]) {
    if (containers.some((one) => one.service === service)) continue
    return `A Docker engine answers, but project "${project}" has no container of the service "${service}".`
  }
  const doors = containers.filter(({ service }) => service === frontDoor.service)
  if (doors.some(({ state }) => state === 'running')) return null
  return `A Docker engine answers, but the front door of project "${project}" does not run (${doors[0]?.state}).`
}

const wordsOf = (error: unknown): string => (error instanceof Error ? `${error.message}.` : String(error))

function whyNot(error: EngineError, where: string, deadlineMs: number): string {
  if (error.code === 'ENOENT') return `There is no Docker engine: ${where} does not exist.`
  if (error.code === 'ECONNREFUSED') return `There is no Docker engine: nobody listens on ${where}.`
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return `A Docker engine may be there, but this user may not open ${where}.`
  }
  if (error.kind === 'timeout') {
    return `The Docker engine at ${where} accepts connections and does not answer within ${deadlineMs / 1000} s.`
  }
  if (error.kind === 'refused') return `The Docker engine at ${where} refuses to answer Robinscope: ${error.message}.`
  return `The Docker engine at ${where} does not answer: ${error.message}.`
}
