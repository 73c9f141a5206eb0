import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MAX_MESSAGE_BYTES } from '#lib/protocol/limits.ts'
import { type OpenDashboard, openTestDashboard, withToken } from './dashboard.ts'

let dashboard: OpenDashboard

beforeAll(async () => {
  dashboard = await openTestDashboard()
})
afterAll(() => dashboard.close())

const call = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`${dashboard.origin}${path}`, init)
  const text = await response.text()
  const isJson =
    /json/.test(response.headers.get('content-type') ?? '') &&
    !/ndjson/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined }
}

describe('GET', () => {
  it('/api/health says that it works', async () => {
    expect(await call('/api/health')).toMatchObject({ status: 200, body: { status: 'ok', cluster: 'embedded' } })
  })

  it('/api/cluster shows two backends that are up', async () => {
    const { body } = await call('/api/cluster')
    expect(body).toMatchObject({ replicas: 2, can: { scale: true }, frontDoor: { algorithm: 'round robin' } })
    expect(body.backends.map(({ status }: { status: string }) => status)).toEqual(['up', 'up'])
  })

  it('/api/openapi.json describes every call', async () => {
    const { body } = await call('/api/openapi.json')
    expect(Object.keys(body.paths).sort()).toEqual([
      '/api/backends/{backend}/ledger',
      '/api/bursts',
      '/api/bursts/{id}',
      '/api/bursts/{id}/samples',
      '/api/cluster',
      '/api/cluster/replicas',
      '/api/cluster/take-over',
      '/api/health',
      '/api/runs',
      '/api/runs/{id}',
      '/metrics',
    ])
  })

  it('of an unknown path is a problem that says what there is', async () => {
    const { status, headers, body } = await call('/api/nothing')
    expect(status).toBe(404)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(body.detail).toContain('/api/cluster')
  })
})

describe('a burst over HTTP', () => {
  it('runs, is waited for, and every request has its outcome', async () => {
    const started = await call('/api/bursts', withToken('POST', { requests: 100 }))
    expect(started.status).toBe(202)
    expect(started.headers.get('location')).toBe(`/api/bursts/${started.body.id}`)
    const { body } = await call(`/api/bursts/${started.body.id}?waitMs=30000`)
    expect(body).toMatchObject({ status: 'finished', sent: 100, inFlight: 0, answered: 100, failed: 0, deviations: 0 })
    expect(body.fairness.spread).toBe(0)
    expect(
      body.byBackend.map(({ answered, expectedShare }: Record<string, number>) => [answered, expectedShare]),
    ).toEqual([
      [50, 0.5],
      [50, 0.5],
    ])
  })

  it('is listed in brief, and whole by itself', async () => {
    const { body } = await call('/api/bursts', withToken('POST', { requests: 4 }))
    const whole = (await call(`/api/bursts/${body.id}?waitMs=30000`)).body
    expect(whole).toMatchObject({ stretches: [{ answered: 4 }], stretchesLeftOut: 0 })
    const listed = (await call('/api/bursts')).body.find(({ id }: { id: string }) => id === body.id)
    expect(listed).toEqual({ ...whole, stretches: [], stretchesLeftOut: 1 })
  })

  it('hands out every sample, as lines and as a table', async () => {
    const { body } = await call('/api/bursts', withToken('POST', { requests: 10, concurrency: 2 }))
    await call(`/api/bursts/${body.id}?waitMs=30000`)
    const lines = (await call(`/api/bursts/${body.id}/samples`)).text.trim().split('\n')
    expect(lines.map((line) => JSON.parse(line).seq)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      outcome: 'answered',
      status: 200,
      generation: dashboard.door.membership.generation(),
      resent: false,
    })
    const table = (await call(`/api/bursts/${body.id}/samples?format=csv`)).text.trim().split('\n')
    expect(table).toHaveLength(11)
    expect(table[0]).toMatch(/^seq,order,intendedUs,sentUs/)
  })

  it('is one at a time, can be edited and is cancelled', async () => {
    const request = { durationMs: 60_000, ratePerSecond: 20 }
    const { body } = await call('/api/bursts', withToken('POST', request))
    const refused = await call('/api/bursts', withToken('POST', request))
    expect(refused).toMatchObject({ status: 409, body: { code: 'burst-running', burst: body.id } })
    const edited = await call(`/api/bursts/${body.id}`, withToken('PATCH', { ratePerSecond: 100 }))
    expect(edited.body.request.ratePerSecond).toBe(100)
    const ended = await call(`/api/bursts/${body.id}`, withToken('DELETE'))
    expect(ended.body).toMatchObject({ status: 'cancelled', inFlight: 0 })
    const { sent, answered, failed, timedOut, cancelled } = ended.body
    expect(answered + failed + timedOut + cancelled).toBe(sent)
  })

  it('that was never there is not found', async () => {
    expect((await call('/api/bursts/b999')).status).toBe(404)
    expect((await call('/api/bursts/..%2f')).status).toBe(400)
  })
})

describe('scaling over HTTP', () => {
  it('answers with the snapshot when it is reached', async () => {
    const { status, body } = await call('/api/cluster/replicas', withToken('PUT', { replicas: 4 }))
    expect(status).toBe(200)
    expect(body.backends).toHaveLength(4)
  })

  it('out of bounds is told with its bounds', async () => {
    const { status, body } = await call('/api/cluster/replicas', withToken('PUT', { replicas: 51 }))
    expect(status).toBe(422)
    expect(body).toMatchObject({ code: 'out-of-bounds', field: 'replicas', max: 50, got: 51 })
  })

  it('with waitMs=0 is answered at once', async () => {
    const { status, body } = await call('/api/cluster/replicas?waitMs=0', withToken('PUT', { replicas: 2 }))
    expect(status).toBe(202)
    expect(body.replicas).toBe(2)
  })
})

describe("the stream's address", () => {
  it('without an upgrade is refused with the way in', async () => {
    const { status, body } = await call('/socket.io/?EIO=4&transport=polling')
    expect(status).toBe(400)
    expect(body).toMatchObject({ code: 'malformed', detail: expect.stringContaining('WebSocket') })
  })
})

describe('a state change', () => {
  it.each([
    ['PUT', '/api/cluster/replicas', { replicas: 1 }],
    ['POST', '/api/bursts', { requests: 1 }],
    ['PATCH', '/api/bursts/b1', { concurrency: 1 }],
    ['DELETE', '/api/bursts/b1', undefined],
  ])('%s %s needs the token', async (method, path, body) => {
    const init = { ...withToken(method, body), headers: { 'Content-Type': 'application/json' } }
    expect((await call(path, init)).status).toBe(401)
  })

  it('takes JSON only, and not more than it needs', async () => {
    const token = { Authorization: 'Bearer a-token-for-the-tests' }
    const form = await call('/api/bursts', {
      method: 'POST',
      body: 'requests=1',
      headers: { ...token, 'Content-Type': 'text/plain' },
    })
    expect(form.status).toBe(415)
    const junk = await call('/api/bursts', {
      method: 'POST',
      body: '{',
      headers: { ...token, 'Content-Type': 'application/json' },
    })
    expect(junk).toMatchObject({ status: 400, body: { code: 'malformed' } })
    const huge = await call(
      '/api/bursts',
      withToken('POST', { requests: 1, method: 'POST', body: 'x'.repeat(MAX_MESSAGE_BYTES) }),
    )
    expect(huge.status).toBe(413)
  })
})

describe('the page', () => {
  it('is only read', async () => {
    expect((await call('/')).text).toBe('the page')
    expect((await call('/', { method: 'POST' })).status).toBe(405)
  })

  it('comes with the headers of a strict page', async () => {
    const { headers } = await call('/api/health')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('cache-control')).toBe('no-store')
  })
})

describe('/metrics', () => {
  it('counts requests by backend and outcome', async () => {
    const { text } = await call('/metrics')
    expect(text).toMatch(/robinscope_requests_total\{backend="[0-9a-f]{12}",outcome="answered"\} [1-9]/)
    expect(text).toContain('robinscope_backends{status="up"}')
  })
})
