import { Agent, get } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askFrontDoor } from '#lib/front-door/ask-front-door.ts'
import { type ComposeProject, composeProject } from '../compose-project.ts'
import { listed, put, untilUnreachable } from '../contract/listed.ts'
import { dockerAnswers } from '../docker.ts'
import { until } from '../until.ts'
import { openParts, type Parts } from './docker-parts.ts'

describe.runIf(await dockerAnswers())('the front door of a Compose project', () => {
  let compose: ComposeProject
  let parts: Parts
  beforeAll(async () => {
    compose = await composeProject()
    parts = await openParts(compose.name)
  })
  afterAll(async () => {
    await parts?.close()
    await compose?.down()
  })
  const inForce = async () => (await askFrontDoor(parts.door.target()))?.generation ?? null
  const confirmed = () => parts.door.membership.generation()
  const owner = () => parts.door.ownership.owner()
  const name = () => `${compose.name}-front-door-1`

  test('is nginx, on its published port, on DNS until a list is applied', async () => {
    expect(parts.door).toMatchObject({ kind: 'nginx', url: `http://localhost:${compose.frontDoorPort}` })
    expect(parts.door.version).toMatch(/^1\.\d+\.\d+$/)
    expect(parts.door.status()).toBe('up')
    expect(confirmed()).toBeNull()
    expect(await inForce()).toBe('dns-0')
  })

  test('answers by a list that was applied, and says so', async () => {
    const generation = await parts.list()
    expect(generation).toMatch(/^[0-9a-f]{6}-1$/)
    expect(await inForce()).toBe(generation)
    expect(confirmed()).toBe(generation)
    expect(owner()).toEqual({ mine: true, name: generation.split('-')[0] })
  })

  test('may reach a backend until no kept connection can be answered by a list that had it', async () => {
    const kept = new Agent({ keepAlive: true, maxSockets: 1 })
    const ask = () =>
      new Promise<string>((resolve, reject) => {
        get({ ...parts.door.target(), agent: kept }, (answer) => {
          answer.resume()
          answer.once('end', () => resolve(String(answer.headers['x-front-door-generation'])))
        }).once('error', reject)
      })
    const old = await ask()
    const before = parts.door.membership.configuration()?.servers ?? []
    const next = await put(parts.door, listed(...before.map(({ address }) => address)))
    expect(next).not.toBe(old)
    expect(before.some(({ backend }) => parts.door.membership.mayReach(backend))).toBe(true)
    await untilUnreachable(parts.door, [...before])
    expect(await ask()).toBe(next)
    kept.destroy()
  })

  test('with no backend answers 502 in its own name', async () => {
    await put(parts.door, [])
    const answer = await fetch(parts.door.url)
    expect(answer.status).toBe(502)
    expect(answer.headers.get('x-upstream-addr')).not.toContain(':')
  })

  test('refuses a list that nginx cannot take in its own words, and nothing changes', async () => {
    const before = await parts.list()
    const addresses = Array.from({ length: 900 }, (_, index) => `10.${index >> 8}.${index & 255}.1:8000`)
    await expect(put(parts.door, listed(...addresses))).rejects.toMatchObject({
      problem: { code: 'not-reached', stage: 'listed', cause: expect.stringContaining('no memory in upstream zone') },
    })
    expect(await inForce()).toBe(before)
    expect(confirmed()).toBe(before)
  })

  test('refuses what is no address before nginx sees it', async () => {
    const address = '10.0.0.1:80; include /etc/passwd'
    await expect(put(parts.door, listed(address))).rejects.toMatchObject({
      problem: { code: 'not-reached', stage: 'listed' },
    })
  })

  test('begins with DNS in each new life, says so, and takes the list again', async () => {
    const told: string[] = []
    const stop = parts.door.subscribe({ changed: () => told.push(parts.door.status()) })
    await compose.docker('restart', '-t', '1', name())
    await until('it was said', () => told.includes('starting') || told.includes('down'))
    const generation = await parts.list()
    expect(await inForce()).toBe(generation)
    await until('it is up', () => parts.door.status() === 'up')
    stop()
  })

  test('killed from outside is down, started again it is up', async () => {
    await compose.docker('kill', name())
    await until('it is down', () => parts.door.status() === 'down', 30_000)
    expect(confirmed()).toBeNull()
    await compose.docker('start', name())
    await until('it is up', () => parts.door.status() === 'up')
    await parts.list()
  })

  test('has one owner: a second dashboard only reads and names the first, until it takes over', async () => {
    const second = await openParts(compose.name)
    try {
      expect(second.door.ownership.owner()).toEqual({ mine: false, name: owner().name })
      await expect(second.list()).rejects.toMatchObject({ problem: { code: 'read-only' } })
      expect(await inForce()).toBe(confirmed())

      second.door.ownership.takeOver()
      const generation = await second.list()
      await until('the first knows that it lost the list', () => !owner().mine)
      expect(owner().name).toBe(generation.split('-')[0])
      await expect(parts.list()).rejects.toMatchObject({ problem: { code: 'read-only' } })
      expect(await inForce()).toBe(generation)
    } finally {
      await second.close()
    }
  })

  test('is handed back to DNS by an owner that stops, at once, and the other may own the list then', async () => {
    expect(await inForce()).toBe('dns-0')
    await until('the list is free', () => owner().mine, 15_000)
    const generation = await parts.list()
    expect(await inForce()).toBe(generation)
  })

  test('of an owner that is gone without a word is back on DNS within 20 s', async () => {
    const lost = parts
    await lost.list()
    // Its engine closed under it: nothing that it does reaches the lease any more.
    lost.project.view.engine.close()
    await until('DNS is in force', async () => (await inForce()) === 'dns-0', 20_000, 200)
    await lost.close()
    parts = await openParts(compose.name)
    expect(owner().mine).toBe(true)
  })
})
