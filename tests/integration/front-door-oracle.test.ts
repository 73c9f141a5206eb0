import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { choosePeer, type Peers, startPeers } from '#lib/algorithm/smooth-weighted-round-robin.ts'
import { findNginx } from '#lib/front-door/find-nginx.ts'
import type { FrontDoor } from '#lib/front-door/front-door.ts'
import { openLocalNginx } from '#lib/front-door/open-local-nginx.ts'
import { openGuardian } from '#lib/guardian/open-guardian.ts'
import type { ConfiguredServer } from '#lib/protocol/configuration.ts'
import { type Client, frontDoorClient } from '#tests/contract/front-door-client.ts'
import { listed, put, untilUnreachable } from '#tests/contract/listed.ts'
import { type ScriptedBackend, startBackend } from '#tests/contract/scripted-backend.ts'

const log = (): void => {}
const nginx = await findNginx()
const TURNS = 60

/** What the algorithm says of the first turns after a reload. */
function foretold(weights: number[]): number[] {
  let peers: Peers = startPeers(weights.map((weight) => ({ weight, maxFails: 1, failTimeoutS: 2, down: false })))
  return Array.from({ length: TURNS }, () => {
    const choice = choosePeer(peers, new Set(), 100)
    peers = choice.peers
    return choice.chosen ?? -1
  })
}

describe.runIf('path' in nginx)('nginx takes the turns that the algorithm foretells', () => {
  let backends: ScriptedBackend[]
  let door: FrontDoor
  let client: Client
  let close: () => Promise<void>
  let before: ConfiguredServer[] = []

  beforeAll(async () => {
    if (!('path' in nginx)) throw new Error(nginx.missing)
    backends = await Promise.all(Array.from({ length: 6 }, (_, index) => startBackend(String(index))))
    const guardian = await openGuardian({ log })
    door = await openLocalNginx({ nginx, guardian, port: 0, log })
    client = frontDoorClient(door.target())
    close = () => door.close().then(() => guardian.close())
  })
  afterAll(async () => {
    client.close()
    await close()
    await Promise.all(backends.map((backend) => backend.close()))
  })

  test.each([[[1, 1]], [[5, 1, 1]], [[3, 2, 1]], [[1, 2, 3, 4, 5, 6]], [[7, 7, 3]], [[1, 100]]])(
    'with weights %j',
    async (weights) => {
      const addresses = weights.map((_, index) => backends[index]?.address ?? '')
      const servers = listed(...addresses).map((one, index) => ({ ...one, weight: weights[index] ?? 1 }))
      await put(door, servers)
      await untilUnreachable(door, before)
      before = servers
      expect((await client.burst(TURNS)).map((answer) => Number(answer.text))).toEqual(foretold(weights))
    },
  )
})
