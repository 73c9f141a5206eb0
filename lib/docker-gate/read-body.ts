import type { IncomingMessage } from 'node:http'
import { parseJson } from '../compose/fields.ts'
import type { BodyKind } from './rules.ts'

const MAX_JSON_BYTES = 256 * 1024
const MAX_ARCHIVE_BYTES = 256 * 1024

/** A body was longer than any that can pass. */
export class TooLong extends Error {}

/** Reads a body as far as its rule wants it: bytes of an archive, parsed JSON (undefined where it is none), otherwise nothing. */
export async function readBody(request: IncomingMessage, kind: BodyKind | undefined): Promise<unknown> {
  const most = kind === 'archive' ? MAX_ARCHIVE_BYTES : MAX_JSON_BYTES
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length
    if (bytes > most) throw new TooLong(`a body of more than ${most} bytes`)
    chunks.push(chunk)
  }
  if (kind === undefined) return undefined
  const whole = Buffer.concat(chunks)
  return kind === 'archive' ? whole : parseJson(whole.toString())
}
