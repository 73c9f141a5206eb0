import { afterEach, vi } from 'vitest'
import type { Cluster, ClusterNote } from '#lib/cluster/cluster.ts'
import { openCluster } from '#lib/cluster/open-cluster.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import { FakeDoor, FakeHost } from './fakes.ts'

let open: Cluster | null = null

/** A cluster over a host and a front door in memory, with `replicas` backends; closed after each test. */
export async function makeCluster(replicas = 0, takeBackMs = 0) {
  const host = new FakeHost()
  const door = new FakeDoor()
  const notes: ClusterNote[] = []
  const logged: string[] = []
  const cluster = openCluster({
    ...{ kind: 'embedded', project: null, reason: 'A test.', howToSwitch: 'None.', host, door },
    log: (event) => logged.push(event),
    takeBackMs,
  })
  open = cluster
  cluster.subscribe({ noted: (note) => notes.push(note) })
  if (replicas > 0) await cluster.scale(replicas)
  await vi.waitFor(() => {
    if (cluster.snapshot().backends.filter(({ status }) => status === 'up').length < replicas)
      throw new Error('not yet')
  })
  return { host, door, cluster, notes, logged }
}

afterEach(() => open?.close())

export const addressesOf = (host: FakeHost) => host.backends().map(({ address }) => address)
export const keysOf = (host: FakeHost) => host.backends().map(({ backend }) => backend)

export const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'reached',
    (error: unknown) => (error instanceof ProblemError ? error.problem.code : String(error)),
  )

/** A promise that somebody else opens. */
export function latch() {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  return { promise, release: resolve, reject }
}
