import { type Fields, fieldsOf, textOf } from './fields.ts'
import type { Service } from './rules.ts'

/** What the engine says of the things that a call is about; null where there is no such thing. */
export type Known = {
  container?: Fields | null
  network?: Fields | null
  exec?: Fields | null
  /** Backends of the project, inspected: as many as it took to find one that a create is like. */
  siblings?: Fields[]
  /** How many backends there are. */
  backends?: number
  /** Ids of the images of the project's containers. */
  images?: string[]
}

const LABEL = 'com.docker.compose.'

/** Which service of the project this inspected container is a replica of; null for every other container. */
export function serviceOf(inspected: Fields, project: string): Service | null {
  const labels = fieldsOf(fieldsOf(inspected.Config).Labels)
  const service = labels[`${LABEL}service`]
  if (labels[`${LABEL}project`] !== project || labels[`${LABEL}oneoff`] !== 'False') return null
  if (service !== 'backend' && service !== 'front-door') return null
  const named = `/${project}-${service}-${textOf(labels[`${LABEL}container-number`])}`
  return inspected.Name === named ? service : null
}

/** Whether this inspected network is the one that the container was made on. */
export function isNetworkOf(network: Fields, container: Fields, project: string): boolean {
  const ofProject = fieldsOf(network.Labels)[`${LABEL}project`] === project
  const mode = textOf(fieldsOf(container.HostConfig).NetworkMode)
  return ofProject && mode !== '' && (mode === network.Name || mode === network.Id)
}
