import { afterEach, beforeEach, expect } from 'vitest'
import type { DockerHost } from '#lib/cluster/docker/docker-host.ts'
import { findProject } from '#lib/cluster/docker/find-project.ts'
import { type OpenProject, openDockerHost, openDockerProject } from '#lib/cluster/docker/open-project.ts'
import type { BackendKey } from '#lib/protocol/model.ts'
import { until } from '../until.ts'
import { type OpenWay, openWay, type Way } from './engine-ways.ts'
import { FakeEngine, type Fate } from './fake-engine.ts'

type HostOptions = Parameters<typeof openDockerHost>[2]

/** For each test of the suite a fake engine with a project "shop": a front door and one backend. The test opens the host on it. */
export function openFakeDocker(kind: Way) {
  const docker = {} as { engine: FakeEngine; way: OpenWay; project: OpenProject; host: DockerHost }
  beforeEach(async () => {
    docker.engine = new FakeEngine()
    await docker.engine.listen()
    docker.way = await openWay(kind, docker.engine.path, 'shop')
    docker.engine.add('front-door', 9)
    docker.engine.add('backend', 1)
  })
  afterEach(async () => {
    await docker.host.close()
    await docker.project.close()
    await docker.way.close()
    await docker.engine.die()
    expect(docker.way.refused).toEqual([])
  })

  const states = (): string[] => docker.host.backends().map(({ number, state }) => `${number} ${state}`)
  const shows = (wanted: string[], limitMs?: number) =>
    until(`backends are ${wanted.join(', ')}`, () => states().join() === wanted.join(), limitMs)
  async function open(options: HostOptions = {}): Promise<void> {
    const found = await findProject({ project: 'shop', dockerHost: docker.way.dockerHost, deadlineMs: 10_000 })
    if (!found.found) throw new Error(found.why)
    docker.project = openDockerProject(found)
    docker.host = await openDockerHost(docker.project, () => undefined, options)
  }
  async function openWithTwo(options: HostOptions = {}): Promise<void> {
    docker.engine.add('backend', 2)
    await open(options)
    await shows(['1 up', '2 up'])
  }

  return Object.assign(docker, {
    ...{ open, openWithTwo, states, shows },
    keyOf: (number: number): BackendKey => docker.host.backends().find((one) => one.number === number)?.backend ?? '',
    /** What the engine has. */
    backends: () => docker.engine.containers.filter(({ service }) => service === 'backend'),
    /** The fates of the next calls about containers, by what they are. */
    fateOf(call: RegExp, fates: Fate[]): Fate[] {
      const { engine } = docker
      engine.fate = async () => (call.test(engine.calls.at(-1) ?? '') ? (fates.shift() ?? 'obey') : 'obey')
      return fates
    },
  })
}
