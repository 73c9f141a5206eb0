import { describe, expect, it } from 'vitest'
import { reducePage } from '#lib/client/page-reducer.ts'
import { INITIAL_PAGE_STATE, MAX_ACTIONS, type PageState } from '#lib/client/page-state.ts'
import type { Welcome } from '#lib/protocol/events.ts'
import { PROTOCOL_VERSION } from '#lib/protocol/limits.ts'
import type { Action, ClusterSnapshot } from '#lib/protocol/model.ts'
import { burstOf, inTurn } from './recorded.ts'

const CLUSTER: ClusterSnapshot = {
  cluster: 'embedded',
  reason: 'No Docker engine answers.',
  howToSwitch: 'npm run up',
  can: { scale: true, membership: true, weights: false, faults: [] },
  frontDoor: { url: '', kind: 'nginx', version: '1.22', algorithm: 'round robin', status: 'up', generation: 'h-1' },
  replicas: 2,
  scaling: false,
  followDeaths: false,
  project: 'robinscope',
  trouble: null,
  backends: [],
}
const welcome = (over: Partial<Welcome> = {}): Welcome => ({
  protocol: PROTOCOL_VERSION,
  version: '0.1.0',
  cluster: CLUSTER,
  boot: 'first-boot',
  burst: null,
  runs: [],
  actions: [],
  resumed: false,
  ...over,
})
const welcomed = (state: PageState, over: Partial<Welcome> = {}) =>
  reducePage(state, { kind: 'welcomed', welcome: welcome(over), at: 5 })

describe('the page state', () => {
  it('is live with all that the welcome says', () => {
    const state = welcomed(INITIAL_PAGE_STATE, { burst: burstOf(inTurn(6), { status: 'finished' }) })
    expect(state.link).toEqual({ state: 'live', since: 5, detail: null })
    expect(state.cluster).toBe(CLUSTER)
    expect(state.shown.live.totals.answered).toBe(6)
    expect(state.shown.resynced).toBeNull()
  })

  it('keeps what it knew while the link is lost', () => {
    const before = welcomed(INITIAL_PAGE_STATE, { burst: burstOf(inTurn(6)) })
    const state = reducePage(before, { kind: 'link-changed', link: { state: 'lost', since: 9, detail: null } })
    expect(state.cluster).toBe(CLUSTER)
    expect(state.shown.burst?.id).toBe('b1')
  })

  it('says that it was resynced when a running burst was not resumed, and not otherwise', () => {
    const running = welcomed(INITIAL_PAGE_STATE, { burst: burstOf(inTurn(6)) })
    expect(welcomed(running, { burst: burstOf(inTurn(9)), resumed: true }).shown.resynced).toBeNull()
    expect(welcomed(running, { burst: burstOf(inTurn(9)), resumed: false }).shown.resynced).toEqual({ missed: 0 })
    const anew = burstOf([], { boot: 'second-boot', startedAt: '2026-01-01T01:00:00.000Z' })
    expect(welcomed(running, { burst: anew }).shown.resynced, 'another burst with the same id').toBeNull()
    expect(welcomed(running, { burst: anew }).shown.live.totals.answered).toBe(0)
  })

  it('forgets the burst when the server knows of none', () => {
    const before = welcomed(INITIAL_PAGE_STATE, { burst: burstOf(inTurn(6)) })
    expect(welcomed(before).shown.burst).toBeNull()
    expect(welcomed(before).shown.live.totals.answered).toBe(0)
  })

  it('does not let an older summary take back newer counts', () => {
    let state = welcomed(INITIAL_PAGE_STATE, { burst: burstOf([]) })
    const live = { ...state.shown.live, totals: { ...state.shown.live.totals, sent: 8, answered: 8 } }
    state = reducePage(state, { kind: 'counted', live, skipping: false, missed: 0 })
    state = reducePage(state, { kind: 'burst-measured', burst: burstOf(inTurn(6)) })
    expect(state.shown.live.totals.answered).toBe(8)
    state = reducePage(state, { kind: 'burst-finished', burst: burstOf(inTurn(9), { status: 'finished' }) })
    expect(state.shown.live.totals.answered).toBe(9)
  })

  it('learns the clock of the server from what it says', () => {
    const at = Date.parse('2026-01-01T00:00:00.000Z')
    const started = burstOf([], { startedAt: '2026-01-01T00:00:07.000Z' })
    const state = reducePage(INITIAL_PAGE_STATE, { kind: 'burst-started', burst: started, at })
    expect(state.serverAheadMs).toBe(7_000)
    const action: Action = {
      id: 1,
      at: '2026-01-01T00:00:04.900Z',
      kind: 'down',
      label: '',
      backend: null,
      burst: null,
    }
    expect(reducePage(state, { kind: 'action-happened', action, at: at + 5_000 }).serverAheadMs, 'a later one').toBe(
      7_000,
    )
    expect(reducePage(state, { kind: 'action-happened', action, at: at - 3_000 }).serverAheadMs, 'a faster one').toBe(
      7_900,
    )
    expect(reducePage(state, { kind: 'action-happened', action: { ...action, at: '' }, at }).serverAheadMs).toBe(7_000)
  })

  it('bounds the actions', () => {
    let state = INITIAL_PAGE_STATE
    for (let id = 0; id < MAX_ACTIONS + 50; id++) {
      const action: Action = { id, at: '', kind: 'scaled', label: '2 → 6', backend: null, burst: null }
      state = reducePage(state, { kind: 'action-happened', action, at: 0 })
    }
    expect(state.shown.actions).toHaveLength(MAX_ACTIONS)
    expect(state.shown.actions.at(-1)?.id).toBe(MAX_ACTIONS + 49)
  })
})
