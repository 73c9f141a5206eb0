import { expect, test } from 'vitest'
import { until } from '../until.ts'
import { expectRefused, overHttp } from './commands.ts'
import type { DockerVictim } from './docker-victim.ts'

const CREATED = /^POST .*\/containers\/create\?/

/** What a new replica is made from. Leaves three of them. */
export function cloneAttacks(victim: DockerVictim): void {
  const docker = (...args: string[]) => victim.compose().docker(...args)
  const project = () => victim.compose().name
  const inspect = async (name: string) => JSON.parse(await docker('inspect', name))[0]

  test('attack 45: a scale that is replayed ten times makes one container', async () => {
    victim.behind().forget()
    const { api } = victim.product()
    await Promise.all(Array.from({ length: 10 }, () => api.scale(3).catch(() => undefined)))
    expect((await api.cluster()).backends).toHaveLength(3)
    expect(
      victim
        .behind()
        .calls()
        .filter((call) => CREATED.test(call)),
    ).toHaveLength(1)
  })

  test('attack 38: a replica that was made differs from its sibling in name, number, hostname and the mark of its maker only', async () => {
    const [sibling, made] = [await inspect(`${project()}-backend-1`), await inspect(`${project()}-backend-3`)]
    expect(made.HostConfig).toEqual(sibling.HostConfig)
    expect(made.Image).toBe(sibling.Image)
    const plain = ({ Hostname: _name, Labels, Image: _image, ...config }: Record<string, unknown>): unknown => ({
      ...config,
      Labels: { ...(Labels as object), 'com.docker.compose.container-number': 'any', 'robinscope.made-by': 'any' },
    })
    expect(plain(made.Config)).toEqual(plain(sibling.Config))
    expect(made.Config.Labels['robinscope.made-by']).toBe('robinscope')
    expect(Object.keys(made.NetworkSettings.Networks)).toEqual(Object.keys(sibling.NetworkSettings.Networks))
  })
}

/** What may never be copied. Takes the first backend away. */
export function templateAttacks(victim: DockerVictim): void {
  const docker = (...args: string[]) => victim.compose().docker(...args)
  const project = () => victim.compose().name

  test('attack 39: a template with power over the host is not copied, and the reason is told', async () => {
    // The lowest number is the template: ours makes room for a hostile one.
    await docker('rm', '-f', `${project()}-backend-1`)
    const hostile: [string, string[], string?][] = [
      ['privileged', ['--privileged']],
      ['Docker socket', ['-v', '/var/run/docker.sock:/s']],
      ['socket or that of another engine', ['-v', '/run:/s']],
      ['capabilities', ['--cap-add', 'NET_ADMIN']],
      ['devices', ['--device', '/dev/null:/dev/x']],
      ['another container', ['--ipc', `container:${project()}-front-door-1`]],
      ["host's network", ['--network', 'host']],
      ['fixed port', ['-p', `127.0.0.1:${victim.port()}:80`]],
      // The gate knows a replica by its name, so it does not even show one that has a name of its own.
      ['not a container that this may be done to', [], `${project()}-own`],
    ]
    for (const [why, options, name = `${project()}-backend-1`] of hostile) {
      const labels = [`project=${project()}`, 'service=backend', 'container-number=1', 'oneoff=False']
      const more = labels.flatMap((label) => ['--label', `com.docker.compose.${label}`])
      const id = (await docker('create', '--name', name, ...options, ...more, `${project()}-backend`)).trim()
      try {
        const { api } = victim.product()
        await until('it is seen', async () =>
          (await api.cluster()).backends.some(({ backend }) => id.startsWith(backend)),
        )
        victim.recorder().forget()
        const verdict = await overHttp(victim, 'PUT', '/api/cluster/replicas', '{"replicas":8}')
        expectRefused(verdict, ['not-reached'])
        expect(verdict.problem).toMatchObject({ stage: 'create' })
        expect(verdict.problem?.detail, why).toContain(why)
        expect(
          victim
            .recorder()
            .calls()
            .filter((call) => CREATED.test(call)),
        ).toEqual([])
      } finally {
        await docker('rm', '-f', id)
      }
    }
  })
}
