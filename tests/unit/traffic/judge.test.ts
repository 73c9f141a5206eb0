import { describe, expect, test } from 'vitest'
import { judge, reasonOfStatus, type Verdict } from '#lib/traffic/judge.ts'
import { ResponseParser } from '#lib/traffic/response-parser.ts'
import { BY_NAME, RouteTable, UNKNOWN_ROUTE } from '#lib/traffic/route-table.ts'

function verdictOf(status: number, fields: Record<string, string>, table = new RouteTable()): Verdict {
  const verdict: Verdict = { status: 0, route: UNKNOWN_ROUTE, isBackends: false, attempts: null }
  const parser = new ResponseParser()
  parser.onHead = (head) => judge(head, table, verdict)
  parser.begin(true)
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
  const bytes = Buffer.from(`HTTP/1.1 ${status} X\r\n${lines.join('')}\r\n`)
  parser.take(bytes, bytes.length)
  return verdict
}

const BACKEND = '0123456789ab'
const upstream = (addr: string, status: string, response: string, header: string): Record<string, string> => ({
  'X-Upstream-Addr': addr,
  'X-Upstream-Status': status,
  'X-Upstream-Response-Time': response,
  'X-Upstream-Header-Time': header,
  'X-Front-Door-Generation': 'abc-1',
})

describe('who made an answer', () => {
  test('a backend that names itself, of any status', () => {
    for (const status of [200, 404, 502, 504]) {
      const verdict = verdictOf(status, { 'x-backend': BACKEND, ...upstream('10.0.0.2:80', `${status}`, '-', '0.001') })
      expect(verdict).toMatchObject({ status, isBackends: true, attempts: null })
      expect(verdict.route).toMatchObject({ name: BACKEND, address: null, generation: 'abc-1' })
    }
  })

  test('a backend without a name, when the last attempt gave a head: it is known by its address', () => {
    const verdict = verdictOf(500, upstream('10.0.0.2:80, 10.0.0.3:80', '502, 500', '0.001, -', '-, 0.002'))
    expect(verdict).toMatchObject({ isBackends: true, attempts: [{ status: 502 }, { status: 500 }] })
    expect(verdict.route).toMatchObject({ name: null, address: '10.0.0.3:80' })
  })

  test('a backend by a name that is not believed is known by its address, and its answer by its generation', () => {
    const byAddress = { name: null, address: '10.0.0.2:80', generation: 'abc-1' }
    for (const name of ['web 1 (blue)', '<b>', 'b'.repeat(65), 'b'.repeat(129)]) {
      const asked = verdictOf(200, { 'X-Backend': name, ...upstream('10.0.0.2:80', '200', '-', '0.001') })
      expect(asked).toMatchObject({ isBackends: true, attempts: null, route: byAddress })
      const alone = verdictOf(200, { 'X-Backend': name, 'X-Front-Door-Generation': 'abc-1' })
      expect(alone).toMatchObject({ isBackends: true, route: { name: null, address: null, generation: 'abc-1' } })
    }
  })

  test('a generation that is no plain name stands for none: it could be a formula in a spreadsheet', () => {
    for (const generation of ['=1+2', '+1', '-1', '@sum(a1)', 'a b', '"'])
      expect(verdictOf(200, { 'X-Backend': BACKEND, 'X-Front-Door-Generation': generation }).route).toMatchObject({
        name: BACKEND,
        generation: null,
      })
  })

  test('the front door, when no attempt gave a head', () => {
    const verdict = verdictOf(502, upstream('10.0.0.2:80, backend', '502, 502', '0.001, 0.000', '-, -'))
    expect(verdict.isBackends).toBe(false)
    expect(verdict.attempts).toHaveLength(2)
    expect(verdict.route).toMatchObject({ name: null, address: null, generation: 'abc-1' })
  })

  test('the front door, when it asked nobody but gave its generation', () => {
    expect(verdictOf(413, { 'X-Front-Door-Generation': 'abc-1' }).isBackends).toBe(false)
  })

  test('a plain server that is no front door answers for itself', () => {
    expect(verdictOf(502, {})).toMatchObject({ isBackends: true, attempts: null })
  })

  test('reasons follow the status of an answer that the front door made', () => {
    expect([502, 504, 500, 503, 413].map(reasonOfStatus)).toEqual([
      'no-backend',
      'gateway-timeout',
      'front-door-5xx',
      'front-door-5xx',
      'front-door-5xx',
    ])
  })
})

describe('the route table', () => {
  test('keeps every name once, and tells of it once', () => {
    const table = new RouteTable()
    const first = verdictOf(200, { 'X-Backend': BACKEND, 'X-Front-Door-Generation': 'abc-1' }, table).route
    expect(verdictOf(200, { 'X-Backend': BACKEND, 'X-Front-Door-Generation': 'abc-1' }, table).route).toBe(first)
    const later = verdictOf(200, { 'X-Backend': BACKEND, 'X-Front-Door-Generation': 'abc-2' }, table).route
    expect(later.index).toBe(1)
    expect(later.row).toBe(first.row)
    expect(table.takeNew().routes).toEqual([first, later])
    expect(table.takeNew().routes).toEqual([])
  })

  test('counts a reload for each generation that is new, in whatever order answers come', () => {
    const table = new RouteTable()
    const counts = ['abc-1', 'abc-1', 'abc-2', 'abc-1', 'abc-2', 'xyz-1'].map((generation) => {
      verdictOf(200, { 'X-Backend': BACKEND, 'X-Front-Door-Generation': generation }, table)
      return table.reloads
    })
    expect(counts).toEqual([0, 0, 1, 1, 1, 2])
  })

  test('is bounded, whatever a server calls itself', () => {
    const table = new RouteTable()
    const bytes = Buffer.from('b000000', 'latin1')
    const routeOf = (index: number) => {
      bytes.write(String(index).padStart(6, '0'), 1, 'latin1')
      return table.route(BY_NAME, bytes, 0, bytes.length, 0, 0)
    }
    const wrong = Array.from({ length: 131_072 }, (_, index) => index).filter((index) => routeOf(index).index !== index)
    expect(wrong, 'more than 16 bits of them are told apart').toEqual([])
    expect(routeOf(70_000)).toMatchObject({ index: 70_000, name: 'b070000' })
    expect(routeOf(131_072)).toBe(UNKNOWN_ROUTE)
    expect(verdictOf(200, { 'X-Backend': 'b'.repeat(129) }, new RouteTable()).route).toBe(UNKNOWN_ROUTE)
    expect(table.usedRows()).toBeLessThanOrEqual(512)
    const peers = Array.from({ length: 9_000 }, (_, index) => table.peer(`10.0.0.1:${index}`))
    expect(peers.at(-1)).toBe(0xffff)
    expect(table.peer('10.0.0.1:0')).toBe(0)
  })
})
