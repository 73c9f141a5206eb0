import type { Cluster } from '#lib/cluster/cluster.ts'
import { openEmbeddedHost } from '#lib/cluster/embedded/embedded-host.ts'
import { steerCluster } from '#lib/cluster/steered-cluster.ts'
import type { Settings } from '#lib/config/settings.ts'
import { findNginx } from '#lib/front-door/find-nginx.ts'
import type { FrontDoor } from '#lib/front-door/front-door.ts'
import type { Keeper } from '#lib/front-door/keeper.ts'
import { openNginxFrontDoor } from '#lib/front-door/nginx-on-path.ts'
import { openBalancer } from '#lib/front-door/open-balancer.ts'
import { openKeeper } from '#lib/front-door/open-keeper.ts'
import type { Log } from './form-cluster.ts'

export type Sentences = { reason: string; otherwise: string; log: Log }

/** Child processes behind an nginx of this machine, else behind the built-in balancer. */
export async function formEmbeddedCluster(settings: Settings, sentences: Sentences): Promise<Cluster> {
  const { log } = sentences
  const keeper = await openKeeper({ log })
  let door: FrontDoor | null = null
  try {
    door = await openDoor(settings, keeper, sentences)
    const host = await openEmbeddedHost({ keeper, log })
    const cluster = steerCluster({
      kind: 'embedded',
      project: null,
      ...sentences,
      host,
      door,
      closeAfter: () => keeper.close(),
    })
    try {
      await cluster.scale(settings.ROBINSCOPE_REPLICAS)
    } catch (error) {
      await cluster.close()
      throw error
    }
    return cluster
  } catch (error) {
    await door?.close()
    await keeper.close()
    throw error
  }
}

async function openDoor(settings: Settings, keeper: Keeper, sentences: Sentences): Promise<FrontDoor> {
  const { log } = sentences
  const port = settings.FRONT_DOOR_PORT
  const kind = settings.ROBINSCOPE_FRONT_DOOR_KIND
  if (kind === 'built-in') {
    sentences.reason += ' Its front door is the built-in balancer, as ROBINSCOPE_FRONT_DOOR_KIND asks.'
    return openBalancer({ keeper, port, log })
  }
  const found = await findNginx()
  if ('path' in found) return openNginxFrontDoor({ nginx: found, keeper, port, log })
  if (kind === 'nginx') throw new Error(`ROBINSCOPE_FRONT_DOOR_KIND=nginx, but ${found.missing}.`)
  sentences.reason += ` Its front door is the built-in balancer: ${found.missing}.`
  return openBalancer({ keeper, port, log })
}
