import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '#tests/until.ts'
import { type Answering, type OpenDashboard, openTestDashboard, withToken } from './dashboard.ts'
import { complaintsOf, type Family, readMetrics } from './metrics-text.ts'

const answering: Answering = {}
let dashboard: OpenDashboard
beforeAll(async () => {
  dashboard = await openTestDashboard({ answering })
})
afterAll(() => dashboard.close())

const scrape = async (): Promise<Family[]> => {
  const answer = await fetch(`${dashboard.origin}/metrics`)
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  return readMetrics(await answer.text())
}
const seriesOf = (families: Family[], name: string) =>
  families.flatMap(({ series }) => series).filter((one) => one.name === name)
const call = async (method: string, path: string, body: unknown) =>
  (await fetch(dashboard.origin + path, withToken(method, body))).json()
const burst = async (request: object): Promise<void> => {
  const { id } = await call('POST', '/api/bursts', request)
  const ended = await fetch(`${dashboard.origin}/api/bursts/${id}?waitMs=30000`)
  expect(await ended.json()).toMatchObject({ inFlight: 0 })
}
const backendsOf = (families: Family[]): string[] =>
  [...new Set(families.flatMap(({ series }) => series.flatMap(({ labels }) => labels.backend ?? [])))].sort()

describe('the figures for Prometheus', () => {
  test('are well-formed before the first burst, and after some', async () => {
    expect(complaintsOf(await scrape())).toEqual([])
    await burst({ requests: 500, concurrency: 16 })
    const families = await scrape()
    expect(complaintsOf(families)).toEqual([])
    const names = families.map(({ name, type }) => `${type} ${name}`).sort()
    expect(names).toEqual([
      'counter robinscope_failed_total',
      'counter robinscope_requests_total',
      'counter robinscope_resent_total',
      'gauge robinscope_backends',
      'histogram robinscope_request_duration_seconds',
    ])
  })

  test('count what was answered, once', async () => {
    const before = await scrape()
    await burst({ requests: 300, concurrency: 4 })
    const sum = (families: Family[], name: string): number =>
      seriesOf(families, name).reduce((total, { value }) => total + value, 0)
    const after = await scrape()
    for (const name of ['robinscope_requests_total', 'robinscope_request_duration_seconds_count'])
      expect(sum(after, name) - sum(before, name), name).toBe(300)
    expect(seriesOf(after, 'robinscope_backends').map(({ labels }) => labels.status)).toEqual([
      ...['starting', 'up', 'draining', 'paused', 'down'],
    ])
  })

  test('count as failed what the contract calls so, by its part', async () => {
    const before = await scrape()
    const failed = (families: Family[]) =>
      Object.fromEntries(
        seriesOf(families, 'robinscope_failed_total').map(({ labels, value }) => [labels.reason, value]),
      )
    answering.status = 500
    await burst({ requests: 3 })
    answering.status = 200
    answering.delayMs = 500
    await burst({ requests: 2, timeoutMs: 10 })
    answering.delayMs = 0
    const { noAnswer = 0, timedOut = 0, errors = 0 } = failed(before)
    expect(failed(await scrape())).toEqual({ noAnswer, timedOut: timedOut + 2, errors: errors + 3 })
  })

  test('show answers of a backend that nobody can name, scrape after scrape', async () => {
    answering.isNameless = true
    await burst({ requests: 7 })
    answering.isNameless = false
    for (const families of [await scrape(), await scrape()]) {
      const unknown = seriesOf(families, 'robinscope_requests_total').filter(
        ({ labels }) => labels.backend === 'unknown',
      )
      expect(unknown).toMatchObject([{ labels: { outcome: 'answered' }, value: 7 }])
    }
  })

  test('of a backend that is gone are dropped, also when its last samples come later', async () => {
    await call('PUT', '/api/cluster/replicas', { replicas: 4 })
    await burst({ requests: 40 })
    expect(backendsOf(await scrape())).toHaveLength(6)
    const { id } = await call('POST', '/api/bursts', { requests: 400, concurrency: 8, ratePerSecond: 400 })
    const { backends } = await call('PUT', '/api/cluster/replicas', { replicas: 2 })
    await fetch(`${dashboard.origin}/api/bursts/${id}?waitMs=30000`)
    const present = backends.map(({ backend }: { backend: string }) => backend)
    await until(
      'only those that are there have series',
      async () => JSON.stringify(backendsOf(await scrape())) === JSON.stringify([...present, 'none', 'unknown'].sort()),
    )
    expect(complaintsOf(await scrape())).toEqual([])
  })
})

describe('the check itself finds', () => {
  test.each([
    ['# HELP a_total A.\n# TYPE a_total gauge\na_total 1\n', 'only a counter'],
    ['# HELP a A.\n# TYPE a counter\na 1\n', 'ends with _total'],
    ['# HELP a A.\n# TYPE a gauge\na 1\na 1\n', 'twice'],
    ['# HELP a_ms A.\n# TYPE a_ms gauge\na_ms 1\n', 'base units'],
    ['# HELP a A.\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n', 'cumulative'],
    ['# HELP a A.\n# TYPE a histogram\na_bucket{le="1"} 1\na_bucket{le="+Inf"} 1\na_sum 1\na_count 2\n', '+Inf'],
  ])('%j', (text, why) => expect(complaintsOf(readMetrics(text)).join()).toContain(why))

  test.each(['a 1\n', '# HELP a A.\n# TYPE a gauge\nb 1\n', '# HELP a A.\n# TYPE a gauge\na{x="1} 1\n', '# HELP a A.'])(
    '%j is not the format',
    (text) => expect(() => readMetrics(text)).toThrow(),
  )
})
