import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

/** Answers a request that has arrived whole. */
export type Execute = (request: IncomingMessage, response: ServerResponse, status: number) => void

/** Something between a request and its answer, on top of what comes next: counts it, holds it up, changes its status. */
export type Layer = (next: Execute) => Execute

/** The part of a backend that answers requests. */
export type Answering = {
  /** Answers with nothing between. */
  listener: RequestListener
  /** Answers through these layers, the first outermost. */
  through(layers: readonly Layer[]): RequestListener
  /** Requests whose answer has not ended yet. One that is answered in the same turn is never counted. */
  inFlight(): number
  /** Requests that have arrived since the start, with their content where the method has one, whatever became of their answers. */
  executed(): number
  /** From now on every answer says `Connection: close` (RFC 9112, section 9.6). */
  closeFromNowOn(): void
}

/**
 * Every path and method answers 200 with the hostname and a newline. Headers are one flat array and the body a string:
 * Node then writes both in one piece, a Buffer would leave as two.
 */
export function createAnswering(backend: string): Answering {
  const body = `${backend}\n`
  const keeping = [
    'Content-Type',
    'text/plain',
    'Content-Length',
    String(Buffer.byteLength(body)),
    'Cache-Control',
    'no-store',
    'X-Backend',
    backend,
  ]
  const closing = [...keeping, 'Connection', 'close']
  let headers = keeping
  let inFlight = 0
  let executed = 0

  function answer(response: ServerResponse): void {
    executed += 1
    response.writeHead(200, headers)
    response.end(body)
  }

  function countInFlight(response: ServerResponse): void {
    inFlight += 1
    response.once('close', () => {
      inFlight -= 1
    })
  }

  function answerAfterBody(request: IncomingMessage, response: ServerResponse): void {
    countInFlight(response)
    request.once('end', () => answer(response))
    request.resume()
  }

  const answerWith: Execute = (_request, response, status) => {
    response.writeHead(status, headers)
    response.end(body)
  }

  return {
    listener(request, response) {
      if (request.method === 'GET' || request.method === 'HEAD') answer(response)
      else answerAfterBody(request, response)
    },
    through(layers) {
      const throughAll = layers.reduceRight((next, layer) => layer(next), answerWith)
      const execute: Execute = (request, response, status) => {
        executed += 1
        throughAll(request, response, status)
      }
      return (request, response) => {
        countInFlight(response)
        if (request.method === 'GET' || request.method === 'HEAD') return execute(request, response, 200)
        request.once('end', () => execute(request, response, 200))
        request.resume()
      }
    },
    inFlight: () => inFlight,
    executed: () => executed,
    closeFromNowOn() {
      headers = closing
    },
  }
}
