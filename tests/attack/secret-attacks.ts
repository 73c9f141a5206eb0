import { expect, test } from 'vitest'
import type { DockerVictim } from './docker-victim.ts'
import { expectReadableLog } from './log-checks.ts'
import { openRawSocket } from './raw-socket.ts'

const READ = ['/', '/api/health', '/api/cluster', '/api/bursts', '/api/openapi.json', '/metrics']

export function secretAttacks(victim: DockerVictim, secret: string): void {
  const docker = (...args: string[]) => victim.compose().docker(...args)

  test('attack 42: a stranger that carries our label and hostile words is no backend, and its words are shown nowhere', async () => {
    const { name } = victim.compose()
    const words = `"><script>alert(1)</script>\u202e\u001b[31m${'x'.repeat(60_000)}`
    const keys = async () => (await victim.product().api.cluster()).backends.map(({ backend }) => backend)
    const before = await keys()
    const strangers = [
      ['com.docker.compose.service', words],
      ['com.docker.compose.container-number', words],
      ['com.docker.compose.oneoff', words],
    ]
    try {
      for (const [index, [label, value]] of strangers.entries())
        await docker(
          ...['create', '--name', `${name}-hostile-${index}`, '--label', `com.docker.compose.project=${name}`],
          ...['--label', label === 'com.docker.compose.service' ? 'a=b' : 'com.docker.compose.service=backend'],
          ...['--label', `${label}=${value}`, `${name}-backend`],
        )
      // A change of the cluster makes everything be listed and told anew.
      await victim.product().api.scale(before.length + 1)
      expect(await keys()).toEqual([...before, expect.stringMatching(/^[0-9a-f]{12}$/)])
      for (const path of READ) expect(await (await fetch(victim.product().url + path)).text()).not.toContain('alert(1)')
      expect(victim.product().output()).not.toMatch(/alert\(1\)|xxxxxxxx/)
    } finally {
      await docker('rm', '-f', ...strangers.map((_, index) => `${name}-hostile-${index}`))
    }
  })

  test('attack 43: a secret in the environment and labels of the containers comes out nowhere', async () => {
    const { api, url, output } = victim.product()
    const socket = await openRawSocket(victim.product(), { join: true })
    const burst = await api.start({ requests: 300, ratePerSecond: 300, headers: { 'x-a': 'b' } })
    await api.scale(2)
    await api.ended(burst)
    await docker('kill', `${victim.compose().name}-backend-2`)
    const told = [...READ, `/api/bursts/${burst}`, `/api/bursts/${burst}/samples`]
    const texts = await Promise.all(told.map(async (path) => (await fetch(url + path)).text()))
    await docker('start', `${victim.compose().name}-backend-2`)
    for (const text of [...texts, socket.heard(), output()]) expect(text.includes(secret)).toBe(false)
    expect(socket.heard().length).toBeGreaterThan(10_000)
    socket.end()
    expectReadableLog(victim, secret)
  })
}
