import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ServiceCommand } from '#lib/protocol/service-lines.ts'
import { type ServiceProcess, startServiceProcess } from '#tests/service-process.ts'
import { until } from '#tests/until.ts'

let service: ServiceProcess
beforeEach(async () => {
  service = await startServiceProcess()
})
afterEach(() => service.end())

type Answered = { status: number | undefined; body: string; headers: IncomingMessage['headers']; ms: number }

async function call(
  method = 'GET',
  headers: Record<string, string> = {},
  path = '/',
  body?: string,
): Promise<Answered> {
  const began = performance.now()
  const sending = request({ host: '127.0.0.1', port: service.port, method, path, headers, agent: false })
  sending.end(body)
  const [answer] = (await once(sending, 'response')) as [IncomingMessage]
  const { statusCode, headers: answered } = answer
  return { status: statusCode, body: await text(answer), headers: answered, ms: performance.now() - began }
}

async function fieldsOf(command: ServiceCommand): Promise<Readonly<Record<string, unknown>>> {
  const answer = await service.command(command)
  if (!answer.ok) throw new Error(answer.error)
  return answer.fields
}

describe('errors', () => {
  it('come evenly, in all else like any answer, until they are healed', async () => {
    await fieldsOf({ command: 'fault', kind: 'errors', status: 503, share: 0.5 })
    const seen: Answered[] = []
    for (const method of ['GET', 'POST', 'GET', 'POST'])
      seen.push(await call(method, {}, '/', method === 'POST' ? 'x' : undefined))
    expect(seen.map(({ status }) => status)).toEqual([200, 503, 200, 503])
    expect(new Set(seen.map(({ body }) => body))).toEqual(new Set(['a1b2c3d4e5f6\n']))
    expect(seen[1]?.headers).toMatchObject({ 'x-backend': 'a1b2c3d4e5f6', 'cache-control': 'no-store' })
    await fieldsOf({ command: 'heal', kind: 'errors' })
    expect((await call('POST')).status).toBe(200)
  })
})

describe('latency', () => {
  it('holds answers up by its time and no more than its jitter, and those that it meets only', async () => {
    await fieldsOf({ command: 'fault', kind: 'latency', ms: 200, jitterMs: 50, share: 0.5 })
    const [quick, slow] = [await call('POST', {}, '/', 'x'), await call()]
    expect(quick.ms).toBeLessThan(slow.ms)
    expect(slow.ms).toBeGreaterThan(198)
    expect(slow).toMatchObject({ status: 200, body: 'a1b2c3d4e5f6\n' })
  })

  it('and errors together are slow errors', async () => {
    await fieldsOf({ command: 'fault', kind: 'errors', status: 500 })
    await fieldsOf({ command: 'fault', kind: 'latency', ms: 120 })
    const answer = await call()
    expect(answer.status).toBe(500)
    expect(answer.ms).toBeGreaterThan(118)
  })

  it('is waited for at SIGTERM, and its answer says Connection: close', async () => {
    await fieldsOf({ command: 'ledger', act: 'start' })
    await fieldsOf({ command: 'fault', kind: 'latency', ms: 500 })
    const answering = call()
    await until('it has arrived', async () => {
      const { methods } = await fieldsOf({ command: 'ledger', act: 'read' })
      return Object.keys(methods as object).length > 0
    })
    const exited = once(service.child, 'exit')
    service.child.kill('SIGTERM')
    const answer = await answering
    expect(answer).toMatchObject({ status: 200, body: 'a1b2c3d4e5f6\n' })
    expect(answer.headers.connection).toBe('close')
    expect(await exited).toEqual([0, null])
    expect(service.lines).toContain('{"event":"draining","inFlight":1}')
  })

  it('lets go of a request whose client has gone', async () => {
    await fieldsOf({ command: 'ledger', act: 'start' })
    await fieldsOf({ command: 'fault', kind: 'latency', ms: 60_000 })
    const sending = request({ host: '127.0.0.1', port: service.port, agent: false })
    sending.on('error', () => {})
    sending.end()
    await until(
      'it has arrived',
      async () => 'GET' in ((await fieldsOf({ command: 'ledger', act: 'read' })).methods as object),
    )
    sending.destroy()
    const exited = once(service.child, 'exit')
    service.child.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
  })
})

describe('the ledger', () => {
  it('shows by method and id what was executed, twice if it was, an answer that was never read included', async () => {
    await fieldsOf({ command: 'ledger', act: 'start', ids: true })
    await call('GET', { 'x-request-id': 'b1-1' })
    await call('POST', { 'x-request-id': 'b1-2' }, '/', 'body')
    await call('POST', { 'x-request-id': 'b1-2' }, '/', 'body')
    await call('HEAD')
    expect(await fieldsOf({ command: 'ledger', act: 'read' })).toMatchObject({
      ...{ methods: { GET: 1, POST: 2, HEAD: 1 }, withoutId: 1 },
      ids: [
        ['b1-1', 1],
        ['b1-2', 2],
      ],
    })
  })

  it('does not count a request that never arrived whole', async () => {
    await fieldsOf({ command: 'ledger', act: 'start', ids: true })
    const headers = { 'x-request-id': 'half', 'content-length': '10', expect: '100-continue' }
    const sending = request({ host: '127.0.0.1', port: service.port, method: 'POST', headers, agent: false })
    sending.on('error', () => {})
    sending.flushHeaders()
    await once(sending, 'continue')
    sending.write('12345')
    sending.destroy()
    await call('GET', { 'x-request-id': 'whole' })
    expect(await fieldsOf({ command: 'ledger', act: 'read' })).toMatchObject({
      methods: { GET: 1 },
      ids: [['whole', 1]],
    })
  })
})

describe('what a client sends', () => {
  const LINE = '{"id":1,"command":"fault","kind":"errors","status":500}'

  it.each([
    ['as a path', 'GET', {}, '/fault?kind=errors&status=500'],
    ['as the path of its channel', 'POST', {}, '/ledger'],
    ['as a body', 'POST', { 'content-type': 'application/json' }, '/'],
    [
      'as headers',
      'GET',
      { command: 'fault', kind: 'errors', status: '500', 'x-command': LINE, 'x-request-id': LINE },
      '/',
    ],
    ['as another method', 'PUT', { 'x-http-method-override': 'FAULT' }, '/faults'],
  ])('%s never becomes a command', async (_how, method, headers, path) => {
    const before = service.lines.length
    const body = method === 'GET' ? undefined : `\n${LINE}\n`
    expect(await call(method, headers, path, body)).toMatchObject({ status: 200, body: 'a1b2c3d4e5f6\n' })
    expect(service.lines).toHaveLength(before)
    expect(await fieldsOf({ command: 'faults' })).toEqual({ faults: [] })
    expect(await fieldsOf({ command: 'ledger', act: 'read' })).toMatchObject({ counting: false, methods: {} })
  })
})

describe('the channel', () => {
  it('may break while requests are answered, with faults on: they go on', async () => {
    await fieldsOf({ command: 'fault', kind: 'errors', status: 500 })
    service.child.stdout?.destroy()
    for (let left = 100; left > 0; left--) service.child.stdin?.write('{"id":1,"command":"faults"}\n')
    expect((await call()).status).toBe(500)
    service.child.stdin?.destroy()
    expect((await call()).status).toBe(500)
    expect(service.child.exitCode).toBeNull()
  })
})
