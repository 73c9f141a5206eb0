/** What an engine says of a hardened backend of Compose (20.10, shortened to what matters and some that must survive). */
export const inspected = (number = 1, changes: Record<string, unknown> = {}): Record<string, unknown> => {
  const id = String(number).repeat(64).slice(0, 64)
  return {
    Id: id,
    Name: `/shop-backend-${number}`,
    Image: `sha256:${'b'.repeat(64)}`,
    State: {
      Status: 'running',
      StartedAt: '2026-01-02T03:04:05.678Z',
      FinishedAt: '0001-01-01T00:00:00Z',
      ExitCode: 0,
    },
    HostConfig: {
      NetworkMode: 'shop_backends',
      PortBindings: {},
      Privileged: false,
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      Tmpfs: { '/tmp': 'size=4m' },
      Memory: 134_217_728,
      PidsLimit: 64,
      Binds: null,
      PidMode: '',
      IpcMode: 'private',
      RestartPolicy: { Name: 'unless-stopped', MaximumRetryCount: 0 },
      ...(changes.HostConfig as object),
    },
    Mounts: changes.Mounts ?? [],
    Config: {
      Hostname: id.slice(0, 12),
      User: 'node',
      OpenStdin: true,
      Env: ['SERVICE_PORT=8000', 'PATH=/usr/bin'],
      Cmd: ['node', 'server.ts'],
      Image: 'shop-backend',
      Labels: {
        'com.docker.compose.config-hash': 'c'.repeat(64),
        'com.docker.compose.container-number': String(number),
        'com.docker.compose.oneoff': 'False',
        'com.docker.compose.project': 'shop',
        'com.docker.compose.service': 'backend',
        'com.docker.compose.image': `sha256:${'b'.repeat(64)}`,
        'com.docker.compose.replace': 'shop-backend-0',
        ...(changes.Labels as object),
      },
    },
    NetworkSettings: {
      Networks: {
        shop_backends: {
          NetworkID: 'e'.repeat(64),
          Aliases: [`shop-backend-${number}`, 'backend', id.slice(0, 12)],
          IPAddress: '172.20.0.2',
        },
        ...(changes.Networks as object),
      },
    },
    ...(changes.Name ? { Name: changes.Name } : {}),
  }
}
