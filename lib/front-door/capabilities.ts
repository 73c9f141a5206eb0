/** What an nginx of some version can be told. Everything else that the renderer writes exists since 1.15. */
export type Capabilities = {
  /** `keepalive_min_timeout`, nginx 1.27.4: kept client connections get one more answer before an old worker lets go of them. */
  keepaliveMinTimeout: boolean
  /** `server … resolve` outside the commercial build, nginx 1.27.3. */
  resolve: boolean
}

/** Older ones are not tried: 1.22 is the oldest that a supported distribution still ships. */
export const OLDEST_NGINX = '1.22.0'

const parts = (version: string): number[] => version.split('.').map((part) => Number.parseInt(part, 10) || 0)

export function isAtLeast(version: string, floor: string): boolean {
  const have = parts(version)
  for (const [index, wanted] of parts(floor).entries()) {
    const got = have[index] ?? 0
    if (got !== wanted) return got > wanted
  }
  return true
}

/** `version` as `nginx -v` prints it after the slash, e.g. 1.22.1. */
export const capabilities = (version: string): Capabilities => ({
  keepaliveMinTimeout: isAtLeast(version, '1.27.4'),
  resolve: isAtLeast(version, '1.27.3'),
})
