import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DockerHost } from '#lib/cluster/docker/docker-host.ts'
import { findProject } from '#lib/cluster/docker/find-project.ts'
import { type OpenProject, openDockerHost, openDockerProject } from '#lib/cluster/docker/open-project.ts'
import { until } from '../until.ts'
import { FakeEngine, type Fate } from './fake-engine.ts'

const NEVER = new AbortController().signal
let engine: FakeEngine
let project: OpenProject
let host: DockerHost
beforeEach(async () => {
  engine = new FakeEngine()
  await engine.listen()
  engine.add('front-door', 9)
  engine.add('backend', 1)
})
afterEach(async () => {
  await host.close()
  await project.close()
  await engine.die()
})

async function open(): Promise<void> {
  const found = await findProject({ project: 'shop', dockerHost: `unix://${engine.path}` })
  if (!found.found) throw new Error(found.why)
  project = openDockerProject(found)
  host = await openDockerHost(project, () => undefined)
}

async function openWithTwo(): Promise<void> {
  engine.add('backend', 2)
  await open()
  await shows(['1 up', '2 up'])
}

const states = () => host.backends().map(({ number, state }) => `${number} ${state}`)
const shows = (wanted: string[], limitMs?: number) =>
  until(`backends are ${wanted.join(', ')}`, () => states().join() === wanted.join(), limitMs)
const backends = () => engine.containers.filter(({ service }) => service === 'backend')
/** The fates of the next calls about containers, by what they are. */
const fateOf = (call: RegExp, fates: Fate[]) => {
  engine.fate = async () => (call.test(engine.calls.at(-1) ?? '') ? (fates.shift() ?? 'obey') : 'obey')
  return fates
}

test('an engine whose answer to a creation is lost is rid of the container as soon as it is known', async () => {
  await openWithTwo()
  fateOf(/create$/, ['lose'])
  await expect(host.raise(1, NEVER)).rejects.toMatchObject({ problem: { code: 'engine-gone' } })
  await until('no container is left over', () => backends().length === 2, 30_000)
  await shows(['1 up', '2 up'])
})

test('an engine that refuses to remove what was made in vain is asked again; it is shown no more', async () => {
  await openWithTwo()
  engine.onStart = (container) => {
    container.state = 'exited'
    engine.happens('die', container, { exitCode: '1' })
  }
  fateOf(/^DELETE/, ['refuse', 'refuse'])
  await expect(host.raise(1, NEVER)).rejects.toMatchObject({ problem: { stage: 'ready' } })
  expect(states()).toEqual(['1 up', '2 up'])
  await until('no container is left over', () => backends().length === 2, 30_000)
})

test.each([/stop$/, /^DELETE/])(
  'an engine whose answer to %s is lost while one is let go has let it go',
  async (call) => {
    await openWithTwo()
    fateOf(call, ['lose'])
    await host.retire(host.backends()[1]?.backend ?? '')
    await shows(['1 up'])
    await until('no container is left over', () => backends().length === 1, 30_000)
  },
)

test('an engine that refuses to stop one says so, and it is still there', async () => {
  await openWithTwo()
  fateOf(/stop$/, ['refuse'])
  const retiring = host.retire(host.backends()[1]?.backend ?? '')
  await expect(retiring).rejects.toMatchObject({ problem: { stage: 'drained', cause: 'a bad day' } })
  expect(states()).toEqual(['1 up', '2 up'])
})

test('one that was stopped for good and dies at its next start counts as none, though the engine refuses to stop it', async () => {
  await open()
  await shows(['1 up'])
  await host.retire(host.backends()[0]?.backend ?? '')
  await shows([])
  engine.onStart = (container) => {
    container.state = 'exited'
    engine.happens('die', container, { exitCode: '1' })
  }
  fateOf(/stop$/, ['refuse'])
  await expect(host.raise(1, NEVER)).rejects.toMatchObject({ problem: { stage: 'ready' } })
  expect(states()).toEqual([])
  engine.onStart = (container) => engine.becomesReady(container)
  expect(await host.raise(2, NEVER)).toMatchObject([{ state: 'up' }, { state: 'up' }])
  expect(backends()).toHaveLength(2)
})

test('a leftover is never taken for the one that stays when all are let go', async () => {
  engine.containers.length = 1
  engine.add('backend', 5)
  await open()
  await shows(['5 up'])
  engine.onStart = (container) => {
    container.state = 'exited'
    engine.happens('die', container, { exitCode: '1' })
  }
  const refuses = fateOf(
    /^DELETE/,
    Array.from({ length: 50 }, () => 'refuse'),
  )
  await expect(host.raise(1, NEVER)).rejects.toMatchObject({ problem: { stage: 'ready' } })
  for (const container of engine.containers) if (container.number === 6) container.number = 4
  await host.retire(host.backends()[0]?.backend ?? '')
  refuses.length = 0
  await until('the leftover is gone', () => backends().length === 1, 30_000)
  expect(backends()).toMatchObject([{ number: 5, state: 'exited' }])
})

test('what a killed dashboard had created and not started is started by the next one', async () => {
  engine.add('backend', 2, 'created')
  await open()
  await shows(['1 up', '2 up'], 10_000)
})
