import { describe, expect, it } from 'vitest'
import { MAX_BODY_BYTES } from '#lib/protocol/limits.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import { burstRequestSchema, scaleSchema } from '#lib/protocol/schemas.ts'
import { checkInput } from '#lib/server/check-input.ts'

const problemOf = (act: () => unknown) => {
  try {
    act()
  } catch (error) {
    if (error instanceof ProblemError) return error.problem
    throw error
  }
  throw new Error('nothing was refused')
}

describe('a burst request', () => {
  it('is filled up with the defaults', () => {
    expect(checkInput(burstRequestSchema, { requests: 20 })).toEqual({
      requests: 20,
      concurrency: 1,
      method: 'GET',
      path: '/',
      headers: {},
      keepAlive: true,
      timeoutMs: 10_000,
    })
  })

  it.each([
    ['neither count nor duration', {}, 'malformed'],
    ['count and duration', { requests: 1, durationMs: 1 }, 'malformed'],
    ['an unknown key', { requests: 1, target: 'http://evil' }, 'malformed'],
    ['too many requests', { requests: 1_000_001 }, 'out-of-bounds'],
    ['half a request', { requests: 1.5 }, 'malformed'],
    ['a number in words', { requests: '3' }, 'malformed'],
    ['no request', { requests: 0 }, 'out-of-bounds'],
    ['too high a concurrency', { requests: 1, concurrency: 257 }, 'out-of-bounds'],
    ['too high a rate', { requests: 1, ratePerSecond: 20_001 }, 'out-of-bounds'],
    ['a path with a line break', { requests: 1, path: '/\r\nX: y' }, 'malformed'],
    ['a path that is a URL', { requests: 1, path: 'http://evil/' }, 'malformed'],
    ['a path of another host', { requests: 1, path: '//evil/' }, 'malformed'],
    ['a path that the front door answers itself', { requests: 1, path: '/favicon.ico?x' }, 'malformed'],
    ['a header of the front door', { requests: 1, headers: { 'X-Upstream-Addr': 'a' } }, 'malformed'],
    ['a Host header', { requests: 1, headers: { host: 'evil' } }, 'malformed'],
    ['a header value with a line break', { requests: 1, headers: { accept: 'a\r\nb: c' } }, 'malformed'],
    ['a body with GET', { requests: 1, body: 'x' }, 'malformed'],
    ['a list', [], 'malformed'],
    ['nothing', null, 'malformed'],
  ])('with %s is refused', (_what, input, code) => {
    expect(problemOf(() => checkInput(burstRequestSchema, input)).code).toBe(code)
  })

  it.each([
    '/./favicon.ico',
    '/x/../favicon.ico',
    '/x/%2e%2E/favicon.ico',
    '/x%2f..%2ffavicon.ico',
    '/%66avicon.ico',
    '/x//../../favicon.ico#y',
    '/x/..//__front-door/health?y',
  ])('with the path %s is refused, too: the front door answers it itself', (path) => {
    expect(problemOf(() => checkInput(burstRequestSchema, { requests: 1, path })).detail).toContain('itself')
  })

  it.each(['/x/favicon.ico', '/?/../favicon.ico', '/a%2/%zz', '/%252e%252e/favicon.ico', '/x/./y//z/'])(
    'with the path %s is sent as it is',
    (path) => {
      expect(checkInput(burstRequestSchema, { requests: 1, path }).path).toBe(path)
    },
  )

  it('that would take longer than an hour is refused with the most that it may send', () => {
    const problem = problemOf(() => checkInput(burstRequestSchema, { requests: 20_000, ratePerSecond: 4 }))
    expect(problem).toMatchObject({ status: 422, code: 'out-of-bounds', field: 'requests', max: 14_400, got: 20_000 })
    expect(problem.detail).toContain('of an hour')
    expect(checkInput(burstRequestSchema, { requests: 14_400, ratePerSecond: 4 }).requests).toBe(14_400)
  })

  it('may have a body of 64 KB, counted in bytes', () => {
    const whole = (body: string) => checkInput(burstRequestSchema, { requests: 1, method: 'POST', body })
    expect(whole('x'.repeat(MAX_BODY_BYTES)).body).toHaveLength(MAX_BODY_BYTES)
    for (const body of ['x'.repeat(MAX_BODY_BYTES + 1), 'é'.repeat(MAX_BODY_BYTES / 2 + 1)])
      expect(problemOf(() => whole(body))).toMatchObject({
        ...{ status: 422, field: 'body', max: MAX_BODY_BYTES, detail: 'body: at most 65536 bytes.' },
      })
  })

  it('cannot reach a prototype', () => {
    const input = JSON.parse('{"requests":1,"__proto__":{"polluted":true},"headers":{"constructor":"x"}}')
    expect(problemOf(() => checkInput(burstRequestSchema, input)).status).toBe(400)
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })
})

describe('a number of replicas', () => {
  it.each([-1, 51, 1e9])('of %d is out of bounds, and the bounds are told', (replicas) => {
    const problem = problemOf(() => checkInput(scaleSchema, { replicas }))
    expect(problem).toMatchObject({ code: 'out-of-bounds', status: 422, field: 'replicas', got: replicas })
    expect(problem.min ?? problem.max).toBe(replicas < 0 ? 0 : 50)
  })

  it.each([1.5, '3', Number.NaN, null, [], { $gt: 0 }])('like %j is malformed', (replicas) => {
    expect(problemOf(() => checkInput(scaleSchema, { replicas })).status).toBe(400)
  })

  it('comes alone: container configuration is refused', () => {
    const input = { replicas: 3, HostConfig: { Privileged: true } }
    expect(problemOf(() => checkInput(scaleSchema, input)).code).toBe('malformed')
  })
})
