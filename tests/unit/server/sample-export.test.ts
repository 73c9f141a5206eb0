import { expect, it } from 'vitest'
import type { Detail } from '#lib/protocol/frame.ts'
import { readSamples } from '#lib/server/sample-export.ts'
import type { RunningBurst } from '#lib/traffic/burst.ts'
import { A, B, fileOf } from '../client/recorded.ts'

/** A plain request, and two that the second backend failed and the first one answered. */
const { samples, routes, peers, details } = fileOf([
  { by: 0, sentUs: 0 },
  { by: 0, sentUs: 10_000, tried: [1] },
  { by: 0, sentUs: 20_000, tried: [1] },
])
const burstWith = (kept: readonly Detail[]): RunningBurst =>
  ({
    samples: () => samples,
    routes: () => routes,
    peers: () => peers,
    detail: (seq: number) => kept.find((detail) => detail.seq === seq) ?? null,
  }) as unknown as RunningBurst
const triedIn = (kept: readonly Detail[]) =>
  readSamples(burstWith(kept), 0, 3).map(({ attempts }) => attempts.map(({ backend }) => backend))

it('a sample has the attempts that are known of it: none are made up where its detail is no longer kept', () => {
  expect(triedIn(details)).toEqual([[A], [B, A], [B, A]])
  expect(triedIn(details.slice(1))).toEqual([[A], [], [B, A]])
})
