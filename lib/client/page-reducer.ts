import type { Welcome } from '#lib/protocol/events.ts'
import type { Action, Burst, ClusterSnapshot } from '#lib/protocol/model.ts'
import { liveFromBurst } from './live.ts'
import { type Link, type Live, MAX_ACTIONS, NO_LIVE, type PageState, settledOf } from './page-state.ts'

/** What the page hears, from the server or from its own intake of frames. */
export type PageEvent =
  | { kind: 'link-changed'; link: Link }
  | { kind: 'welcomed'; welcome: Welcome; at: number }
  | { kind: 'cluster-changed'; snapshot: ClusterSnapshot }
  /** `at`: the page's clock when it was heard, just after the server's said `startedAt`. */
  | { kind: 'burst-started'; burst: Burst; at: number }
  | { kind: 'burst-measured'; burst: Burst }
  | { kind: 'burst-finished'; burst: Burst }
  | { kind: 'action-happened'; action: Action; at: number }
  /** The numbers as counted from frames, at most every LIVE_INTERVAL_MS. */
  | { kind: 'counted'; live: Live; skipping: boolean; missed: number }

/** Ids come again when the server starts anew; the start tells them apart. */
export const isSameBurst = (one: Burst | null, other: Burst | null): boolean =>
  one !== null && other !== null && one.id === other.id && one.startedAt === other.startedAt

/** Whichever knows of more ended requests; a summary and a frame may come in either order. */
const newerLive = (state: PageState, burst: Burst): Live => {
  const fromBurst = liveFromBurst(burst, state.live)
  if (burst.status !== 'running') return fromBurst
  return settledOf(state.live.totals) > settledOf(burst) ? state.live : { ...fromBurst, rps: state.live.rps }
}

/** A message that says when it was made tells the server's clock, late by its way: the one that came fastest tells it best. */
function withClock(state: PageState, said: string, at: number): PageState {
  const aheadMs = Date.parse(said) - at
  if (!Number.isFinite(aheadMs)) return state
  return { ...state, serverAheadMs: Math.max(aheadMs, state.serverAheadMs ?? aheadMs) }
}

function withBurst(state: PageState, burst: Burst): PageState {
  if (isSameBurst(state.burst, burst)) return { ...state, burst, live: newerLive(state, burst) }
  // A straggler of an older burst must not push out the one in the panel.
  if (state.burst && Date.parse(burst.startedAt) < Date.parse(state.burst.startedAt)) return state
  return { ...state, burst, live: liveFromBurst(burst, NO_LIVE), resynced: null, skipping: false }
}

function welcomed(state: PageState, welcome: Welcome, at: number): PageState {
  const known: PageState = {
    ...state,
    link: { state: 'live', since: at, detail: null },
    version: welcome.version,
    cluster: welcome.cluster,
    actions: welcome.actions.slice(-MAX_ACTIONS),
    serverAheadMs: null,
  }
  if (!welcome.burst) return { ...known, burst: null, live: NO_LIVE, resynced: null, skipping: false }
  const isCutOff = isSameBurst(state.burst, welcome.burst) && state.burst?.status === 'running' && !welcome.resumed
  const next = isSameBurst(state.burst, welcome.burst)
    ? withBurst(known, welcome.burst)
    : { ...known, burst: welcome.burst, live: liveFromBurst(welcome.burst, NO_LIVE), resynced: null, skipping: false }
  return isCutOff ? { ...next, resynced: next.resynced ?? { missed: 0 } } : next
}

/** The page's state after an event. Pure. */
export function reducePage(state: PageState, event: PageEvent): PageState {
  switch (event.kind) {
    case 'link-changed':
      return { ...state, link: event.link }
    case 'welcomed':
      return welcomed(state, event.welcome, event.at)
    case 'cluster-changed':
      return { ...state, cluster: event.snapshot }
    case 'burst-started':
      return withBurst(withClock(state, event.burst.startedAt, event.at), event.burst)
    case 'burst-measured':
    case 'burst-finished':
      return withBurst(state, event.burst)
    case 'action-happened':
      return {
        ...withClock(state, event.action.at, event.at),
        actions: [...state.actions, event.action].slice(-MAX_ACTIONS),
      }
    case 'counted':
      return {
        ...state,
        live: event.live,
        skipping: event.skipping,
        resynced: event.missed > 0 ? { missed: event.missed } : state.resynced,
      }
  }
}
