/**
 * nginx's round robin, whole: smooth weighted choice with passive failure handling, as ngx_http_upstream_round_robin.c has
 * it since 1.3.1. The field names are nginx's own. Pure: state and time in, choice and new state out.
 */
export type PeerSettings = {
  /** 1 or more: the share of turns. */
  weight: number
  /** Failures within `failTimeoutS` after which the peer is avoided; 0 switches that off. */
  maxFails: number
  /** Whole seconds: nginx's clock here has no fractions. */
  failTimeoutS: number
  down: boolean
}

export type Peer = PeerSettings & {
  /** What it gains when a turn is given: `weight`, less after failures, growing back by one at each turn. */
  effectiveWeight: number
  currentWeight: number
  fails: number
  /** Second of the last failure. */
  accessed: number
  /** Second since which the present `failTimeoutS` counts. */
  checked: number
}

/** In the order of the configuration. */
export type Peers = readonly Peer[]

export type Choice = {
  peers: Peers
  /** Index of the peer; null where nginx says "no live upstreams". */
  chosen: number | null
}

export const startPeers = (settings: readonly PeerSettings[]): Peers =>
  settings.map((peer) => ({
    ...peer,
    effectiveWeight: peer.weight,
    currentWeight: 0,
    fails: 0,
    accessed: 0,
    checked: 0,
  }))

/** Whether the group has one server in all, `down` ones counted: its failures are passed over then, and nothing is retried. */
export const isSingle = (peers: Peers): boolean => peers.length === 1

/** How many attempts one request may have before `proxy_next_upstream_tries` limits them: the servers that are not `down`. */
export const triesOf = (peers: Peers): number => peers.reduce((tries, peer) => tries + (peer.down ? 0 : 1), 0)

/** Whether failures keep requests from this peer now. When its `failTimeoutS` is over, one request may probe it. */
export const isAvoided = (peer: Peer, nowS: number): boolean =>
  peer.maxFails > 0 && peer.fails >= peer.maxFails && nowS - peer.checked <= peer.failTimeoutS

/**
 * ngx_http_upstream_get_peer. Every peer that may be chosen gains its effective weight; the one that then stands highest,
 * the first among equals, is chosen and gives back what all of them gained. Its probe time starts anew, so that one whose
 * `failTimeoutS` is over gets one request and not all of them.
 * `tried` holds the indexes that this request has had already.
 */
export function choosePeer(peers: Peers, tried: ReadonlySet<number>, nowS: number): Choice {
  if (isSingle(peers)) return { peers, chosen: peers[0]?.down ? null : 0 }
  let chosen = -1
  let highest = 0
  let total = 0
  const next = peers.map((peer, index) => {
    if (tried.has(index) || peer.down || isAvoided(peer, nowS)) return peer
    const currentWeight = peer.currentWeight + peer.effectiveWeight
    total += peer.effectiveWeight
    if (chosen === -1 || currentWeight > highest) {
      chosen = index
      highest = currentWeight
    }
    return { ...peer, currentWeight, effectiveWeight: Math.min(peer.weight, peer.effectiveWeight + 1) }
  })
  const best = next[chosen]
  if (!best) return { peers, chosen: null }
  next[chosen] = {
    ...best,
    currentWeight: best.currentWeight - total,
    checked: nowS - best.checked > best.failTimeoutS ? nowS : best.checked,
  }
  return { peers: next, chosen }
}

const replace = (peers: Peers, index: number, change: (peer: Peer) => Peer): Peers =>
  isSingle(peers) ? peers : peers.map((peer, at) => (at === index ? change(peer) : peer))

/**
 * ngx_http_upstream_free_round_robin_peer with NGX_PEER_FAILED: one failure more, and the effective weight falls by
 * `weight / max_fails` (whole numbers), not below 0. With `maxFails` reached it is avoided from now on.
 */
export const peerFailed = (peers: Peers, index: number, nowS: number): Peers =>
  replace(peers, index, (peer) => ({
    ...peer,
    fails: peer.fails + 1,
    accessed: nowS,
    checked: nowS,
    effectiveWeight:
      peer.maxFails === 0
        ? peer.effectiveWeight
        : Math.max(0, peer.effectiveWeight - Math.floor(peer.weight / peer.maxFails)),
  }))

/** The same without a failure: the failures are forgotten if this was the answer to a probe, made after the last of them. */
export const peerAnswered = (peers: Peers, index: number): Peers => {
  const peer = peers[index]
  return peer && peer.fails > 0 && peer.accessed < peer.checked
    ? replace(peers, index, (failed) => ({ ...failed, fails: 0 }))
    : peers
}
