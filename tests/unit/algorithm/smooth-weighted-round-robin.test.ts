import { describe, expect, test } from 'vitest'
import {
  choosePeer,
  isAvoided,
  type Peers,
  peerAnswered,
  peerFailed,
  startPeers,
  triesOf,
} from '#lib/algorithm/smooth-weighted-round-robin.ts'

const NONE: ReadonlySet<number> = new Set()
const server = (weight = 1, down = false, maxFails = 1) => ({ weight, maxFails, failTimeoutS: 2, down })
const of = (...weights: number[]): Peers => startPeers(weights.map((weight) => server(weight)))

/** The choices of `count` requests that are all answered. */
function turns(start: Peers, count: number, nowS = 100): { chosen: (number | null)[]; peers: Peers } {
  let peers = start
  const chosen = Array.from({ length: count }, () => {
    const choice = choosePeer(peers, NONE, nowS)
    peers = choice.chosen === null ? choice.peers : peerAnswered(choice.peers, choice.chosen)
    return choice.chosen
  })
  return { chosen, peers }
}

/** A small generator with a seed (mulberry32), so that a failing case can be repeated. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
const below = (next: () => number, limit: number): number => Math.floor(next() * limit)

describe('turns', () => {
  test('servers of equal weight take strict turns in the order of the list', () => {
    expect(turns(of(1, 1, 1), 7).chosen).toEqual([0, 1, 2, 0, 1, 2, 0])
  })

  test('weights 5, 1, 1 are spread as in the commit message that brought this to nginx: a a b a c a a', () => {
    expect(turns(of(5, 1, 1), 14).chosen).toEqual([0, 0, 1, 0, 2, 0, 0, 0, 0, 1, 0, 2, 0, 0])
  })

  test('in any window of as many requests as the weights sum up to, each server has exactly its weight', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const next = random(seed)
      const weights = Array.from({ length: 2 + below(next, 8) }, () => 1 + below(next, 9))
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      const chosen = turns(of(...weights), total * 3).chosen
      for (let from = 0; from <= total * 2; from += total) {
        const window = chosen.slice(from, from + total)
        expect(weights.map((_, index) => window.filter((one) => one === index).length, `seed ${seed}`)).toEqual(weights)
      }
    }
  })

  test('current weights sum up to zero after every choice', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const next = random(seed)
      let peers = of(...Array.from({ length: 2 + below(next, 6) }, () => 1 + below(next, 5)))
      for (let turn = 0; turn < 50; turn++) {
        const choice = choosePeer(peers, NONE, 100)
        peers = choice.peers
        expect(peers.reduce((sum, peer) => sum + peer.currentWeight, 0)).toBe(0)
      }
    }
  })

  test('the state that was given is left as it was', () => {
    const before = of(2, 1)
    const copy = structuredClone(before)
    choosePeer(before, NONE, 100)
    peerFailed(before, 0, 100)
    expect(before).toEqual(copy)
  })
})

describe('servers that get nothing', () => {
  test('one that is marked down has no turn, and no attempt is counted for it', () => {
    const peers = startPeers([server(), server(1, true), server()])
    expect(turns(peers, 4).chosen).toEqual([0, 2, 0, 2])
    expect(triesOf(peers)).toBe(2)
  })

  test('one that this request has tried is not chosen again', () => {
    expect(choosePeer(of(1, 1), new Set([0]), 100).chosen).toBe(1)
    expect(choosePeer(of(1, 1), new Set([0, 1]), 100).chosen).toBeNull()
  })

  test('an empty group and a single one that is down have nobody', () => {
    expect(choosePeer([], NONE, 100).chosen).toBeNull()
    expect(choosePeer(startPeers([server(1, true)]), NONE, 100).chosen).toBeNull()
  })
})

describe('failures', () => {
  test('after max_fails failures a server is avoided until fail_timeout is over', () => {
    const peers = peerFailed(of(1, 1), 0, 100)
    expect(turns(peers, 4, 102).chosen).toEqual([1, 1, 1, 1])
    expect(turns(peers, 4, 103).chosen).toContain(0)
  })

  test('then one request probes it, and the others go on avoiding it until that one is answered', () => {
    let peers = peerFailed(of(1, 1), 0, 100)
    const seen: (number | null)[] = []
    for (let request = 0; request < 4; request++) {
      const choice = choosePeer(peers, NONE, 103)
      peers = choice.peers
      seen.push(choice.chosen)
    }
    expect(seen.filter((one) => one === 0)).toHaveLength(1)
    const answered = peerAnswered(peers, 0)
    expect(answered[0]?.fails).toBe(0)
    expect(turns(answered, 4, 103).chosen.filter((one) => one === 0).length).toBeGreaterThan(0)
  })

  test('an answer that had been under way before the failure does not make it live again', () => {
    const peers = peerFailed(of(1, 1), 0, 100)
    expect(peerAnswered(peers, 0)[0]?.fails).toBe(1)
  })

  test('a failed server loses effective weight and wins it back turn by turn', () => {
    const failed = peerFailed(startPeers([server(10, false, 2), server(10, false, 2)]), 0, 100)
    expect(failed[0]?.effectiveWeight).toBe(5)
    expect(turns(failed, 3).peers[0]?.effectiveWeight).toBe(8)
    expect(turns(failed, 50).peers[0]?.effectiveWeight).toBe(10)
  })

  test('effective weight does not fall below zero', () => {
    let peers = of(1, 1)
    for (let failure = 0; failure < 5; failure++) peers = peerFailed(peers, 0, 100)
    expect(peers[0]?.effectiveWeight).toBe(0)
  })

  test('with max_fails 0 nobody is ever avoided', () => {
    let peers = startPeers([server(1, false, 0), server(1, false, 0)])
    for (let failure = 0; failure < 5; failure++) peers = peerFailed(peers, 0, 100)
    expect(turns(peers, 2).chosen).toEqual([0, 1])
  })

  test('a single server is never avoided, whatever it does', () => {
    const peers = peerFailed(of(1), 0, 100)
    expect(peers[0]?.fails).toBe(0)
    expect(choosePeer(peers, NONE, 100).chosen).toBe(0)
  })

  test('for any history, only servers that may be chosen are, and someone is as long as there is one', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const next = random(seed)
      let peers = startPeers(
        Array.from({ length: 2 + below(next, 5) }, () => server(1 + below(next, 4), next() < 0.2, below(next, 3))),
      )
      let nowS = 100
      for (let request = 0; request < 60; request++) {
        nowS += below(next, 2)
        const tried = new Set<number>(next() < 0.3 ? [below(next, peers.length)] : [])
        const may = peers.flatMap((peer, index) =>
          peer.down || tried.has(index) || isAvoided(peer, nowS) ? [] : [index],
        )
        const { chosen, peers: after } = choosePeer(peers, tried, nowS)
        if (may.length === 0) expect(chosen, `seed ${seed}`).toBeNull()
        else expect(may, `seed ${seed}`).toContain(chosen)
        peers = after
        if (chosen !== null) peers = next() < 0.3 ? peerFailed(peers, chosen, nowS) : peerAnswered(peers, chosen)
        for (const peer of peers) expect(peer.effectiveWeight).toBeLessThanOrEqual(peer.weight)
      }
    }
  })
})
