import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { askGeneration } from '#lib/front-door/ask-generation.ts'
import { capabilities } from '#lib/front-door/capabilities.ts'
import { findNginx } from '#lib/front-door/find-nginx.ts'
import { DEFAULT_POLICY, type FrontDoor } from '#lib/front-door/front-door.ts'
import type { Keeper } from '#lib/front-door/keeper.ts'
import { makeNginxFolder } from '#lib/front-door/nginx-folder.ts'
import { openNginxFrontDoor } from '#lib/front-door/nginx-on-path.ts'
import { workersOf } from '#lib/front-door/nginx-workers.ts'
import { openKeeper } from '#lib/front-door/open-keeper.ts'
import { renderNginxConfiguration } from '#lib/front-door/render.ts'
import { descendantsOf, isAlive } from '#tests/processes.ts'
import { until } from '#tests/until.ts'

const nginx = await findNginx()
const log = (): void => {}
const server = (port: number) => ({ address: `127.0.0.1:${port}`, weight: 1, down: false })

describe('looking for nginx', () => {
  test('finds it by name and gives a whole path', async () => {
    if ('missing' in nginx) return expect(nginx.missing).toContain('nginx')
    expect(nginx.path).toMatch(/^\/.*nginx$/)
    expect(nginx.version).toMatch(/^\d+\.\d+\.\d+$/)
  })

  test('says why there is none: nothing of that name, something else, one that is too old', async () => {
    expect(await findNginx(['no-such-program-here'])).toEqual({ missing: expect.stringContaining('no nginx') })
    expect(await findNginx(['/bin/true'])).toEqual({ missing: expect.stringContaining('no nginx') })
    const folder = await mkdtemp(join(tmpdir(), 'robinscope-test-'))
    const old = join(folder, 'nginx')
    await writeFile(old, '#!/bin/sh\necho "nginx version: nginx/1.18.0" >&2\n', { mode: 0o755 })
    expect(await findNginx([old])).toEqual({ missing: 'nginx 1.18.0 is older than 1.22.0' })
    await rm(folder, { recursive: true })
  })
})

describe.runIf('path' in nginx)('nginx from the PATH', () => {
  const found = 'path' in nginx ? nginx : { path: '', version: '' }
  let keeper: Keeper
  let door: FrontDoor | null = null

  const open = async (port = 0): Promise<FrontDoor> => {
    door = await openNginxFrontDoor({ nginx: found, keeper, port, log })
    return door
  }
  /** Of the one that runs: children of the keeper. */
  const master = (): number => descendantsOf(process.pid).filter((pid) => title(pid).includes('nginx: master'))[0] ?? 0

  beforeAll(async () => {
    keeper = await openKeeper({ log })
  })
  afterEach(async () => {
    await door?.close()
    door = null
  })
  afterAll(() => keeper.close())

  test('accepts what is written for it, any number of servers', async () => {
    const folder = await makeNginxFolder(found.path)
    for (const count of [0, 1, 50]) {
      const servers = Array.from({ length: count }, (_, index) => ({ ...server(9000 + index), down: index % 7 === 6 }))
      const text = renderNginxConfiguration({
        generation: 'ab12cd-1',
        upstream: { by: 'list', servers },
        policy: DEFAULT_POLICY,
        capabilities: capabilities(found.version),
        listen: '127.0.0.1:8080',
      })
      expect(await folder.refusalOf(text)).toBeNull()
    }
    expect(await folder.refusalOf('events { }\nhttp { upstream x { } }\n')).toMatch(
      /^\[emerg\] no servers are inside upstream in .*candidate\.conf:2$/,
    )
    expect(statSync(folder.path).mode & 0o777).toBe(0o711)
    await folder.remove()
    expect(existsSync(folder.path)).toBe(false)
  })

  test('says which port is taken and how to choose another, and leaves nothing behind', async () => {
    const squatter = createServer()
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve))
    const address = squatter.address()
    const port = typeof address === 'object' && address ? address.port : 0
    await expect(open(port)).rejects.toMatchObject({
      name: 'PortBusyError',
      port,
      message: expect.stringMatching(new RegExp(`Port ${port} is taken .*FRONT_DOOR_PORT=`)),
    })
    expect(master()).toBe(0)
    squatter.close()
  })

  test('when it dies it is down for a moment and comes back with the same list', async () => {
    const opened = await open()
    const generation = await opened.apply([server(1), server(2)], DEFAULT_POLICY)
    const states: string[] = []
    opened.subscribe({ changed: () => states.push(opened.status()) })
    const pid = master()
    const workers = (await workersOf(pid)) ?? []
    expect(workers.length).toBeGreaterThan(0)
    process.kill(pid, 'SIGKILL')
    await until('it is up again', () => states.join() === 'down,up', 10_000)
    expect(workers.filter(isAlive)).toEqual([])
    expect(await askGeneration(opened.target())).toBe(generation)
    expect(await opened.apply([server(3)], DEFAULT_POLICY)).not.toBe(generation)
  })

  test('a list is settled when the old workers are gone', async () => {
    const opened = await open()
    const old = (await workersOf(master())) ?? []
    await opened.apply([server(1)], DEFAULT_POLICY)
    expect(opened.reloadMayCut()).toBe(!capabilities(found.version).keepaliveMinTimeout)
    await opened.settled()
    expect(old.filter(isAlive)).toEqual([])
    await until('a reload cuts nothing any more', () => !opened.reloadMayCut(), 30_000)
  })

  test('lists that are given at the same time come into force one after the other', async () => {
    const opened = await open()
    const generations = await Promise.all([1, 2, 3].map((port) => opened.apply([server(port)], DEFAULT_POLICY)))
    expect(new Set(generations).size).toBe(3)
    expect(opened.generation()).toBe(generations[2])
    expect(await askGeneration(opened.target())).toBe(generations[2])
  })

  test('a keeper that is killed takes nginx with it, and another takes over', async () => {
    const opened = await open()
    const generation = await opened.apply([server(1)], DEFAULT_POLICY)
    const pid = master()
    const keeperPid = descendantsOf(process.pid).find((one) => title(one).includes('keeper-process')) ?? 0
    process.kill(keeperPid, 'SIGKILL')
    await until('the old nginx is gone', () => !isAlive(pid), 30_000)
    await until('it is up again', () => opened.status() === 'up', 20_000)
    expect(await askGeneration(opened.target())).toBe(generation)
  })
})

function title(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
