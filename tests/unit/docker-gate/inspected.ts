import type { Fields } from '#lib/docker-gate/fields.ts'

export const PROJECT = 'robinscope'
export const IMAGE = `sha256:${'1'.repeat(64)}`
export const NETWORK = { Id: 'e'.repeat(64), Name: 'robinscope_backends', Labels: labelled({}) }
export const OTHER_NETWORK = { Id: 'c'.repeat(64), Name: 'robinscope_control', Labels: labelled({}) }

function labelled(more: Record<string, string>): Record<string, string> {
  return { 'com.docker.compose.project': PROJECT, ...more }
}

type Changes = { project?: string; oneoff?: string; host?: Fields; env?: string[]; name?: string; replace?: string }

/** What the engine says of a replica of a service, as far as the gate looks. */
export function inspected(service: string, number: number, changes: Changes = {}): Fields {
  const project = changes.project ?? PROJECT
  const name = changes.name ?? `${project}-${service}-${number}`
  const id = number.toString(16).padStart(64, service === 'backend' ? 'b' : 'f')
  return {
    Id: id,
    Name: `/${name}`,
    Image: IMAGE,
    LogPath: '/var/lib/docker/containers/x-json.log',
    GraphDriver: { Data: { UpperDir: '/var/lib/docker/overlay2/x' } },
    Config: {
      Hostname: id.slice(0, 12),
      Image: `${project}-${service}`,
      Env: changes.env ?? ['SERVICE_PORT=8000'],
      Cmd: ['node', 'server.ts'],
      OpenStdin: true,
      Labels: {
        'com.docker.compose.project': project,
        'com.docker.compose.service': service,
        'com.docker.compose.container-number': String(number),
        'com.docker.compose.oneoff': changes.oneoff ?? 'False',
        'com.docker.compose.config-hash': 'abc',
        ...(changes.replace ? { 'com.docker.compose.replace': changes.replace } : {}),
      },
    },
    HostConfig: {
      NetworkMode: 'robinscope_backends',
      CapDrop: ['ALL'],
      ReadonlyRootfs: true,
      Privileged: false,
      Binds: null,
      ...changes.host,
    },
    NetworkSettings: {
      Networks: { robinscope_backends: { NetworkID: NETWORK.Id, Aliases: [name, service, id.slice(0, 12)] } },
    },
  }
}

export const idOf = (container: Fields): string => String(container.Id)
