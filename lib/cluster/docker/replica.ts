import type { Container } from './container.ts'

/** What is known of one container of the service. */
export type Replica = {
  container: Container
  /** It said in its present life that it listens. */
  ready: boolean
  /** Which life that was. */
  startedAt: string | null
  port: number
  lastIp: string | null
  /** Ends the reading of its log, while that goes on. */
  following: AbortController | null
}

export const newReplica = (container: Container, port: number): Replica => ({
  container,
  ready: false,
  startedAt: null,
  port,
  lastIp: null,
  following: null,
})
