import type { IncomingMessage } from 'node:http'
import { MAX_BROWSERS, PROTOCOL_VERSION } from '#lib/protocol/limits.ts'
import { handshakeSchema } from '#lib/protocol/schemas.ts'
import type { GuardOptions } from './guard.ts'
import { sameToken, showsToken } from './token.ts'

/** The code under which a browser is refused; null: it may come in. The token stands in the handshake, or was shown by the upgrade's own headers. */
export function whyNotIn(
  { auth, request }: { auth: unknown; request: IncomingMessage },
  guard: GuardOptions,
  browsers: number,
): string | null {
  if (browsers >= MAX_BROWSERS) return 'too-many-browsers'
  const handshake = handshakeSchema.safeParse(auth)
  if (!handshake.success) return 'no-token'
  if (!sameToken(handshake.data.token, guard.token) && !showsToken(request, guard)) return 'no-token'
  return handshake.data.protocol === PROTOCOL_VERSION ? null : 'outdated'
}
