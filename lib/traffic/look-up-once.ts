import { type LookupAddress, lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'

type LookUpAll = (host: string, told: (error: Error | null, addresses: LookupAddress[]) => void) => void

const byTheSystem: LookUpAll = (host, told) => lookup(host, { all: true }, told)

/**
 * A lookup for connections to one host: the name is resolved for the first of them, and again only after it failed. The system's
 * lookups share four threads of libuv, and many at once would be measured as latency of the front door.
 */
export function lookUpOnce(lookUpAll: LookUpAll = byTheSystem): LookupFunction {
  let known: Promise<LookupAddress[]> | null = null
  const resolved = (host: string): Promise<LookupAddress[]> => {
    known ??= new Promise((resolve, reject) => {
      lookUpAll(host, (error, addresses) => {
        if (error === null) return resolve(addresses)
        known = null
        reject(error)
      })
    })
    return known
  }
  return (host, options, told) => {
    resolved(host).then(
      (addresses) => {
        const { address, family } = addresses[0] ?? { address: '', family: 0 }
        if (options.all) told(null, addresses)
        else told(null, address, family)
      },
      (error: NodeJS.ErrnoException) => told(error, options.all ? [] : ''),
    )
  }
}
