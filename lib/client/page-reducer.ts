import type { Welcome } from '#lib/protocol/events.ts'
import { MAX_KEPT_BURSTS } from '#lib/protocol/limits.ts'
import type { Action, Burst, ClusterSnapshot } from '#lib/protocol/model.ts'
import { liveFromBurst } from './live.ts'
import {
  type Link,
  type Live,
  MAX_ACTIONS,
  NO_LIVE,
  type PageState,
  type Selection,
  type Shown,
  settledOf,
} from './page-state.ts'

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
  | { kind: 'selected'; selection: Selection }

/** Ids come again when the server starts anew; the boot id tells them apart. */
export const isSameBurst = (one: Burst | null, other: Burst | null): boolean =>
  one !== null && other !== null && one.id === other.id && one.boot === other.boot

/** Whichever knows of more ended requests; a summary and a frame may come in either order. */
const newerLive = ({ live }: Shown, burst: Burst): Live => {
  const fromBurst = liveFromBurst(burst, live)
  if (burst.status !== 'running') return fromBurst
  return settledOf(live.totals) > settledOf(burst) ? live : { ...fromBurst, rps: live.rps }
}

/** A message that says when it was made tells the server's clock, late by its way: the one that came fastest tells it best. */
function withClock(state: PageState, said: string, at: number): PageState {
  const aheadMs = Date.parse(said) - at
  if (!Number.isFinite(aheadMs)) return state
  return { ...state, serverAheadMs: Math.max(aheadMs, state.serverAheadMs ?? aheadMs) }
}

const withShown = (state: PageState, changes: Partial<Shown>): PageState => ({
  ...state,
  shown: { ...state.shown, ...changes },
})

const anew = (burst: Burst | null): Partial<Shown> => ({
  burst,
  live: burst ? liveFromBurst(burst, NO_LIVE) : NO_LIVE,
  resynced: null,
  skipping: false,
})

const withRun = (runs: readonly Burst[], burst: Burst): readonly Burst[] =>
  [burst, ...runs.filter((run) => !isSameBurst(run, burst))].slice(0, MAX_KEPT_BURSTS)

function withBurst(state: PageState, burst: Burst): PageState {
  const { shown } = state
  if (isSameBurst(shown.burst, burst))
    return { ...withShown(state, { burst, live: newerLive(shown, burst) }), runs: withRun(state.runs, burst) }
  // A straggler of an older burst must not push out the one in the panel.
  if (shown.burst && Date.parse(burst.startedAt) < Date.parse(shown.burst.startedAt)) return state
  return { ...withShown(state, anew(burst)), runs: withRun(state.runs, burst) }
}

function welcomed(state: PageState, welcome: Welcome, at: number): PageState {
  const { burst, resumed } = welcome
  const known: PageState = {
    ...withShown(state, { actions: welcome.actions.slice(-MAX_ACTIONS) }),
    link: { state: 'live', since: at, detail: null },
    version: welcome.version,
    cluster: welcome.cluster,
    runs: welcome.runs,
    serverAheadMs: null,
  }
  const before = state.shown.burst
  if (!burst || !isSameBurst(before, burst)) return withShown(known, anew(burst))
  const next = withBurst(known, burst)
  const isCutOff = before?.status === 'running' && !resumed
  return isCutOff ? withShown(next, { resynced: next.shown.resynced ?? { missed: 0 } }) : next
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
      return withShown(withClock(state, event.action.at, event.at), {
        actions: [...state.shown.actions, event.action].slice(-MAX_ACTIONS),
      })
    case 'counted':
      return withShown(state, {
        live: event.live,
        skipping: event.skipping,
        resynced: event.missed > 0 ? { missed: event.missed } : state.shown.resynced,
      })
    case 'selected':
      return { ...state, selection: event.selection }
  }
}
