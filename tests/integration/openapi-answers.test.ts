import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MAX_MESSAGE_BYTES } from '#lib/protocol/limits.ts'
import { PROBLEM_STATUS } from '#lib/protocol/problem.ts'
import { type OpenDashboard, openTestDashboard, withToken } from './dashboard.ts'
import { type Document, expectDocumented, operationOf, operationsOf } from './openapi-document.ts'

let dashboard: OpenDashboard
let document: Document
const answered = new Set<string>()

beforeAll(async () => {
  dashboard = await openTestDashboard()
  document = (await (await fetch(`${dashboard.origin}/api/openapi.json`)).json()) as Document
})
afterAll(() => dashboard.close())

/** Calls, and holds the answer to the document. */
async function call(method: string, path: string, init: RequestInit = {}) {
  const response = await fetch(dashboard.origin + path, { ...init, method })
  const text = await response.text()
  const type = response.headers.get('content-type')?.split(';')[0] ?? ''
  const body = /json$/.test(type) && !type.includes('ndjson') ? JSON.parse(text) : text
  const operation = operationOf(document, method, path)
  expectDocumented(document, operation, { status: response.status, type, body, headers: response.headers })
  answered.add(operation.operationId)
  if (response.status >= 400) expectProblem(response, body)
  return { status: response.status, body, text }
}

function expectProblem(
  response: Response,
  body: { code: keyof typeof PROBLEM_STATUS; status: number; detail: string },
) {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(PROBLEM_STATUS[body.code], body.code).toBe(response.status)
  expect(body.status).toBe(response.status)
  expect(body.detail).toMatch(/^\S.*\.$/)
}

const post = (body: unknown) => withToken('POST', body)
const statusOf = async (method: string, path: string, init?: RequestInit) => (await call(method, path, init)).status

test('an answer with a key that the document does not name, or without one that it does, is not let pass', () => {
  const operation = operationOf(document, 'GET', '/api/health')
  const answer = { status: 200, type: 'application/json', headers: new Headers() }
  const body = { status: 'ok', version: '1', cluster: 'embedded' }
  expect(() => expectDocumented(document, operation, { ...answer, body })).not.toThrow()
  for (const wrong of [
    { ...body, extra: 1 },
    { ...body, cluster: 'other' },
    { status: 'ok', version: '1' },
  ])
    expect(() => expectDocumented(document, operation, { ...answer, body: wrong })).toThrow('getHealth 200')
})

describe('every answer is one that the document promises', () => {
  test('of what is only read', async () => {
    for (const path of ['/api/health', '/api/cluster', '/api/bursts', '/metrics'])
      expect(await statusOf('GET', path), path).toBe(200)
  })

  test("of a backend's own count", async () => {
    const { body } = await call('GET', '/api/cluster')
    const { backend } = body.backends[0]
    expect(await call('GET', `/api/backends/${backend}/ledger`)).toMatchObject({ status: 200, body: { backend } })
    expect(await statusOf('GET', '/api/backends/..%2f/ledger')).toBe(400)
  })

  test('of a burst from its start to its samples', async () => {
    const { body } = await call(
      'POST',
      '/api/bursts',
      post({ durationMs: 30_000, ratePerSecond: 100, headers: { 'x-a': 'b' } }),
    )
    expect(await statusOf('POST', '/api/bursts', post({ requests: 1 }))).toBe(409)
    expect(await statusOf('PATCH', `/api/bursts/${body.id}`, withToken('PATCH', { ratePerSecond: 300 }))).toBe(200)
    expect(await statusOf('GET', `/api/bursts/${body.id}?waitMs=100`)).toBe(200)
    expect(await statusOf('DELETE', `/api/bursts/${body.id}`, withToken('DELETE'))).toBe(200)
    expect(await statusOf('PATCH', `/api/bursts/${body.id}`, withToken('PATCH', { ratePerSecond: 300 }))).toBe(404)
    expect(await statusOf('GET', `/api/bursts/${body.id}/samples`)).toBe(200)
    expect(await statusOf('GET', `/api/bursts/${body.id}/samples?format=csv`)).toBe(200)
    expect(await statusOf('GET', '/api/bursts')).toBe(200)
    expect(await statusOf('GET', '/api/runs')).toBe(200)
    expect(await statusOf('GET', `/api/runs/${body.id}`)).toBe(200)
    expect(await statusOf('GET', `/api/runs/${body.id}?format=file`)).toBe(200)
    expect(await statusOf('GET', '/metrics')).toBe(200)
  })

  test('of a burst that fails', async () => {
    dashboard.door.target = () => ({ host: '127.0.0.1', port: 1 })
    const { body } = await call('POST', '/api/bursts', post({ requests: 3, method: 'POST', body: 'x', seed: 7 }))
    const ended = await call('GET', `/api/bursts/${body.id}?waitMs=30000`)
    expect(ended.body).toMatchObject({ sent: 3, failed: 3 })
    expect(await statusOf('GET', `/api/bursts/${body.id}/samples`)).toBe(200)
  })

  test('of the cluster', async () => {
    expect(await statusOf('PUT', '/api/cluster/replicas', withToken('PUT', { replicas: 3 }))).toBe(200)
    expect(await statusOf('PUT', '/api/cluster/replicas?waitMs=0', withToken('PUT', { replicas: 2 }))).toBe(202)
    expect(await statusOf('PATCH', '/api/cluster', withToken('PATCH', { followDeaths: true }))).toBe(200)
    expect(await statusOf('POST', '/api/cluster/take-over', post(undefined))).toBe(200)
  })

  test.each<[number, string, string, RequestInit]>([
    [400, 'POST', '/api/bursts', post({ requests: 'many' })],
    [400, 'POST', '/api/bursts', { headers: { ...withToken('POST').headers }, body: '{"requests":' }],
    [422, 'POST', '/api/bursts', post({ requests: 1_000_001 })],
    [422, 'PUT', '/api/cluster/replicas', withToken('PUT', { replicas: -1 })],
    [400, 'PATCH', '/api/cluster', withToken('PATCH', { followDeaths: 'yes' })],
    [401, 'POST', '/api/bursts', { body: '{"requests":1}', headers: { 'Content-Type': 'application/json' } }],
    [401, 'POST', '/api/cluster/take-over', {}],
    [403, 'GET', '/api/cluster', { headers: { Origin: 'https://evil.example' } }],
    [404, 'GET', '/api/bursts/b999', {}],
    [404, 'DELETE', '/api/bursts/b999', withToken('DELETE')],
    [404, 'GET', '/api/bursts/b999/samples', {}],
    [404, 'GET', '/api/runs/b999', {}],
    [400, 'GET', '/api/runs/b1?format=xml', {}],
    [400, 'GET', '/api/bursts/B12', {}],
    [403, 'GET', '/api/bursts', { headers: { Origin: 'null' } }],
    [413, 'POST', '/api/bursts', post({ requests: 1, method: 'POST', body: 'x'.repeat(MAX_MESSAGE_BYTES) })],
    [
      415,
      'PUT',
      '/api/cluster/replicas',
      { headers: { ...withToken('PUT').headers, 'Content-Type': 'text/plain' }, body: '1' },
    ],
    [422, 'GET', '/api/bursts/b1?waitMs=60001', {}],
  ])('%i: %s %s', async (status, method, path, init) => {
    expect(await statusOf(method, path, init)).toBe(status)
  })

  test('and no call was left out', () => {
    expect([...answered].sort()).toEqual(
      operationsOf(document)
        .map(({ operationId }) => operationId)
        .sort(),
    )
  })
})
