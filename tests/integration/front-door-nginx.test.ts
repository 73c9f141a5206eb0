import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { askFrontDoor } from '#lib/front-door/ask-front-door.ts'
import { capabilities } from '#lib/front-door/capabilities.ts'
import { complaintOf } from '#lib/front-door/complaint.ts'
import { findNginx } from '#lib/front-door/find-nginx.ts'
import type { FrontDoor } from '#lib/front-door/front-door.ts'
import { openLocalControl } from '#lib/front-door/local-control.ts'
import { localWorkers } from '#lib/front-door/local-workers.ts'
import { openLocalNginx } from '#lib/front-door/open-local-nginx.ts'
import { renderNginxConfiguration } from '#lib/front-door/render.ts'
import type { Guardian } from '#lib/guardian/guardian.ts'
import { openGuardian } from '#lib/guardian/open-guardian.ts'
import { DEFAULT_POLICY } from '#lib/protocol/configuration.ts'
import { frontDoorClient } from '#tests/contract/front-door-client.ts'
import { listed, put, untilUnreachable } from '#tests/contract/listed.ts'
import { descendantsOf, isAlive } from '#tests/processes.ts'
import { until } from '#tests/until.ts'

const nginx = await findNginx()
const log = (): void => {}
const at = (...ports: number[]) => listed(...ports.map((port) => `127.0.0.1:${port}`))
const inForce = async (door: FrontDoor) => (await askFrontDoor(door.target()))?.generation
const workersOf = async (master: number) => (await localWorkers(master))?.map(({ pid }) => pid) ?? []

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
  let guardian: Guardian
  let door: FrontDoor | null = null

  const open = async (port = 0): Promise<FrontDoor> => {
    door = await openLocalNginx({ nginx: found, guardian, port, log })
    return door
  }
  /** Of the one that runs: children of the guardian. */
  const master = (): number => descendantsOf(process.pid).filter((pid) => title(pid).includes('nginx: master'))[0] ?? 0

  beforeAll(async () => {
    guardian = await openGuardian({ log })
  })
  afterEach(async () => {
    await door?.close()
    door = null
  })
  afterAll(() => guardian.close())

  test('accepts what is written for it, any number of servers', async () => {
    const control = await openLocalControl({ nginx: found, guardian, port: 0, log })
    const refusalOf = async (text: string) => {
      await control.put([{ name: 'candidate.conf', text }])
      return control.refusal()
    }
    for (const count of [0, 1, 50]) {
      const ports = Array.from({ length: count }, (_, index) => 9000 + index)
      const servers = at(...ports).map((one, index) => ({
        ...{ ...one, weight: 1 + (index % 3), maxConns: index % 5, backup: index % 11 === 10 },
        state: index % 7 === 6 ? ('down' as const) : ('in' as const),
      }))
      const text = renderNginxConfiguration({
        generation: 'ab12cd-1',
        upstream: { by: 'list', servers },
        policy: DEFAULT_POLICY,
        capabilities: capabilities(found.version),
        listen: '127.0.0.1:8080',
      })
      expect(await refusalOf(text)).toBeNull()
    }
    const refusal = complaintOf((await refusalOf('events { }\nhttp { upstream x { } }\n')) ?? '')
    expect(refusal).toMatch(/^\[emerg\] no servers are inside upstream in .*candidate\.conf:2$/)
    const folder = dirname(refusal.replace(/^.* in (.*):2$/, '$1'))
    expect(statSync(folder).mode & 0o777).toBe(0o711)
    await control.close()
    expect(existsSync(folder)).toBe(false)
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
    const generation = await put(opened, at(1, 2))
    const states: string[] = []
    opened.subscribe({ changed: () => states.push(opened.status()) })
    const pid = master()
    const workers = await workersOf(pid)
    expect(workers.length).toBeGreaterThan(0)
    process.kill(pid, 'SIGKILL')
    await until(
      'it is up again',
      // Old workers that are gone are told of, too: it is up then.
      () => /^(up,)?down,up$/.test(states.filter((state, at) => state !== states[at - 1]).join()),
    )
    expect(workers.filter(isAlive)).toEqual([])
    expect(await inForce(opened)).toBe(generation)
    expect(await put(opened, at(3))).not.toBe(generation)
  })

  test('a backend can be reached until the old workers that had it are gone', async () => {
    const opened = await open()
    const before = at(1)
    await put(opened, before)
    const old = await workersOf(master())
    await put(opened, at(2))
    expect(opened.membership.reloadMayCut()).toBe(!capabilities(found.version).keepaliveMinTimeout)
    await untilUnreachable(opened, before)
    expect(old.filter(isAlive)).toEqual([])
    await until('a reload cuts nothing any more', () => !opened.membership.reloadMayCut(), 30_000)
  })

  test('what nginx complains of while it runs does not fail a list', async () => {
    const complaints: string[] = []
    door = await openLocalNginx({
      ...{ nginx: found, guardian, port: 0 },
      log: (event, fields) => {
        if (event === 'nginx-complained') complaints.push(String(fields?.line))
      },
    })
    // An address that the system refuses to connect to without a packet: ngx_event_connect_peer calls that [crit] or [alert].
    const unreachable = listed('[fe80::1]:9')
    await put(door, unreachable)
    const client = frontDoorClient(door.target())
    let isOver = false
    const asking = (async () => {
      // A reload of an older nginx may cut a kept connection.
      for (let left = 5_000; left > 0 && !isOver; left--) await client.send().catch(() => undefined)
    })()
    await until('nginx complains', () => complaints.length > 0)
    for (let times = 3; times > 0; times--) await put(door, unreachable)
    isOver = true
    await asking
    client.close()
    expect(complaints.filter((line) => !/\[(crit|alert)\]/.test(line))).toEqual([])
  })

  test('lists that are given at the same time come into force one after the other', async () => {
    const opened = await open()
    const generations = await Promise.all([1, 2, 3].map((port) => put(opened, at(port))))
    expect(new Set(generations).size).toBe(3)
    expect(opened.membership.generation()).toBe(generations[2])
    expect(await inForce(opened)).toBe(generations[2])
  })

  test('a guardian that is killed takes nginx with it, and another takes over', async () => {
    const opened = await open()
    const generation = await put(opened, at(1))
    const pid = master()
    const guardianPid = descendantsOf(process.pid).find((one) => title(one).includes('guardian-process')) ?? 0
    process.kill(guardianPid, 'SIGKILL')
    await until('the old nginx is gone', () => !isAlive(pid), 30_000)
    await until('it is up again', () => opened.status() === 'up', 20_000)
    expect(await inForce(opened)).toBe(generation)
  })
})

function title(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
