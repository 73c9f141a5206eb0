import type { FrontDoorFile } from '#lib/compose/project-profile.ts'

/** One nginx worker process. `isLeaving`: it takes no new connections any more and only finishes what it has. */
export type NginxWorker = { pid: number; isLeaving: boolean }

/** What must be possible with an nginx that Robinscope configures, wherever it runs: on this machine, or in a container. */
export interface NginxControl {
  /** Known beforehand, or null: then its answers tell. */
  readonly version: string | null
  runs(): boolean
  /** Where this process reaches it. */
  target(): { host: string; port: number }
  /** The port that people use on this machine. */
  publishedPort(): number
  /** What its configuration listens on: `address:port`, or a port alone. */
  readonly listen: string
  /** Starts nginx on nginx.conf, where it is ours to start; resolves when `answers` says so. Throws Error with nginx's own words. */
  start?(answers: () => Promise<boolean>): Promise<void>
  /** `started`: it began a new life on a configuration that is not ours. `changed`: it runs no more, or again. */
  subscribe(listener: { started: () => void; changed: () => void }): () => void
  /** Writes files into the folder of its configuration, each in one step. Throws ProblemError, as all below. */
  put(files: readonly { name: FrontDoorFile; text: string }[]): Promise<void>
  /** Null when nginx accepts candidate.conf, otherwise all that it said. Nothing in force is touched. */
  refusal(): Promise<string | null>
  /** Makes it read nginx.conf. */
  hangUp(): Promise<void>
  /** What nginx said to refuse the configuration since the last `hangUp`; empty when it said nothing, or nobody can tell. */
  complaint(): string
  /** Its living workers; null where nobody can tell. `among`: only these have to be looked for. */
  workers(among?: readonly number[]): Promise<NginxWorker[] | null>
  close(): Promise<void>
}

/** Picks nginx's workers out of processes by their titles, which nginx writes itself (ngx_setproctitle). */
export const workersAmong = (processes: readonly { pid: number; title: string }[]): NginxWorker[] =>
  processes
    .filter(({ title }) => title.includes('nginx: worker'))
    .map(({ pid, title }) => ({ pid, isLeaving: title.includes('is shutting down') }))
