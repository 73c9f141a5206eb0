import type { Configuration } from '#lib/protocol/configuration.ts'
import {
  type Action,
  type BackendKey,
  type Burst,
  type ClusterSnapshot,
  NO_TOTALS,
  type Totals,
} from '#lib/protocol/model.ts'
import type { RunBackend } from '#lib/protocol/run.ts'

/**
 * `connecting`: never heard the server yet. `live`: welcomed. `lost`: was live or could not be reached, trying again by itself.
 * `locked`: the server asks for a token that this browser has not shown, trying again by itself.
 * `refused`: the server said no (see `detail`), nothing is tried again. `outdated`: the page and the server speak different protocols, and a reload did not help.
 */
export type LinkState = 'connecting' | 'live' | 'lost' | 'locked' | 'refused' | 'outdated'
export type Link = {
  state: LinkState
  /** Epoch milliseconds; 0 before the page has run in a browser. */
  since: number
  /** Why, in plain words, where the server or the network said so. */
  detail: string | null
}

export type BackendCounts = {
  /** Complete answers it made, errors included, as in the contract. */
  answered: number
  errors: number
  /** Requests that it failed and another backend answered. */
  rescuedFrom: number
}

/** The numbers of the run that is shown, published at most every LIVE_INTERVAL_MS. */
export type Live = {
  totals: Totals
  /** Microseconds since the burst's start at which the totals held. */
  elapsedUs: number
  /** Requests that ended in the last second, whatever came of them, cancelled ones aside; 0 when nothing runs. */
  rps: number
  byBackend: Readonly<Record<BackendKey, BackendCounts>>
  /** Requests that no backend answered: failed and timed out. */
  nobody: number
  /** Who answered last; null before the first answer. For reduced motion. */
  lastBackend: BackendKey | null
}

/** Where a replay stands, microseconds since the run's start, and how many times as fast as it was. */
export type Playing = { speed: number; atUs: number; endUs: number; isPaused: boolean }

/** The run that the panels show, whole: nothing about it is looked up in the cluster of now. */
export type Shown = {
  /** `live`: the running run, else the latest. `server`: an earlier one that the server keeps. `file`: one that was opened. */
  source: 'live' | 'server' | 'file'
  /** Its summary; null: none yet. Up to a second old while it runs, `live` has newer numbers. */
  burst: Burst | null
  live: Live
  generations: ReadonlyMap<string, Configuration>
  backends: ReadonlyMap<BackendKey, RunBackend>
  /** The latest, oldest first, at most MAX_ACTIONS. */
  actions: readonly Action[]
  /** Samples of this run that this browser never got: its counts are whole, its tape and dots are not. */
  resynced: { missed: number } | null
  /** This browser does not keep up: it gets totals only for now. */
  skipping: boolean
  /** Null while it does not play from its samples: a live run, and one that is shown as it ended. */
  playing: Playing | null
  /** What of it is no longer kept, in words; null: all is here. */
  gone: string | null
}

export type Selection =
  | null
  | { kind: 'front-door' }
  | { kind: 'backend'; backend: BackendKey }
  | { kind: 'request'; seq: number }
  | { kind: 'event'; id: number }

export type PageState = {
  link: Link
  /** The server's version; null before the first welcome. */
  version: string | null
  cluster: ClusterSnapshot | null
  /** The server's clock less this browser's, milliseconds, as messages of this connection told; null before one did. */
  serverAheadMs: number | null
  /** What the server keeps, newest first. */
  runs: readonly Burst[]
  /** The server started anew: the runs that stood here are gone. Until the next burst. */
  restarted: boolean
  shown: Shown
  selection: Selection
}

export const LIVE_INTERVAL_MS = 250
export const MAX_ACTIONS = 200

export const NO_LIVE: Live = {
  totals: NO_TOTALS,
  elapsedUs: 0,
  rps: 0,
  byBackend: {},
  nobody: 0,
  lastBackend: null,
}

export const NOTHING_SHOWN: Shown = {
  source: 'live',
  burst: null,
  live: NO_LIVE,
  generations: new Map(),
  backends: new Map(),
  actions: [],
  resynced: null,
  skipping: false,
  playing: null,
  gone: null,
}

/** What the server renders and the browser starts from: no time, nothing known. */
export const INITIAL_PAGE_STATE: PageState = {
  link: { state: 'connecting', since: 0, detail: null },
  version: null,
  cluster: null,
  serverAheadMs: null,
  runs: [],
  restarted: false,
  shown: NOTHING_SHOWN,
  selection: null,
}

/** b12 -> 12: as frames carry it. */
export const numberOf = ({ id }: Pick<Burst, 'id'>): number => Number(id.slice(1))

/** Ids come again when the server starts anew; the boot id tells them apart. */
export const sameRun = (one: Burst | null, other: Burst | null): boolean =>
  one !== null && other !== null && one.id === other.id && one.boot === other.boot

/** The run that is under way, whichever is shown: what a cancel or an edit is about. Null: none is. */
export const runningRun = ({ runs }: Pick<PageState, 'runs'>): Burst | null =>
  runs.find(({ status }) => status === 'running') ?? null
