import type { Log } from '#lib/concurrency/log.ts'
import type { Guardian } from '#lib/guardian/guardian.ts'
import type { FoundNginx } from './find-nginx.ts'
import type { FrontDoor } from './front-door.ts'
import { claimPort, PortBusyError } from './listen-port.ts'
import { openLocalControl } from './local-control.ts'
import { openNginxFrontDoor } from './nginx-front-door.ts'

export type LocalNginxOptions = {
  nginx: FoundNginx
  guardian: Guardian
  /** 0: any free one. */
  port: number
  log: Log
}

const PORT_TRIES = 5
const LOOK_AT_WORKERS_MS = 50

/** An nginx of this machine as the front door, with an empty list at first. Throws PortBusyError, or Error with nginx's own words. */
export async function openLocalNginx(options: LocalNginxOptions): Promise<FrontDoor> {
  for (let left = PORT_TRIES; ; left--) {
    const port = await claimPort(options.port)
    try {
      return await openOn(port, options)
    } catch (error) {
      if (!(error instanceof PortBusyError) || options.port !== 0 || left <= 1) throw error
    }
  }
}

async function openOn(port: number, { nginx, guardian, log }: LocalNginxOptions): Promise<FrontDoor> {
  const control = await openLocalControl({ nginx, guardian, port, log })
  try {
    return await openNginxFrontDoor({ control, log, lookAtWorkersEveryMs: LOOK_AT_WORKERS_MS, byName: null })
  } catch (error) {
    await control.close()
    const cause = error instanceof Error ? error.message : String(error)
    throw /bind\(\) to .*in use/.test(cause)
      ? new PortBusyError(port, 'EADDRINUSE')
      : new Error(`nginx did not start: ${cause}`)
  }
}
