import type { ServiceAnswer, ServiceCommand } from '#lib/protocol/service-lines.ts'

/** A place where backends run: child processes or containers. It knows nothing of lists and front doors. */
export type HostedState = 'starting' | 'up' | 'paused' | 'down'

export type HostedBackend = {
  backend: string
  number: number
  /** host:port as the front door dials it; null until it is known. */
  address: string | null
  state: HostedState
}

export type HostListener = {
  /** Any change of any backend: started, ready, paused, died, removed, readdressed; also from outside. */
  changed: () => void
  /** The power behind the host (a Docker engine) went away or came back; null when it is back. */
  trouble: (detail: string | null) => void
}

export interface BackendHost {
  /** All that exist now, by number. One that was removed is absent; one that died stays, `down`. */
  backends(): HostedBackend[]
  subscribe(listener: HostListener): () => void
  /**
   * Brings up `count` more backends, side by side, and resolves when all of them are ready to answer
   * (`changed` tells of each meanwhile). Throws ProblemError `not-reached` with the stage (create, start, ready) and cause, after removing what it made.
   */
  raise(count: number, signal: AbortSignal): Promise<HostedBackend[]>
  /** Ends one that is unlisted already: SIGTERM, time to finish what is in flight, then removal. */
  retire(backend: string): Promise<void>
  /**
   * Tells one backend something over its own standard streams and resolves with what it says to that, a refusal included.
   * Throws ProblemError `not-found` (no such backend), `not-reached` (down, paused, or no answer within 5 s: then it may still
   * obey later), `too-many`, `engine-gone`.
   */
  command(backend: string, command: ServiceCommand): Promise<ServiceAnswer>
  /** Last known holder of an address. */
  backendAt(address: string): string | null
  close(): Promise<void>
}
