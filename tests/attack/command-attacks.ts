import { io } from 'socket.io-client'
import { describe, expect, test } from 'vitest'
import { PROTOCOL_VERSION } from '#lib/protocol/limits.ts'
import type { ClusterSnapshot } from '#lib/protocol/model.ts'
import { expectRefused, overHttp, overSocket } from './commands.ts'
import type { Victim } from './victim.ts'

export const HOSTILE_IDS = [
  '../images/json',
  'x/../../volumes/prune',
  'abc?force=1&v=1',
  'abc%2fexec',
  'a\nb',
  '__proto__',
  'a'.repeat(64),
  'a'.repeat(10_240),
]
const NO_REPLICAS = ['-1', '1.5', '"3"', '1e9', 'null', '[]', '{"$gt":0}', '51', 'true', '"NaN"', '[3]']
const EXTRA_KEYS = [
  { HostConfig: { Privileged: true, Binds: ['/:/h'] } },
  { Image: 'evil' },
  { service: 'dashboard' },
  { commandId: 'x', project: '../x' },
]
const SIGNALS = ['SIGKILL; rm -rf /', 0, 'SIGSTOP', '-9', 'KILL']
const UNKNOWN_COMMANDS = ['backend:kill', 'backend:pause', 'container:stop', 'service:create', 'exec', 'cluster:remove']

/** Attacks on Docker's power, from a browser or a program that has the token. */
export function commandAttacks(victim: Victim): void {
  describe('a command that asks for more than there is', () => {
    // The only ids that a client may send are a burst's and, later, a backend's 12 digits: container ids never leave the server.
    test.each(HOSTILE_IDS.map((id) => [id.slice(0, 70), id]))('attack 35: the id %j is refused', async (_shown, id) => {
      for (const method of ['GET', 'DELETE']) {
        const inPath = await overHttp(victim, method, `/api/bursts/${encodeURIComponent(id)}`)
        expectRefused(inPath, ['malformed', 'not-found'])
      }
      expectRefused(await overSocket(victim, 'burst:cancel', { id }), ['malformed'])
      const raw = await overHttp(victim, 'POST', `/api/backends/${encodeURIComponent(id)}/faults`, '{"kind":"kill"}')
      expectRefused(raw, ['malformed', 'not-found'])
    })

    // No command names a container, so there is none to aim at another one's: such events and paths do not exist.
    test.each(['pause', 'stop', 'kill', 'exec', 'attach'])(
      'attack 36: there is no way to %s a container',
      async (act) => {
        for (const name of ['dashboard', 'docker-gate', 'f'.repeat(64)]) {
          const call = await overHttp(victim, 'POST', `/api/containers/${name}/${act}`, '{}')
          expectRefused(call, ['not-found'])
        }
      },
    )

    test('attack 36: unknown commands on the socket are not answered, and the socket stays', async () => {
      const { url, token } = victim.product()
      const socket = io(url, { transports: ['websocket'], forceNew: true, auth: { token, protocol: PROTOCOL_VERSION } })
      for (const event of UNKNOWN_COMMANDS) socket.emit(event, { backend: 'a'.repeat(12) }, () => socket.disconnect())
      const ack = await socket.timeout(5_000).emitWithAck('burst:cancel', { id: 'b999999' })
      expect(ack).toMatchObject({ ok: false, problem: { code: 'not-found' } })
      expect(socket.connected).toBe(true)
      socket.disconnect()
    })

    test.each(NO_REPLICAS)('attack 37: %s is no number of replicas', async (replicas) => {
      expectRefused(await overHttp(victim, 'PUT', '/api/cluster/replicas', `{"replicas":${replicas}}`))
      expectRefused(await overSocket(victim, 'cluster:scale', { replicas: JSON.parse(replicas) }))
    })

    test.each(['{"replicas":NaN}', '{"replicas":', '', '3', '[]', 'null', '{}', '{"replicas":3,"replicas":-3}'])(
      'attack 37: the body %j scales nothing',
      async (body) => expectRefused(await overHttp(victim, 'PUT', '/api/cluster/replicas', body)),
    )

    test.each(EXTRA_KEYS)('attack 38: a target with %j beside it is refused', async (more) => {
      const command = { replicas: 3, ...more }
      for (const verdict of [
        await overHttp(victim, 'PUT', '/api/cluster/replicas', JSON.stringify(command)),
        await overSocket(victim, 'cluster:scale', command),
      ]) {
        expectRefused(verdict, ['malformed'])
        expect(verdict.text).toMatch(/unrecognized key/i)
      }
    })

    // A client cannot name a template or an image (38); what a template may be is tested on Docker and on the gate.
    test('attack 39: no command takes a template', async () => {
      const command = { replicas: 3, template: 'f'.repeat(64) }
      expectRefused(await overSocket(victim, 'cluster:scale', command), ['malformed'])
    })

    // Signals are chosen by the server: SIGTERM to a backend that leaves, nothing else.
    test.each(SIGNALS)('attack 40: the signal %j is taken nowhere', async (signal) => {
      expectRefused(await overSocket(victim, 'cluster:scale', { replicas: 1, signal }), ['malformed'])
      expectRefused(await overHttp(victim, 'PUT', '/api/cluster/replicas', JSON.stringify({ replicas: 1, signal })))
    })

    test('attack 42: what strangers sent is shown back short, as JSON, and never as a page', async () => {
      const hostile = `"><script>alert(1)</script>\u202e\u001b[31m${'x'.repeat(65_000)}`
      const { problem, text } = await overHttp(
        victim,
        'GET',
        `/api/bursts/${encodeURIComponent(hostile.slice(0, 4_000))}`,
      )
      expect(problem?.code).toBe('malformed')
      expect(text.length).toBeLessThan(1_000)
      const start = await overHttp(victim, 'POST', '/api/bursts', JSON.stringify({ requests: 1, path: hostile }))
      expectRefused(start)
      expect(start.text.length).toBeLessThan(1_000)
    })

    // Swarm is not built yet: its calls are refused by the gate like every other that is not listed.
    test.each(['swarm', 'services', 'nodes'])('attack 44: there is no call for %s', async (name) => {
      for (const act of ['create', 'update']) {
        const body = '{"CapabilityAdd":["CAP_SYS_ADMIN"],"Mounts":[]}'
        expectRefused(await overHttp(victim, 'POST', `/api/${name}/${act}`, body), ['not-found'])
      }
    })

    test('attack 45: a page of an older version is refused at the door', async () => {
      const { url, token } = victim.product()
      for (const protocol of [0, PROTOCOL_VERSION - 1, PROTOCOL_VERSION + 1, `${PROTOCOL_VERSION}`, null]) {
        const socket = io(url, {
          transports: ['websocket'],
          forceNew: true,
          reconnection: false,
          auth: { token, protocol },
        })
        const refusal = await new Promise<string>((resolve) => {
          socket.once('connect_error', (error) => resolve(error.message))
          socket.once('welcomed', () => resolve('welcomed'))
        })
        socket.disconnect()
        expect(['outdated', 'no-token']).toContain(refusal)
      }
    })
  })
}

/**
 * A command has no id of its own: a target that is given ten times is one target, and of ten bursts one starts. So a replay
 * can do nothing that the first one did not. Changes the cluster, and brings it back.
 */
export function replayAttacks(victim: Victim): void {
  test('attack 45: a scale that is replayed ten times happens once', async () => {
    const { api } = victim.product()
    const keys = ({ backends }: ClusterSnapshot): string[] => backends.map(({ backend }) => backend)
    const before = keys(await api.cluster())
    const verdicts = await Promise.all(
      Array.from({ length: 10 }, () => overSocket(victim, 'cluster:scale', { replicas: 3 })),
    )
    for (const { problem } of verdicts) expect(['superseded', undefined]).toContain(problem?.code)
    expect(verdicts.some(({ problem }) => problem === null)).toBe(true)
    const after = keys(await api.cluster())
    expect(after).toHaveLength(3)
    expect(after.filter((key) => !before.includes(key))).toHaveLength(1)
    await api.scale(2)
    expect(keys(await api.cluster())).toEqual(before)
  })

  test('attack 45: of a burst that is replayed ten times, one is sent', async () => {
    const { api } = victim.product()
    const count = (await api.bursts()).length
    const request = JSON.stringify({ requests: 50, ratePerSecond: 100 })
    const verdicts = await Promise.all(
      Array.from({ length: 10 }, () => overHttp(victim, 'POST', '/api/bursts', request)),
    )
    expect(verdicts.filter(({ problem }) => problem === null)).toHaveLength(1)
    expect(verdicts.filter(({ problem }) => problem?.code === 'burst-running')).toHaveLength(9)
    const burst = await api.ended((await api.latest()).id)
    expect((await api.bursts()).length).toBe(count + 1)
    expect(burst).toMatchObject({ sent: 50, answered: 50 })
  })
}
