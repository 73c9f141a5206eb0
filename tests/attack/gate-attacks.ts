import { describe, expect, test } from 'vitest'
import { askGate } from './ask-gate.ts'
import { HOSTILE_IDS } from './command-attacks.ts'
import type { DockerVictim } from './docker-victim.ts'

const ACTS = [
  'start',
  'stop',
  'kill',
  'restart',
  'pause',
  'unpause',
  'exec',
  'update',
  'rename',
  'attach',
  'wait',
  'resize',
]
const SIGNALS = ['SIGKILL; rm -rf /', 'SIGKILL%3B%20rm%20-rf%20/', '0', 'SIGSTOP', '-9', '9', 'STOP', 'HUP', '']
const SWARM = [
  '/services/create',
  `/services/${'a'.repeat(25)}/update`,
  '/swarm/init',
  '/swarm/join',
  '/nodes/x/update',
  '/secrets/create',
]

/** Harmless or useful, some of them; but what is not called need not pass. */
const UNCALLED = [
  ['GET', '/version'],
  ['GET', '/info'],
  ['GET', '/networks'],
  ['GET', `/networks/${'a'.repeat(64)}`],
  ['GET', `/images/sha256:${'a'.repeat(64)}/json`],
  ['GET', '/containers/{id}/archive?path=/etc/passwd'],
  ['GET', '/containers/{id}/top'],
  ['POST', '/containers/{id}/restart'],
  ['POST', '/containers/{id}/pause'],
  ['POST', '/containers/{id}/kill'],
  ['POST', '/containers/{id}/kill?signal=KILL'],
  ['POST', `/networks/${'a'.repeat(64)}/connect`],
  ['POST', `/networks/${'a'.repeat(64)}/disconnect`],
] as const

/** What a dashboard that was taken over could ask of the gate: the calls go straight to it. */
export function gateAttacks(victim: DockerVictim): void {
  const ask = (method: string, target: string, body?: string) => askGate(victim.gateSocket(), method, target, body)
  const nothingPassed = (): void => {
    expect(victim.behind().acts()).toEqual([])
    expect(victim.behind().pries()).toEqual([])
  }
  const docker = (...args: string[]) => victim.compose().docker(...args)
  const backendId = async (): Promise<string> =>
    (await docker('inspect', '-f', '{{.Id}}', `${victim.compose().name}-backend-1`)).trim()

  describe('a call at the gate', () => {
    test.each(HOSTILE_IDS.map((id) => [id.slice(0, 70), id]))(
      'attack 35: the container id %j is refused',
      async (_shown, id) => {
        for (const target of ACTS.map((act) => `/containers/${id}/${act}`))
          expect([400, 403, 404, 431], target.slice(0, 90)).toContain(await ask('POST', target))
        for (const [method, target] of [
          ['DELETE', `/containers/${id}`],
          ['GET', `/containers/${id}/json`],
        ] as const)
          expect([400, 403, 404, 431]).toContain(await ask(method, target))
        nothingPassed()
      },
    )

    test('attack 36: on a container that is not ours, is the dashboard, or is the gate, does nothing', async () => {
      const { name } = victim.compose()
      const labels = (project: string, service: string): string[] =>
        [`project=${project}`, `service=${service}`, 'container-number=1', 'oneoff=False'].flatMap((label) => [
          '--label',
          `com.docker.compose.${label}`,
        ])
      const strangers: [string, string[]][] = [
        [`${name}-stranger`, []],
        [`${name}-dashboard-1`, labels(name, 'dashboard')],
        [`${name}-docker-gate-1`, labels(name, 'docker-gate')],
        [`${name}x-backend-1`, labels(`${name}x`, 'backend')],
        [`${name}-innocent`, labels(name, 'front-door')],
      ]
      try {
        for (const [container, more] of strangers) {
          const id = (await docker('create', '--name', container, ...more, `${name}-backend`)).trim()
          for (const act of ACTS) expect(await ask('POST', `/containers/${id}/${act}`), `${act} ${container}`).toBe(403)
          expect(await ask('DELETE', `/containers/${id}?force=true`)).toBe(403)
          expect(await ask('GET', `/containers/${id}/json`)).toBe(403)
          expect((await docker('inspect', '-f', '{{.State.Status}} {{.Name}}', id)).trim()).toBe(
            `created /${container}`,
          )
        }
        nothingPassed()
      } finally {
        await docker('rm', '-f', ...strangers.map(([container]) => container))
      }
    })

    test.each(SIGNALS)('attack 40: the signal %j reaches no backend', async (signal) => {
      expect([400, 403]).toContain(await ask('POST', `/containers/${await backendId()}/kill?signal=${signal}`))
      nothingPassed()
    })

    test.each(UNCALLED)('%s %s is refused: the dashboard never calls it', async (method, target) => {
      const id = await backendId()
      for (const version of ['', '/v1.41']) expect(await ask(method, version + target.replace('{id}', id))).toBe(403)
      nothingPassed()
    })

    test.each(SWARM)('attack 44: POST %s is refused like every call that is not listed', async (target) => {
      const body = '{"TaskTemplate":{"ContainerSpec":{"Image":"x","CapabilityAdd":["CAP_SYS_ADMIN"],"Mounts":[]}}}'
      for (const version of ['', '/v1.41']) expect(await ask('POST', version + target, body)).toBe(403)
      nothingPassed()
    })
  })
}
