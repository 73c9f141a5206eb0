import { type Fields, fieldsOf, textOf } from '../compose/fields.ts'
import {
  NUMBER_LABEL,
  ONE_OFF_LABEL,
  PROJECT_LABEL,
  ROBINSCOPE_PROFILE,
  SERVICE_LABEL,
} from '../compose/project-profile.ts'
import type { Role } from './rules.ts'

/** What the engine says of the things that a call is about; null where there is no such thing. */
export type Known = {
  container?: Fields | null
  exec?: Fields | null
  /** Backends of the project, inspected: as many as it took to find one that a create is like. */
  siblings?: Fields[]
  /** How many backends there are. */
  backends?: number
}

/** The role of the service of this name. */
export function roleOfService(service: unknown): Role | null {
  const { backends, frontDoor } = ROBINSCOPE_PROFILE
  if (service === backends.service) return 'backend'
  return service === frontDoor.service ? 'front-door' : null
}

/** Which role in the project this inspected container has; null for every container that may not be touched. */
export function roleOf(inspected: Fields, project: string): Role | null {
  const labels = fieldsOf(fieldsOf(inspected.Config).Labels)
  if (labels[PROJECT_LABEL] !== project || labels[ONE_OFF_LABEL] !== 'False') return null
  const named = `/${project}-${textOf(labels[SERVICE_LABEL])}-${textOf(labels[NUMBER_LABEL])}`
  return inspected.Name === named ? roleOfService(labels[SERVICE_LABEL]) : null
}
