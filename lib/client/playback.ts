import { SUMMARY_INTERVAL_MS } from '#lib/protocol/limits.ts'
import type { Playing } from './page-state.ts'
import type { Recording } from './recording.ts'
import type { RunView } from './run-view.ts'

export type PlaybackClock = {
  /** Milliseconds. */
  now: () => number
  after: (ms: number, run: () => void) => unknown
  cancel: (handle: unknown) => void
}

/** As often as a live run's frames come. */
const TICK_MS = 16
/** However fast it plays, a new summary is not made more often than this. */
const LEAST_SUMMARY_MS = 200
export const SPEEDS = { least: 0.1, most: 100 } as const

/** Plays a recording into a view. It stands at the end until it is told otherwise. */
export class Playback {
  readonly recording: Recording
  readonly view: RunView
  readonly #clock: PlaybackClock
  readonly #changed: (at: 'once' | 'soon') => void
  #speed = 1
  /** Null: at the end. */
  #atUs: number | null = null
  /** Null: paused. */
  #ticking: { handle: unknown } | null = null
  #summary = { us: 0, atMs: 0 }
  /** How many of the run’s actions the view knows. */
  #acted = 0

  constructor(recording: Recording, view: RunView, clock: PlaybackClock, changed: (at: 'once' | 'soon') => void) {
    this.recording = recording
    this.view = view
    this.#clock = clock
    this.#changed = changed
    this.#rewind()
    this.#end()
  }

  get playing(): Playing | null {
    if (this.#atUs === null) return null
    return { speed: this.#speed, atUs: this.#atUs, endUs: this.recording.endUs, isPaused: this.#ticking === null }
  }

  play(): void {
    if (this.#ticking) return
    if (this.#atUs === null) this.#rewind()
    this.#tickFrom(this.#atUs ?? 0)
    this.#changed('once')
  }

  pause(): void {
    this.#stop()
    this.#changed('once')
  }

  setSpeed(speed: number): void {
    this.#speed = Math.min(SPEEDS.most, Math.max(SPEEDS.least, speed))
    if (this.#ticking) {
      this.#clock.cancel(this.#ticking.handle)
      this.#tickFrom(this.#atUs ?? 0)
    }
    this.#changed('once')
  }

  seek(us: number): void {
    const wasTicking = this.#ticking !== null
    this.#stop()
    this.#goTo(this.recording.placeAt(us), Math.max(0, us))
    if (wasTicking && this.#atUs !== null) this.#tickFrom(this.#atUs)
    this.#changed('once')
  }

  step(by: 1 | -1): void {
    this.#stop()
    const { recording } = this
    const place = Math.max(0, (this.#atUs === null ? recording.length : recording.place) + by)
    if (place > recording.length) this.#end()
    else this.#goTo(place, place === 0 ? 0 : recording.doneUs(place - 1))
    this.#changed('once')
  }

  /** To a place, forth or back; `us` says when it was so. */
  #goTo(place: number, us: number): void {
    if (us >= this.recording.endUs) this.#end()
    else {
      if (this.#atUs === null || us < this.#atUs || place < this.recording.place) this.#rewind()
      this.#atUs = us
      this.#actUntil(us)
      this.view.take(this.recording.frame(place, us))
      this.#tellSummary(us)
    }
  }

  /** As the server does, once a second of the run; at once where it stands still. */
  #tellSummary(us: number): void {
    const atMs = this.#clock.now()
    const isDue = us >= this.#summary.us + SUMMARY_INTERVAL_MS * 1000 && atMs >= this.#summary.atMs + LEAST_SUMMARY_MS
    if (this.#ticking && !isDue) return
    this.#summary = { us, atMs }
    this.view.hear(this.recording.summary(us))
  }

  /** What happened since the last call: what is still to come is not shown before its time. */
  #actUntil(us: number): void {
    const rest = this.recording.run.actions.slice(this.#acted)
    const later = rest.findIndex(({ burst }) => (burst?.sinceUs ?? 0) > us)
    const due = later === -1 ? rest : rest.slice(0, later)
    if (due.length > 0) this.view.act(...due)
    this.#acted += due.length
  }

  #rewind(): void {
    this.#acted = 0
    this.view.forgetActions()
    this.view.hear(null)
    this.view.hear(this.recording.rewind())
    this.#atUs = 0
    this.#summary = { us: 0, atMs: 0 }
  }

  /** All that is left, and the summary that the server had at the end. */
  #end(): void {
    const { recording, view } = this
    this.#stop()
    this.#atUs = null
    this.#actUntil(Number.POSITIVE_INFINITY)
    view.take(recording.rest())
    view.hear(recording.final)
  }

  #tickFrom(us: number): void {
    const sinceMs = this.#clock.now()
    const tick = () => {
      const nowUs = us + (this.#clock.now() - sinceMs) * 1000 * this.#speed
      this.#goTo(this.recording.placeAt(nowUs), nowUs)
      if (this.#atUs !== null) this.#ticking = { handle: this.#clock.after(TICK_MS, tick) }
      this.#changed(this.#atUs === null ? 'once' : 'soon')
    }
    this.#ticking = { handle: this.#clock.after(TICK_MS, tick) }
  }

  #stop(): void {
    if (this.#ticking) this.#clock.cancel(this.#ticking.handle)
    this.#ticking = null
  }

  close(): void {
    this.#stop()
  }
}
