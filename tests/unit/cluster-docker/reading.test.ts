import { describe, expect, test } from 'vitest'
import { readLife, readListed } from '#lib/cluster/docker/engine/container.ts'
import { dockerClient, logLinesOf } from '#lib/cluster/docker/engine/docker-client.ts'
import { engineAddress } from '#lib/cluster/docker/engine/engine-address.ts'
import { EngineError, engineError, isSilence, plainWords, problemAt } from '#lib/cluster/docker/engine/engine-error.ts'
import { readEvent } from '#lib/cluster/docker/engine/events.ts'
import { logSinceSeconds } from '#lib/cluster/docker/readiness.ts'
import { readReadyLine } from '#lib/protocol/service-lines.ts'
import { inspected } from './inspected.ts'

const ID = 'a1'.repeat(32)
const row = (changes: Record<string, unknown> = {}) => ({
  Id: ID,
  Names: ['/shop-backend-3'],
  State: 'running',
  Created: 1_700_000_000,
  Labels: {
    'com.docker.compose.service': 'backend',
    'com.docker.compose.container-number': '3',
    'com.docker.compose.oneoff': 'False',
    SECRET: 'planted',
  },
  NetworkSettings: { Networks: { shop_backends: { IPAddress: '172.20.0.2', NetworkID: 'x' } } },
  Ports: [
    { PrivatePort: 8080, PublicPort: 18080, IP: '127.0.0.1', Type: 'tcp' },
    { PrivatePort: 9000, Type: 'tcp' },
  ],
  ...changes,
})

describe('a row of the list', () => {
  test('becomes a container, with nothing that was not asked for', () => {
    const container = readListed(row())
    expect(container).toEqual({
      id: ID,
      name: 'shop-backend-3',
      service: 'backend',
      number: 3,
      isClone: false,
      state: 'running',
      createdAtMs: 1_700_000_000_000,
      addresses: { shop_backends: '172.20.0.2' },
      published: [{ inside: 8080, outside: 18080, ip: '127.0.0.1' }],
    })
    expect(JSON.stringify(container)).not.toContain('planted')
  })

  test('of a container that Robinscope made says so', () => {
    const Labels = { ...row().Labels, 'robinscope.made-by': 'robinscope' }
    expect(readListed(row({ Labels }))).toMatchObject({ isClone: true })
  })

  test.each([
    ['no id', { Id: '../images/json' }],
    ['a short id', { Id: ID.slice(0, 12) }],
    ['no labels', { Labels: null }],
    ['a one-off', { Labels: { ...row().Labels, 'com.docker.compose.oneoff': 'True' } }],
    ['a number that is none', { Labels: { ...row().Labels, 'com.docker.compose.container-number': '0' } }],
  ])('is left out with %s', (_what, changes) => {
    expect(readListed(row(changes))).toBeNull()
  })

  test('is read though a field is strange', () => {
    const strange = row({ State: 'upside down', NetworkSettings: null, Ports: null, Created: 'yesterday' })
    expect(readListed(strange)).toMatchObject({ state: 'dead', addresses: {}, published: [], createdAtMs: 0 })
  })
})

test('of an inspected container only its life is kept', () => {
  expect(readLife(inspected())).toEqual({
    startedAt: '2026-01-02T03:04:05.678Z',
    finishedAt: '0001-01-01T00:00:00Z',
    exitCode: 0,
    status: 'running',
  })
})

describe('the log stream', () => {
  const docker = dockerClient(engineAddress())
  const logLines = () => logLinesOf(docker)
  const frame = (stream: number, text: string) => {
    const payload = Buffer.from(text)
    const header = Buffer.alloc(8)
    header[0] = stream
    header.writeUInt32BE(payload.length, 4)
    return Buffer.concat([header, payload])
  }

  test('gives the same lines however its bytes are cut', () => {
    const bytes = Buffer.concat([frame(1, 'one\ntw'), frame(2, 'err'), frame(1, 'o\r\n'), frame(2, 'or\nend')])
    for (let size = 1; size <= bytes.length; size += 1) {
      const reader = logLines()
      const lines: string[] = []
      for (let at = 0; at < bytes.length; at += size) lines.push(...reader.take(bytes.subarray(at, at + size)))
      expect([...lines, ...reader.rest()]).toEqual(['one', 'two', 'error', 'end'])
    }
  })

  test('of a container with a terminal is taken as it is', () => {
    const reader = logLines()
    expect(reader.take(Buffer.from('plain\nlines\n'))).toEqual(['plain', 'lines'])
    expect(reader.take(Buffer.from('and more\n'))).toEqual(['and more'])
  })

  test('keeps a character whole that is cut in two', () => {
    const reader = logLines()
    const bytes = Buffer.from('gr\u00fc\u00dfe\n')
    reader.take(frame(1, '12345678'))
    const [first, second] = [bytes.subarray(0, 3), bytes.subarray(3)]
    const framed = (payload: Buffer) => Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, payload.length]), payload])
    expect([...reader.take(framed(first)), ...reader.take(framed(second))]).toEqual(['12345678gr\u00fc\u00dfe'])
  })

  test('never grows beyond its bound, though a line does not end', () => {
    const reader = logLines()
    for (let index = 0; index < 50; index += 1) reader.take(frame(1, 'x'.repeat(16_384)))
    expect(reader.rest()[0]?.length).toBe(65_536)
  })
})

describe('the ready line', () => {
  test('is found among other words', () => {
    const line = '{"event":"listening","backend":"0123456789ab","port":8000}'
    expect(readReadyLine(line)).toEqual({ event: 'listening', backend: '0123456789ab', port: 8000 })
    for (const other of ['listening on 8000', '{"event":"draining","inFlight":0}', '{broken', '']) {
      expect(readReadyLine(other)).toBeNull()
    }
  })

  test("belongs to the container's present life only", () => {
    const life = { exitCode: 0, status: 'running' }
    const first = { ...life, startedAt: '2026-01-02T03:04:05.500Z', finishedAt: '0001-01-01T00:00:00Z' }
    expect(logSinceSeconds(first)).toBe(Date.parse('2026-01-02T03:04:04.500Z') / 1000)
    const again = { ...first, finishedAt: '2026-01-02T03:04:05.400Z' }
    expect(logSinceSeconds(again)).toBe(Date.parse('2026-01-02T03:04:05.400Z') / 1000)
  })
})

describe('an event', () => {
  test('says what happened to which container', () => {
    const Attributes = { exitCode: '137', 'com.docker.compose.service': 'backend' }
    const line = JSON.stringify({ Action: 'die', Actor: { ID, Attributes } })
    expect(readEvent(line)).toEqual({ id: ID, action: 'die', service: 'backend', exitCode: 137 })
  })

  test('of another kind is passed over', () => {
    for (const line of ['', '{', '{}', '{"Action":"die","Actor":{"ID":"short"}}']) expect(readEvent(line)).toBeNull()
  })
})

describe('an error of the engine', () => {
  const refused = (statusCode: number) =>
    Object.assign(new Error('x'), { statusCode, json: { message: 'its own words' } })

  test.each([
    [refused(409), 'conflict'],
    [refused(404), 'not-found'],
    [refused(403), 'refused'],
    [refused(500), 'failed'],
    [refused(501), 'unsupported'],
    [refused(502), 'gone'],
    [refused(503), 'failed'],
    [refused(504), 'timeout'],
    [Object.assign(new Error('connect EACCES'), { code: 'EACCES' }), 'refused'],
    [Object.assign(new Error('connect ENOENT'), { code: 'ENOENT' }), 'gone'],
    [new Error('socket hang up'), 'gone'],
    [new DOMException('late', 'AbortError'), 'timeout'],
  ])('%s is %s', (error, kind) => {
    expect(engineError(error, 'create', 10_000).kind).toBe(kind)
  })

  test('is silence only where the call may or may not have been carried out', () => {
    const kindsOf = [409, 404, 403, 500, 501, 502, 504].map((status) => isSilence(engineError(refused(status), 'x', 1)))
    expect(kindsOf).toEqual([false, false, false, false, false, true, true])
  })

  test("crosses the wire with its stage and Docker's own words", () => {
    const { problem } = problemAt('create', refused(409), 'Creating shop-backend-2')
    expect(problem).toMatchObject({ code: 'not-reached', status: 504, stage: 'create', cause: 'its own words' })
    expect(problemAt('create', new EngineError('gone', 'nobody'), 'Creating').problem.code).toBe('engine-gone')
  })

  test('brings no control characters along, and is bounded', () => {
    expect(plainWords('\u001b[31mred\u001b[0m\r\nline\u202e')).toBe('red line')
    expect(plainWords('x'.repeat(10_000))).toHaveLength(500)
  })
})
