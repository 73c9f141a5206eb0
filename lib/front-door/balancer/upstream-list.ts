import { Agent } from 'node:http'
import {
  choosePeer,
  isSingle,
  type Peers,
  peerAnswered,
  peerFailed,
  startPeers,
  triesOf,
} from '#lib/algorithm/smooth-weighted-round-robin.ts'
import type { Configuration, Policy } from '#lib/protocol/configuration.ts'

/** One generation of the list, with its turns and failures. A request stays with the one it began by. */
export type UpstreamList = {
  generation: string
  policy: Policy
  agent: Agent
  /** How many attempts a request may have at most. */
  tries: number
  /** A failed request is not tried elsewhere: there is no elsewhere. */
  single: boolean
  choose(tried: ReadonlySet<number>): number | null
  failed(index: number): void
  answered(index: number): void
  server(index: number): { host: string; port: number; address: string }
  /** Requests that are under way by this list. */
  inFlight: number
}

const KEPT_CONNECTIONS = 64

const nowS = (): number => Math.floor((performance.timeOrigin + performance.now()) / 1000)

export function openUpstreamList(generation: string, { policy, servers }: Configuration): UpstreamList {
  const failTimeoutS = Math.ceil(policy.failTimeoutMs / 1000)
  let peers: Peers = startPeers(
    servers.map(({ weight, state }) => ({ weight, down: state !== 'in', maxFails: policy.maxFails, failTimeoutS })),
  )
  const places = servers.map(({ address }) => {
    const colon = address.lastIndexOf(':')
    return { host: address.slice(0, colon).replace(/[[\]]/g, ''), port: Number(address.slice(colon + 1)), address }
  })
  const allowed = policy.nextUpstreamTries === 0 ? Number.POSITIVE_INFINITY : policy.nextUpstreamTries
  return {
    generation,
    policy,
    // Its time limit is the read timeout in a request and ends idle connections too, long before the backends' 65 s.
    agent: new Agent({ keepAlive: true, maxFreeSockets: KEPT_CONNECTIONS, timeout: policy.readTimeoutMs }),
    tries: Math.min(triesOf(peers), allowed),
    single: isSingle(peers),
    choose(tried) {
      const choice = choosePeer(peers, tried, nowS())
      peers = choice.peers
      return choice.chosen
    },
    failed(index) {
      peers = peerFailed(peers, index, nowS())
    },
    answered(index) {
      peers = peerAnswered(peers, index)
    },
    server: (index) => places[index] ?? { host: '127.0.0.1', port: 0, address: '' },
    inFlight: 0,
  }
}
