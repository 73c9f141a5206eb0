import type { Fields } from '#lib/compose/fields.ts'

export const PROJECT = 'robinscope'
export const IMAGE = `sha256:${'1'.repeat(64)}`
/** What no answer of the gate may hold: a place on the host, a value of the environment, a label of others. */
export const WITHHELD = ['/var/lib/docker', '/home/me', 'SERVICE_PORT', 'of-others']

type Changes = {
  project?: string
  oneoff?: string
  host?: Fields
  env?: string[]
  name?: string
  replace?: string
  networks?: Fields
}

/** What the engine says of a replica of a service, as far as the gate looks, and some that it must not tell. */
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
    State: {
      ...{ Status: 'running', Pid: 4711, Error: 'no such place: /home/me/x', ExitCode: 0 },
      ...{ StartedAt: '2026-01-02T03:04:05.678Z', FinishedAt: '0001-01-01T00:00:00Z' },
    },
    Mounts: [{ Type: 'bind', Source: '/home/me/pages', Destination: '/pages' }],
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
        'com.docker.compose.project.working_dir': '/home/me/robinscope/deploy',
        'com.docker.compose.project.config_files': '/home/me/robinscope/deploy/compose.yaml',
        'com.example.owner': 'of-others',
        ...(changes.replace ? { 'com.docker.compose.replace': changes.replace } : {}),
      },
    },
    HostConfig: {
      NetworkMode: 'robinscope_backends',
      CapDrop: ['ALL'],
      ReadonlyRootfs: true,
      Privileged: false,
      Binds: ['/home/me/pages:/pages:ro'],
      ...changes.host,
    },
    NetworkSettings: {
      Networks: {
        robinscope_backends: { NetworkID: 'e'.repeat(64), Aliases: [name, service, id.slice(0, 12)] },
        ...changes.networks,
      },
    },
  }
}

export const idOf = (container: Fields): string => String(container.Id)
