import type { Ack } from '#lib/protocol/events.ts'
import type { BackendKey, Burst, BurstEdit, BurstRequest, ClusterSnapshot } from '#lib/protocol/model.ts'
import type { OwnCount } from '#lib/protocol/service-lines.ts'

/** What the page can ask of the server. Every promise resolves with an ack and never rejects: no answer in time is a problem too. */
export type ServerCommands = {
  sendBurst: (request: Partial<BurstRequest>) => Promise<Ack<{ id: string }>>
  cancelBurst: (id: string) => Promise<Ack<Burst>>
  editBurst: (id: string, edit: BurstEdit) => Promise<Ack<Burst>>
  scale: (replicas: number) => Promise<Ack<ClusterSnapshot>>
  /** Whether dead backends are taken out of the front door's list at once. */
  followDeaths: (followDeaths: boolean) => Promise<Ack<ClusterSnapshot>>
  /** A dashboard that only watches becomes the one that writes the list. */
  takeOver: () => Promise<Ack<ClusterSnapshot>>
  readLedger: (backend: BackendKey) => Promise<Ack<OwnCount>>
}

/** Which run the panels show. A live run goes on being taken in meanwhile. The promises never reject, as above. */
export type ShowCommands = {
  /** A run that the server keeps, as it ended; the running one is shown live. */
  showRun: (id: string) => Promise<Ack<{ id: string }>>
  /** Back to the running run, else the latest. */
  showLive: () => void
  /** A file that `saveRun` made. */
  openRunFile: (file: Blob) => Promise<Ack<{ id: string }>>
  /** Downloads the run as one file. */
  saveRun: (id: string) => Promise<Ack<{ id: string }>>
}

/** Null: nothing had to be fetched. */
type Fetched = Promise<Ack<{ id: string }> | null>

/**
 * A run that is shown and over plays from its samples, as it did. The latest run can be played, too: it is then fetched from
 * the server and shown. Nothing happens while the shown run is under way.
 */
export type PlaybackCommands = {
  /** Goes on; from the start where it stood at its end. */
  play: () => Fetched
  pause: () => void
  /** Pauses, and goes one answer forth or back. */
  step: (by: 1 | -1) => Fetched
  /** Times as fast as it was, 0.1 to 100; for the runs that are played later, too. */
  setSpeed: (speed: number) => void
  /** To a time since the run's start, microseconds; paused where it stood at its end. */
  seek: (us: number) => Fetched
}

export type Commands = ServerCommands & ShowCommands & PlaybackCommands
