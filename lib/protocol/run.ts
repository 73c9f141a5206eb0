import type { Configuration } from './configuration.ts'
import type { Action, BackendKey, Burst } from './model.ts'

/** A configuration that was the front door's during a run, under the name that its answers carry. */
export type RunGeneration = { generation: string; configuration: Configuration }

/** A backend as it stood during a run: it may be gone by now. */
export type RunBackend = {
  backend: BackendKey
  /** The replica's number in its service, 1 or more. */
  number: number
  /** What a person calls it: the container's name, or the hostname where there is no container. */
  name: string
  address: string | null
  /** The machine that it stands on; null where there is one machine only. */
  node: string | null
  /** It was down when the run began: the front door may have passed it over from the first request on. */
  wasDown?: boolean | undefined
}

/** One burst with all that happened in it. Nothing about it is looked up in the cluster of now. */
export type Run = Burst & {
  /** In the order in which their first answer came; each is here before its first sample is. */
  generations: RunGeneration[]
  backends: RunBackend[]
  /** What somebody did and what happened, with times on the run's own clock. */
  actions: Action[]
}

/** The samples of a run that its server still has: [`fromSeq`, `toSeq`). None where both are the same. */
export type KeptSamples = { fromSeq: number; toSeq: number }
