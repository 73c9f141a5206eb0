import { describe, expect, it } from 'vitest'
import {
  choosePeer,
  type PeerSettings,
  peerAnswered,
  peerFailed,
  startPeers,
} from '#lib/algorithm/smooth-weighted-round-robin.ts'
import { TurnJudge } from '#lib/analysis/turn-judge.ts'
import { randomOf } from '#tests/random.ts'

const TRIES = 3
const PEER: PeerSettings = { weight: 1, maxFails: 1, failTimeoutS: 2, down: false }
const keyOf = (index: number): string => index.toString(16).padStart(12, '0')

/** nginx's own algorithm at concurrency 1 under `n` backends that die and come back, one request each 1/rate s. */
function deviationsIn(seed: number, n: number, requests: number, isFaulty: boolean): number {
  const chance = randomOf(seed)
  let peers = startPeers(Array.from({ length: n }, () => PEER))
  const isDead = Array.from({ length: n }, () => false)
  const judge = new TurnJudge(peers.map((_, index) => keyOf(index)))
  for (let seq = 0; seq < requests; seq++) {
    const nowS = Math.floor(seq / 20)
    if (isFaulty && chance() < 0.01) {
      const which = Math.floor(chance() * n)
      isDead[which] = !isDead[which]
    }
    const tried = new Set<number>()
    const failed: string[] = []
    let backend: string | null = null
    while (backend === null && tried.size < TRIES) {
      const choice = choosePeer(peers, tried, nowS)
      peers = choice.peers
      if (choice.chosen === null) break
      tried.add(choice.chosen)
      if (isDead[choice.chosen]) {
        peers = peerFailed(peers, choice.chosen, nowS)
        failed.push(keyOf(choice.chosen))
      } else {
        peers = peerAnswered(peers, choice.chosen)
        backend = keyOf(choice.chosen)
      }
    }
    judge.take({ backend, failed, tookUnseenTurn: false })
  }
  return judge.deviations
}

describe('the judge beside nginx’s own algorithm', () => {
  it.each([2, 3, 5, 14])('finds no deviation with %d healthy backends', (n) => {
    expect(deviationsIn(1, n, 1_000, false)).toBe(0)
  })

  it.each([2, 3, 5, 8])('explains every uneven turn while some of %d backends die and come back', (n) => {
    for (let seed = 1; seed <= 100; seed++) expect(deviationsIn(seed, n, 2_000, true), `seed ${seed}`).toBe(0)
  })
})
