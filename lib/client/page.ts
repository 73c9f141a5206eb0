import type { Welcome } from '#lib/protocol/events.ts'
import { decodeFrame } from '#lib/protocol/frame.ts'
import { MAX_KEPT_BURSTS } from '#lib/protocol/limits.ts'
import type { Burst } from '#lib/protocol/model.ts'
import type { Commands } from './commands.ts'
import { createFrameLoop, type FrameLoop } from './frame-loop.ts'
import {
  INITIAL_PAGE_STATE,
  LIVE_INTERVAL_MS,
  type Link,
  numberOf,
  type PageState,
  type Selection,
  sameRun,
} from './page-state.ts'
import type { PlaybackClock } from './playback.ts'
import { type ReloadParts, sessionStorageOrNull } from './refusals.ts'
import { RunView } from './run-view.ts'
import { createLink, type LinkListener } from './server-link.ts'
import { createShownRun, type RunFiles } from './shown-run.ts'
import { createStore, type Store } from './store.ts'

/** The browser side of the contract as one thing: what is known, what can be asked, and the shown run's samples outside React. */
export type Page = {
  store: Store<PageState>
  /** The run that the panels show; another object when another run is shown, told of by the store. */
  view: () => RunView
  loop: FrameLoop
  commands: Commands
  select: (selection: Selection) => void
  /** Connects; in a browser only. Returns the way to disconnect. */
  connect: () => () => void
}

export type PageParts = {
  readToken: () => string
  reloading: () => ReloadParts
  asksForToken: () => Promise<boolean>
  files: RunFiles
  clock: PlaybackClock
  /** Epoch milliseconds. */
  today: () => number
  /** Another origin than the page's own: for tests. */
  url?: string | undefined
}

const IN_A_BROWSER: PageParts = {
  readToken: () => document.querySelector<HTMLMetaElement>('meta[name="robinscope-token"]')?.content ?? '',
  reloading: () => ({ storage: sessionStorageOrNull(), reload: () => location.reload() }),
  asksForToken: async () => (await fetch('/api/health', { cache: 'no-store' })).status === 401,
  files: {
    fetchRun: (id) => fetch(`/api/runs/${id}?format=file`),
    download: (file, name) => {
      const link = document.createElement('a')
      link.href = URL.createObjectURL(file)
      link.download = name
      link.click()
      URL.revokeObjectURL(link.href)
    },
  },
  clock: {
    now: () => performance.now(),
    after: (ms, run) => setTimeout(run, ms),
    cancel: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
  },
  today: Date.now,
}

/** Opens nothing and touches no browser API before `connect`: safe, and next to nothing, while the server renders. */
export function createPage(parts: PageParts = IN_A_BROWSER): Page {
  const { clock, today } = parts
  const store = createStore(INITIAL_PAGE_STATE)
  const live = new RunView({ source: 'live', now: clock.now })
  const change = (changes: Partial<PageState>) => store.setState((state) => ({ ...state, ...changes }))
  const shownRun = createShownRun({
    ...{ live, files: parts.files, clock },
    changed: (what) => {
      // Requests and events are of one run.
      if (what === 'run') change({ selection: keptSelection(store.getState().selection) })
      publisher[what === 'soon' ? 'soon' : 'now']()
    },
  })
  const publisher = createPublisher(clock, () => {
    const shown = shownRun.shown()
    change({ shown })
    // A live rate goes down by itself when nothing comes any more.
    return shown.source === 'live' && shown.live.rps > 0
  })
  const liveMoved = (at: 'once' | 'soon') => {
    if (shownRun.isLive()) publisher[at === 'once' ? 'now' : 'soon']()
  }

  /** Before the live view starts another run. */
  const liveIsAbout = (burst: Burst | null) => {
    if (shownRun.isLive() && live.burst !== burst && !sameRun(live.burst, burst))
      change({ selection: keptSelection(store.getState().selection) })
  }
  const hear = (burst: Burst) => {
    if (isStraggler(burst, live.burst)) return
    liveIsAbout(burst)
    live.hear(burst)
    change({ runs: withRun(store.getState().runs, burst) })
    liveMoved('once')
  }
  const learnClock = (said: string) => {
    // A message that says when it was made tells the server's clock, late by its way: the one that came fastest tells it best.
    const aheadMs = Date.parse(said) - today()
    if (Number.isFinite(aheadMs))
      change({ serverAheadMs: Math.max(aheadMs, store.getState().serverAheadMs ?? aheadMs) })
  }

  const listener: LinkListener = {
    linked: (state, detail) => change({ link: { state, since: today(), detail } satisfies Link }),
    welcomed: (welcome) => {
      const { runs, restarted } = store.getState()
      const isAnew = runs.some(({ boot }) => boot !== welcome.boot)
      change({ restarted: welcome.runs.length === 0 && (isAnew || restarted) })
      liveIsAbout(welcome.burst)
      welcomeLive(live, welcome)
      change({ version: welcome.version, cluster: welcome.cluster, runs: welcome.runs, serverAheadMs: null })
      liveMoved('once')
    },
    clusterChanged: (cluster) => change({ cluster }),
    burstStarted: (burst) => {
      learnClock(burst.startedAt)
      change({ restarted: false })
      hear(burst)
    },
    burstMeasured: hear,
    actionHappened: (action) => {
      learnClock(action.at)
      live.act(action)
      liveMoved('once')
    },
    frameCame: (bytes) => {
      live.take(decodeFrame(bytes))
      liveMoved('soon')
    },
    taken: () => {
      const { burst, log } = live
      return burst ? { boot: burst.boot, burst: numberOf(burst), nextSeq: log.nextSeq } : null
    },
  }
  const link = createLink({ ...parts, listener, now: clock.now })

  return {
    store,
    view: shownRun.view,
    loop: createFrameLoop(),
    commands: { ...link.commands, ...shownRun.commands },
    select: (selection) => change({ selection }),
    connect: () => {
      const disconnect = link.connect()
      return () => {
        disconnect()
        publisher.close()
      }
    },
  }
}

let opened: Page | null = null

/** The page of this document, linked from the first call on until the document ends. While the server renders: an unlinked one. */
export function openedPage(): Page {
  if (typeof document === 'undefined') return createPage()
  if (opened === null) {
    opened = createPage()
    opened.connect()
  }
  return opened
}

function welcomeLive(live: RunView, { burst, resumed, actions }: Welcome): void {
  const before = live.burst
  live.forgetActions()
  live.act(...actions)
  live.hear(burst)
  if (sameRun(before, burst) && before?.status === 'running' && !resumed) live.cut()
}

/** A late message about an earlier run of the same server must not push out the one that runs. */
const isStraggler = (burst: Burst, latest: Burst | null): boolean =>
  latest !== null && burst.boot === latest.boot && numberOf(burst) < numberOf(latest)

const withRun = (runs: readonly Burst[], burst: Burst): readonly Burst[] =>
  [burst, ...runs.filter((run) => !sameRun(run, burst))].slice(0, MAX_KEPT_BURSTS)

/** Requests and events are of one run; the front door and the backends may well be of the next one, too. */
const keptSelection = (selection: Selection): Selection =>
  selection?.kind === 'request' || selection?.kind === 'event' ? null : selection

/**
 * Publishes what frames bring at most every LIVE_INTERVAL_MS, by the clock: a hidden tab, whose timers wait, is up to date
 * with each message. What happens once is published at once, and does not hold up the frame that comes after it.
 */
function createPublisher(clock: PlaybackClock, publish: () => boolean) {
  let timer: unknown = null
  let publishedMs = Number.NEGATIVE_INFINITY
  const close = () => {
    if (timer !== null) clock.cancel(timer)
    timer = null
  }
  const paced = () => {
    publishedMs = clock.now()
    now()
  }
  const now = () => {
    close()
    if (publish()) timer = clock.after(LIVE_INTERVAL_MS, paced)
  }
  const soon = () => {
    const waitMs = publishedMs + LIVE_INTERVAL_MS - clock.now()
    if (waitMs <= 0) paced()
    else timer ??= clock.after(waitMs, paced)
  }
  return { now, soon, close }
}
