import type { Cluster } from '#lib/cluster/cluster.ts'
import { openEmbeddedHost } from '#lib/cluster/embedded/embedded-host.ts'
import { openCluster } from '#lib/cluster/open-cluster.ts'
import type { Log } from '#lib/concurrency/log.ts'
import type { Settings } from '#lib/config/settings.ts'
import { findNginx } from '#lib/front-door/find-nginx.ts'
import type { FrontDoor } from '#lib/front-door/front-door.ts'
import { openBalancer } from '#lib/front-door/open-balancer.ts'
import { openLocalNginx } from '#lib/front-door/open-local-nginx.ts'
import type { Guardian } from '#lib/guardian/guardian.ts'
import { openGuardian } from '#lib/guardian/open-guardian.ts'

/** Why this kind of cluster runs and how to run the other, in a sentence each, and where the cluster logs. */
export type ClusterOrigin = { reason: string; howToSwitch: string; log: Log }

/** Child processes behind an nginx of this machine, or else behind the built-in balancer. */
export async function formEmbeddedCluster(settings: Settings, origin: ClusterOrigin): Promise<Cluster> {
  const { log } = origin
  const guardian = await openGuardian({ log })
  const closers: (() => Promise<void>)[] = [() => guardian.close()]
  try {
    const { door, why } = await openDoor(settings, guardian, log)
    closers.unshift(() => door.close())
    const host = await openEmbeddedHost({ guardian, log })
    closers.unshift(() => host.close())
    const cluster = openCluster({
      kind: 'embedded',
      project: null,
      ...origin,
      reason: `${origin.reason}${why}`,
      host,
      door,
      closeAfter: () => guardian.close(),
    })
    closers.unshift(() => cluster.close())
    await cluster.scale(settings.ROBINSCOPE_REPLICAS)
    return cluster
  } catch (error) {
    for (const close of closers) await close()
    throw error
  }
}

/** `why`: what to add to the reason, where the front door is not the nginx that one would expect. */
async function openDoor(settings: Settings, guardian: Guardian, log: Log): Promise<{ door: FrontDoor; why: string }> {
  const port = settings.FRONT_DOOR_PORT
  const kind = settings.ROBINSCOPE_FRONT_DOOR_KIND
  const found = kind === 'built-in' ? null : await findNginx()
  if (found && 'path' in found) return { door: await openLocalNginx({ nginx: found, guardian, port, log }), why: '' }
  if (found && kind === 'nginx') throw new Error(`ROBINSCOPE_FRONT_DOOR_KIND=nginx, but ${found.missing}.`)
  const cause = found ? `: ${found.missing}` : ', as ROBINSCOPE_FRONT_DOOR_KIND asks'
  return {
    door: await openBalancer({ guardian, port, log }),
    why: ` Its front door is the built-in balancer${cause}.`,
  }
}
