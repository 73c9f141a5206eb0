import type { IncomingMessage, ServerResponse } from 'node:http'

/** Bodies of up to this size that arrive whole leave in one write together with their headers. */
const ONE_WRITE_BYTES = 16_384

/** Passes an answer's body on as it comes, no faster than the client takes it. The headers were given to `response` already. */
export function copyBody(answer: IncomingMessage, response: ServerResponse): void {
  const length = Number(answer.headers['content-length'] ?? Number.POSITIVE_INFINITY)
  let missing = length
  if (length > ONE_WRITE_BYTES) response.flushHeaders()
  answer.on('data', (chunk: Buffer) => {
    missing -= chunk.length
    // One string is joined with the headers and written at once; a buffer would be a second write.
    if (missing === 0 && length <= ONE_WRITE_BYTES) response.end(chunk.toString('latin1'), 'latin1')
    else if (!response.write(chunk)) {
      answer.pause()
      response.once('drain', () => answer.resume())
    }
  })
  answer.on('end', () => {
    if (!response.writableEnded) response.end()
  })
}
