import type { ComposeProject } from '../compose-project.ts'

/** A container of the backends' service, by the key that it answers with. */
export type BackendContainer = { backend: string; state: string }

/** All containers of a project's backends as the engine has them at this moment; safe while containers come and go. */
export async function backendContainers({ name, docker }: ComposeProject): Promise<BackendContainer[]> {
  const labels = [`com.docker.compose.project=${name}`, 'com.docker.compose.service=backend']
  const filters = labels.flatMap((label) => ['--filter', `label=${label}`])
  const lines = await docker('ps', '-a', '--format', '{{.ID}} {{.State}}', ...filters)
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' '))
    .map(([backend = '', state = '']) => ({ backend, state }))
}
