import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Engine } from '#lib/cluster/docker/engine/engine.ts'
import { findProject } from '#lib/cluster/docker/find-project.ts'
import { FakeEngine } from './fake-engine.ts'

let engine: FakeEngine
beforeEach(async () => {
  engine = new FakeEngine()
  await engine.listen()
})
afterEach(() => engine.die())

const look = () => findProject({ project: 'shop', dockerHost: `unix://${engine.path}` })
const why = async (finding = look()) => {
  const beganAt = performance.now()
  const found = await finding
  expect(performance.now() - beganAt).toBeLessThan(2_500)
  return found.found ? 'found' : found.why
}

/** A port that nobody listens on. */
const deafPort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

describe('whether a project answers is decided within 2 s, with the reason', () => {
  test('it runs', async () => {
    engine.add('front-door', 1)
    engine.add('backend', 1)
    expect(await why()).toBe('found')
  })
  test('there is no such project', async () => {
    expect(await why()).toContain('no project "shop"')
  })
  test('its front door has no container, or does not run', async () => {
    engine.add('backend', 1)
    expect(await why()).toContain('no container of the service "front-door"')
    engine.add('front-door', 1, 'exited')
    expect(await why()).toContain('does not run (exited)')
  })
  test('the engine accepts and never answers', async () => {
    engine.hangs = true
    expect(await why()).toContain('accepts connections and does not answer within 2 s')
  })
  test('the socket is not there', async () => {
    expect(await why(findProject({ project: 'shop', dockerHost: 'unix:///nowhere/docker.sock' }))).toContain(
      '/nowhere/docker.sock does not exist',
    )
  })
  test('nobody listens', async () => {
    const dockerHost = `tcp://127.0.0.1:${await deafPort()}`
    expect(await why(findProject({ project: 'shop', dockerHost }))).toContain('nobody listens')
  })
  test('DOCKER_HOST is of a form that is not known', async () => {
    expect(await why(findProject({ project: 'shop', dockerHost: 'ftp://x' }))).toContain('none of unix:///path')
  })
  test('nobody answers at an ssh:// address', async () => {
    const dockerHost = `ssh://somebody@127.0.0.1:${await deafPort()}`
    expect(await why(findProject({ project: 'shop', dockerHost }))).toContain('nobody listens on 127.0.0.1:')
  })
})

test('no id reaches the engine that it did not list for the project, whatever its form', async () => {
  const client = new Engine({ address: { socketPath: engine.path }, project: 'shop' })
  for (const id of [
    '../images/json',
    'x/../../volumes/prune',
    'abc?force=1&v=1',
    'a\nb',
    'a'.repeat(10_000),
    'c'.repeat(64),
  ]) {
    await expect(client.start(id)).rejects.toMatchObject({ kind: 'refused' })
    await expect(client.remove(id)).rejects.toMatchObject({ kind: 'refused' })
    await expect(client.inspect(id)).rejects.toMatchObject({ kind: 'refused' })
  }
  expect(engine.calls).toEqual([])
})
