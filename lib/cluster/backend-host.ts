import type { BackendKey } from '#lib/protocol/model.ts'
import type { ServiceAnswer, ServiceCommand } from '#lib/protocol/service-lines.ts'

/** What a backend is doing, as the place where it runs sees it. `stopping`: told to end by us, and not gone yet. */
export type HostedState = 'starting' | 'up' | 'paused' | 'down' | 'stopping'

export type HostedBackend = {
  backend: BackendKey
  number: number
  /** host:port as the front door dials it; null until it is known. */
  address: string | null
  state: HostedState
  /** A `raise` of ours that has not resolved yet is making it; then it counts as part of that raise and as nothing else. */
  raising: boolean
}

export type HostListener = {
  /** Any change of any backend: started, ready, paused, died, removed, readdressed; also from outside. */
  changed: () => void
  /** The power behind the host (a Docker engine) went away or came back; null when it is back. */
  trouble: (detail: string | null) => void
}

/** A place where backends run: child processes or containers. It knows nothing of lists and front doors. */
export interface BackendHost {
  /** All that exist now, by number. A removed backend is absent; a backend that died stays, `down`. */
  backends(): HostedBackend[]
  subscribe(listener: HostListener): () => void
  /**
   * Brings up one more backend and resolves with its key when it is ready to answer. Many may be called at once: the host limits how
   * many work side by side. `raising` turns false in the same turn of the event loop in which the promise settles.
   * At `signal` it stops and rejects with the signal's reason. Throws ProblemError `not-reached` with the stage (create, start,
   * ready) and cause, or `engine-gone`. Whatever it made is removed before it rejects, or, where the engine is away, as soon as that answers.
   */
  raise(signal: AbortSignal): Promise<BackendKey>
  /**
   * Ends a backend that no front door sends to any more: SIGTERM, time to finish what is in flight, then removal. `stopping` from
   * this call on. Resolves when it is gone. When the engine refuses, the backend is what it was before and this throws ProblemError
   * `not-reached`, stage `drained`. When the engine does not answer, this throws `engine-gone`, and the host goes on until it is gone.
   */
  stop(backend: BackendKey): Promise<void>
  /**
   * Tells one backend something over its own standard streams and resolves with what it says to that, a refusal included.
   * Throws ProblemError `not-found` (no such backend), `not-reached` (down, paused, or no answer within 5 s: then it may still
   * obey later), `too-many`, `engine-gone`.
   */
  command(backend: BackendKey, command: ServiceCommand): Promise<ServiceAnswer>
  /** Last known holder of an address. */
  backendAt(address: string): BackendKey | null
  close(): Promise<void>
}
