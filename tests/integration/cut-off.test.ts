import v8 from 'node:v8'
import vm from 'node:vm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type CutProxy, openCutProxy } from '../cut-proxy.ts'
import { type NodePage, openNodePage } from '../node-page.ts'
import { until } from '../until.ts'
import { type OpenDashboard, openTestDashboard, TOKEN, withToken } from './dashboard.ts'

v8.setFlagsFromString('--expose-gc')
const collect = vm.runInNewContext('gc') as () => void
const MOST_BYTES = 20 * 1_048_576

let proxy: CutProxy
let dashboard: OpenDashboard
let page: NodePage
beforeEach(async () => {
  let port = 0
  proxy = await openCutProxy(() => port)
  dashboard = await openTestDashboard({ allowedHosts: `127.0.0.1:${proxy.port}` })
  port = Number(new URL(dashboard.origin).port)
  page = openNodePage(`http://127.0.0.1:${proxy.port}`, TOKEN)
  await until('the page is live', isLive)
})
afterEach(async () => {
  page.close()
  await dashboard.close()
  await proxy.close()
})

const isLive = (): boolean => page.store.getState().link.state === 'live'
const start = (burst: object): Promise<Response> => fetch(`${dashboard.origin}/api/bursts`, withToken('POST', burst))
const isOver = (): boolean => page.store.getState().shown.burst?.status === 'finished'

test('a page that is cut off again and again has every sample once, and counts as the server does', async () => {
  await start({ requests: 2_500, concurrency: 8, ratePerSecond: 500 })
  let cuts = 0
  while (!isOver()) {
    await until('the page is live again', isLive)
    cuts += Number(proxy.cut() > 0)
    await until('it went on, or it is over', () => isLive() || isOver())
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const { log, store } = page
  expect(cuts).toBeGreaterThan(3)
  expect(log.nextSeq).toBe(2_500)
  expect(Array.from({ length: 2_500 }, (_, seq) => seq).filter((seq) => !log.has(seq))).toEqual([])
  expect(store.getState().shown.resynced).toBeNull()
  const counted = () =>
    Object.values(store.getState().shown.live.byBackend).reduce((sum, { answered }) => sum + answered, 0)
  await until('all are counted', () => counted() === 2_500)
})

test('a page that stops reading costs the server next to nothing, and another one misses nothing', async () => {
  const other = openNodePage(dashboard.origin, TOKEN)
  const used = (): number => {
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  const before = used()
  proxy.freeze()
  await start({ requests: 6_000, concurrency: 16, ratePerSecond: 1_000 })
  await until('the other page has it all', () => other.log.nextSeq === 6_000)
  expect(used() - before).toBeLessThan(MOST_BYTES)
  expect(page.log.nextSeq).toBeLessThan(6_000)
  other.close()
})
