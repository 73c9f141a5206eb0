import { afterEach } from 'vitest'
import type { ClusterNote } from '#lib/cluster/cluster.ts'
import { Wheel } from '#lib/cluster/wheel.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import { FakeDoor, FakeHost } from './fakes.ts'

let open: Wheel | null = null

/** A wheel over a host and a front door in memory; closed after each test. */
export function makeWheel() {
  const host = new FakeHost()
  const door = new FakeDoor()
  const notes: ClusterNote[] = []
  const wheel = new Wheel({
    host,
    door,
    changed: () => undefined,
    noted: (note) => notes.push(note),
    log: () => undefined,
  })
  open = wheel
  return { host, door, wheel, notes }
}

afterEach(() => open?.close())

export const addressesOf = (host: FakeHost) => host.backends().map(({ address }) => address)
export const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'reached',
    (error: unknown) => (error instanceof ProblemError ? error.problem.code : String(error)),
  )

/** A promise that somebody else opens. */
export function latch() {
  let release: () => void = () => undefined
  const promise = new Promise<void>((resolve) => {
    release = resolve
  })
  return { promise, release }
}
