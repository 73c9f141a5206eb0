import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { shownContainer, shownList } from '#lib/docker-gate/shown.ts'
import { shownEvents } from '#lib/docker-gate/shown-events.ts'
import { inspected, PROJECT, WITHHELD } from './inspected.ts'
import { BACKEND, FRONT_DOOR, judge } from './judge.ts'

const labels = (service: string): Record<string, string> => ({
  'com.docker.compose.project': PROJECT,
  'com.docker.compose.service': service,
  'com.docker.compose.container-number': '1',
  'com.docker.compose.oneoff': 'False',
})
const noneWithheld = (shown: unknown): void => {
  for (const withheld of WITHHELD) expect(JSON.stringify(shown)).not.toContain(withheld)
}

describe('an inspected container', () => {
  it('is shown from the look-up, with what names it, its life, and what a clone is asked by', () => {
    for (const container of [BACKEND, FRONT_DOOR]) {
      const decision = judge('GET', `/containers/${container.Id}/json`, { container })
      expect(decision).toEqual({ answer: shownContainer(container) })
      noneWithheld(decision)
    }
    expect(shownContainer(BACKEND)).toEqual({
      ...{ Id: BACKEND.Id, Name: BACKEND.Name, Image: BACKEND.Image },
      State: {
        ...{ Status: 'running', StartedAt: '2026-01-02T03:04:05.678Z' },
        ...{ FinishedAt: '0001-01-01T00:00:00Z', ExitCode: 0 },
      },
      Config: { Labels: { ...labels('backend'), 'com.docker.compose.config-hash': 'abc' } },
      HostConfig: { NetworkMode: 'robinscope_backends' },
      NetworkSettings: {
        Networks: {
          robinscope_backends: {
            NetworkID: 'e'.repeat(64),
            Aliases: ['robinscope-backend-1', 'backend', String(BACKEND.Id).slice(0, 12)],
          },
        },
      },
    })
  })

  it('says why it cannot be cloned, without saying from where', () => {
    const host = { Binds: ['/home/me/.docker/run/docker.sock:/s'] }
    const shown = shownContainer(inspected('backend', 1, { host }))
    expect(shown.RobinscopeNotCloned).toContain('Docker socket')
    noneWithheld(shown)
  })
})

describe('listed containers', () => {
  const row = (service: string): Record<string, unknown> => ({
    ...{ Id: 'a'.repeat(64), Names: ['/x'], State: 'running', Created: 7, Command: 'node /home/me/x', SizeRw: 1 },
    Labels: { ...labels(service), 'com.docker.compose.project.working_dir': '/home/me', 'com.example.x': 'of-others' },
    HostConfig: { NetworkMode: 'x' },
    Mounts: [{ Source: '/home/me/x' }],
    Ports: [{ PrivatePort: 8080, PublicPort: 1, Type: 'tcp', IP: '127.0.0.1' }],
    NetworkSettings: { Networks: { x: { IPAddress: '172.20.0.2', MacAddress: '02:42', Gateway: '172.20.0.1' } } },
  })

  it('are shown with the fields that the dashboard reads', () => {
    expect(shownList([row('backend')])).toEqual([
      {
        ...{ Id: 'a'.repeat(64), Names: ['/x'], State: 'running', Created: 7, Labels: labels('backend') },
        Ports: [{ PrivatePort: 8080, PublicPort: 1, Type: 'tcp', IP: '127.0.0.1' }],
        NetworkSettings: { Networks: { x: { IPAddress: '172.20.0.2' } } },
      },
    ])
  })

  it('of other services have neither address nor port', () => {
    expect(shownList([row('dashboard')])).toEqual([
      { Id: 'a'.repeat(64), Names: ['/x'], State: 'running', Created: 7, Labels: labels('dashboard') },
    ])
  })

  it.each([null, undefined, {}, 'x', [null], [7]])('survive %j', (listed) => {
    expect(Array.isArray(shownList(listed))).toBe(true)
  })
})

describe('events', () => {
  const event = (more: object = {}): object => ({
    ...{ status: 'die', id: 'a', from: 'of-others', Type: 'container', Action: 'die', time: 1, timeNano: 2 },
    Actor: {
      ID: 'a'.repeat(64),
      Attributes: {
        ...labels('backend'),
        ...{ 'com.docker.compose.project.working_dir': '/home/me/x', 'com.example.x': 'of-others' },
        ...{ name: 'robinscope-backend-1', exitCode: '137', image: 'of-others' },
      },
    },
    ...more,
  })
  const shown = {
    ...{ Type: 'container', Action: 'die', time: 1, timeNano: 2 },
    Actor: { ID: 'a'.repeat(64), Attributes: { ...labels('backend'), name: 'robinscope-backend-1', exitCode: '137' } },
  }

  it('are shown one a line, however their bytes arrive, without a label of others', async () => {
    const stream = shownEvents()
    const all = text(stream)
    const bytes = Buffer.from(`${JSON.stringify(event())}\n${JSON.stringify(event({ 'ä€': 'ä€' }))}\nnot JSON\n[]\n`)
    for (const byte of bytes) stream.write(Buffer.from([byte]))
    stream.end()
    expect(
      (await all)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([shown, shown])
  })

  it('pass at once, not with the next', async () => {
    const stream = shownEvents()
    stream.write(`${JSON.stringify(event())}\n`)
    const [first] = await once(stream, 'data')
    expect(JSON.parse(String(first))).toEqual(shown)
  })

  it('without an end are no events', async () => {
    const stream = shownEvents()
    const failed = once(stream, 'error')
    for (let written = 0; written < 400_000; written += 10_000) stream.write('x'.repeat(10_000))
    expect(await failed).toEqual([expect.objectContaining({ message: expect.stringContaining('too long') })])
  })
})
