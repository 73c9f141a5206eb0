import type { ComposeProject } from './compose-project.ts'

/** A container of the backends' service as the engine has it, not as anybody shows it. */
export type Replica = {
  id: string
  name: string
  number: number
  state: string
  hostname: string
  labels: Record<string, string>
}

type Inspected = {
  Id: string
  Name: string
  State: { Status: string }
  Config: { Hostname: string; Labels: Record<string, string> }
}

/** All containers of a project's backends, running or not, by number. */
export async function replicasOf({ name, docker }: ComposeProject): Promise<Replica[]> {
  const labels = [`com.docker.compose.project=${name}`, 'com.docker.compose.service=backend']
  const ids = (await docker('ps', '-aq', '--no-trunc', ...labels.flatMap((label) => ['--filter', `label=${label}`])))
    .split('\n')
    .filter(Boolean)
  if (ids.length === 0) return []
  const inspected = JSON.parse(await docker('inspect', ...ids)) as Inspected[]
  return inspected
    .map(({ Id, Name, State, Config }) => ({
      ...{ id: Id, name: Name.slice(1), state: State.Status, hostname: Config.Hostname, labels: Config.Labels },
      number: Number(Config.Labels['com.docker.compose.container-number']),
    }))
    .sort((one, other) => one.number - other.number)
}

/** How many container numbers are given more than once. */
export const doubleNumbers = (replicas: Replica[]): number =>
  replicas.length - new Set(replicas.map(({ number }) => number)).size
