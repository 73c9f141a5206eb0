import { MAX_BROWSERS, PROTOCOL_VERSION } from '#lib/protocol/limits.ts'
import { handshakeSchema } from '#lib/protocol/schemas.ts'
import { sameToken } from './guard.ts'

/** The code under which a browser is refused; null: it may come in. */
export function whyNotIn(auth: unknown, token: string, browsers: number): string | null {
  if (browsers >= MAX_BROWSERS) return 'too-many-browsers'
  const handshake = handshakeSchema.safeParse(auth)
  if (!handshake.success || !sameToken(handshake.data.token, token)) return 'no-token'
  return handshake.data.protocol === PROTOCOL_VERSION ? null : 'outdated'
}
