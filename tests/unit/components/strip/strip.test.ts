import { describe, expect, test } from 'vitest'
import { pageMarkOf } from '#components/strip/page-mark.ts'
import { frontDoorText, p95FromDueOf, p95Of, pillText, portOf, upOf } from '#components/strip/strip-text.ts'
import { INITIAL_PAGE_STATE, NO_LIVE, type PageState, type Shown } from '#lib/client/page-state.ts'
import type { Burst } from '#lib/protocol/model.ts'
import { NO_TOTALS } from '#lib/protocol/model.ts'
import { backend, runningBurst, snapshot } from '../page-states.ts'

const live: PageState = {
  ...INITIAL_PAGE_STATE,
  link: { state: 'live', since: 0, detail: null },
  cluster: snapshot({ backends: [backend(1), backend(2)] }),
}
const withTotals = (totals: Partial<typeof NO_TOTALS>) => ({ ...NO_LIVE, totals: { ...NO_TOTALS, ...totals } })

const shows = (changes: Partial<Shown>): PageState => ({ ...live, shown: { ...live.shown, ...changes } })

describe('the mark of the tab', () => {
  test('is quiet while all is well', () => {
    expect(pageMarkOf(live)).toEqual({ icon: 'ok', title: 'Robinscope' })
    expect(pageMarkOf(INITIAL_PAGE_STATE)).toEqual({ icon: 'ok', title: 'Robinscope' })
  })
  test('says how far a burst is', () => {
    const state = shows({ burst: runningBurst({ requests: 1_200 }), live: withTotals({ answered: 72 }) })
    expect(pageMarkOf(state)).toEqual({ icon: 'ok', title: '72 of 1,200 · Robinscope' })
  })
  test('alarms when requests fail, the link is lost, or the engine or the front door is gone', () => {
    const failing = shows({ burst: runningBurst({ durationMs: 9_000 }), live: withTotals({ failed: 2, timedOut: 1 }) })
    expect(pageMarkOf(failing)).toEqual({
      ...{ icon: 'danger', title: '3 failed · 3 · Robinscope' },
    })
    expect(pageMarkOf({ ...live, link: { state: 'lost', since: 1, detail: null } }).icon).toBe('danger')
    const trouble = { code: 'engine-gone', detail: '', since: '' } as const
    expect(pageMarkOf({ ...live, cluster: snapshot({ trouble }) }).title).toBe('Docker does not answer · Robinscope')
  })
  test('tells of the latest run while an earlier one is shown', () => {
    const earlier = shows({ source: 'server', burst: runningBurst(), live: withTotals({ failed: 9 }) })
    const runs = [{ ...runningBurst({ requests: 40 }), answered: 12 }]
    expect(pageMarkOf({ ...earlier, runs })).toEqual({ icon: 'ok', title: '12 of 40 · Robinscope' })
  })
  test('warns when a wanted backend is down', () => {
    expect(pageMarkOf({ ...live, cluster: snapshot({ backends: [backend(1, { status: 'down' })] }) }).icon).toBe('warn')
  })
})

describe('the strip', () => {
  test('counts those that are up, of those that are wanted', () => {
    const mixed = [backend(1), backend(2, { status: 'down' }), backend(3, { wanted: 'draining', status: 'draining' })]
    expect(upOf(snapshot({ replicas: 2, backends: mixed }))).toBe('1 of 2')
    expect(upOf(null)).toBe('–')
  })
  test('names cluster and front door in few words', () => {
    const frontDoor = snapshot().frontDoor
    expect(pillText({ cluster: 'docker', project: 'shop', frontDoor })).toBe('docker · shop')
    expect(pillText({ cluster: 'embedded', project: null, frontDoor })).toBe('embedded · nginx')
    expect(pillText({ cluster: 'embedded', project: null, frontDoor: { ...frontDoor, kind: 'built-in' } })).toBe(
      'embedded · built-in',
    )
    expect(frontDoorText({ ...frontDoor, version: '1.30.2' })).toBe('nginx 1.30, round robin')
    expect(portOf('http://localhost:8080')).toBe(':8080')
    expect(portOf('http://localhost')).toBe(':80')
  })
  test('shows a p95 from 20 answers on', () => {
    const quantiles = { p50: 1, p90: 1, p95: 1.84, p99: 2, p999: 2, max: 2 }
    const burst: Burst = { ...runningBurst(), latencyMs: { fromSent: quantiles, fromIntended: null } }
    expect(p95Of(shows({ burst, live: withTotals({ answered: 19 }) }))).toBe('–')
    expect(p95Of(shows({ burst, live: withTotals({ answered: 20 }) }))).toBe('1.8 ms')
  })
  test('shows the p95 from due beside it where requests waited', () => {
    const fromSent = { p50: 1, p90: 1, p95: 1.84, p99: 2, p999: 2, max: 2 }
    const answered = withTotals({ answered: 20 })
    const of = (fromIntended: typeof fromSent | null) =>
      p95FromDueOf(shows({ burst: { ...runningBurst(), latencyMs: { fromSent, fromIntended } }, live: answered }))
    expect(of({ ...fromSent, p95: 165 })).toBe('165 ms')
    expect(of(fromSent)).toBeNull()
    expect(of(null)).toBeNull()
  })
})
