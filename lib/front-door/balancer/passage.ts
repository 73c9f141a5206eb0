import { request as ask, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { UPSTREAM_NAME } from '../answer-headers.ts'
import { type Attempt, addAttemptHeaders } from './attempt-headers.ts'
import { copyBody } from './copy-body.ts'
import { endToEnd, FOR_ANSWERS, FOR_REQUESTS } from './end-to-end.ts'
import { RequestBody } from './request-body.ts'
import { beginTry, isWritable, type Try } from './try.ts'
import type { UpstreamList } from './upstream-list.ts'

/** ngx_http_upstream_next: never sent twice once they were sent. */
const NON_IDEMPOTENT = new Set(['POST', 'LOCK', 'PATCH'])

type Failure = 'error' | 'timeout' | 'invalid'

/** One request on its way through the balancer: from its client to as many backends as it takes, and the answer back. */
export class Passage {
  readonly #list: UpstreamList
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #path: string
  readonly #headers: string[]
  readonly #body: RequestBody | null
  readonly #startedMs = performance.now()
  readonly #tried = new Set<number>()
  readonly #attempts: Attempt[] = []
  #tries: number
  #try: Try | null = null

  constructor(list: UpstreamList, path: string, request: IncomingMessage, response: ServerResponse) {
    this.#list = list
    this.#path = path
    this.#request = request
    this.#response = response
    this.#tries = list.tries
    const { headers, rawHeaders, method } = request
    this.#headers = endToEnd(rawHeaders, FOR_REQUESTS)
    const isChunked = headers['transfer-encoding'] !== undefined
    const hasLength = headers['content-length'] !== undefined
    this.#body = isChunked || (hasLength && headers['content-length'] !== '0') ? new RequestBody(request) : null
    if (isChunked) this.#headers.push('Transfer-Encoding', 'chunked')
    else if (!hasLength && method !== 'GET' && method !== 'HEAD') this.#headers.push('Content-Length', '0')
    if (headers.host === undefined) this.#headers.push('Host', UPSTREAM_NAME)
  }

  begin(): void {
    this.#list.inFlight++
    this.#response.on('close', () => this.#closed())
    this.#next()
  }

  #next(): void {
    const index = this.#list.choose(this.#tried)
    if (index === null) {
      this.#attempts.push({ address: UPSTREAM_NAME, status: 502, connectMs: null, headerMs: null, responseMs: 0 })
      this.#refuse(502)
      return
    }
    this.#tried.add(index)
    const { address } = this.#list.server(index)
    const upstream = this.#ask(index)
    if (upstream === null) return
    const attempt = beginTry(index, address, upstream)
    this.#try = attempt
    upstream.on('socket', (socket) => this.#hasSocket(attempt, socket))
    upstream.on('response', (answer) => this.#answered(attempt, answer))
    upstream.on('timeout', () => this.#silent(attempt))
    upstream.on('upgrade', (_answer, socket) => {
      // Nobody asked for another protocol (RFC 9110, section 15.2.2).
      socket.destroy()
      this.#failed(attempt, 'invalid')
    })
    upstream.on('close', () => {
      if (!attempt.answer) this.#failed(attempt, 'error')
    })
    upstream.on('error', (error: NodeJS.ErrnoException) => {
      this.#failed(attempt, error.code?.startsWith('HPE_') ? 'invalid' : 'error')
    })
    if (!this.#body) upstream.end()
  }

  /** Null when Node refuses to send this request, which is then answered 400: it must not cost the requests of others. */
  #ask(index: number): ClientRequest | null {
    const { host, port } = this.#list.server(index)
    const { method } = this.#request
    try {
      return ask({ host, port, method, path: this.#path, headers: this.#headers, agent: this.#list.agent })
    } catch {
      this.#list.answered(index)
      this.#body?.drop()
      this.#response.writeHead(400, addAttemptHeaders(['Content-Length', '0'], this.#list.generation, this.#attempts))
      this.#response.end()
      return null
    }
  }

  #hasSocket(attempt: Try, socket: Socket): void {
    if (!socket.connecting) {
      attempt.reused = true
      this.#connected(attempt)
      return
    }
    attempt.connectTimer = setTimeout(() => this.#failed(attempt, 'timeout'), this.#list.policy.connectTimeoutMs)
    socket.once('connect', () => this.#connected(attempt))
  }

  #connected(attempt: Try): void {
    if (attempt.connectTimer) clearTimeout(attempt.connectTimer)
    if (this.#try !== attempt) return
    attempt.connectMs = attempt.reused ? 0 : performance.now() - attempt.startedMs
    attempt.sent = true
    this.#body?.sendTo(attempt.upstream)
  }

  #answered(attempt: Try, answer: IncomingMessage): void {
    if (this.#try !== attempt) return
    if (!isWritable(answer)) {
      answer.destroy()
      this.#failed(attempt, 'invalid')
      return
    }
    attempt.answer = answer
    const { address, connectMs, startedMs } = attempt
    const status = answer.statusCode ?? 502
    const told = { address, status, connectMs, headerMs: performance.now() - startedMs, responseMs: null }
    const headers = endToEnd(answer.rawHeaders, FOR_ANSWERS)
    addAttemptHeaders(headers, this.#list.generation, [...this.#attempts, told])
    try {
      this.#response.writeHead(status, answer.statusMessage, headers)
    } catch {
      attempt.answer = null
      this.#failed(attempt, 'invalid')
      return
    }
    this.#attempts.push(told)
    answer.on('end', () => this.#over(attempt))
    answer.on('error', () => this.#failed(attempt, 'error'))
    copyBody(answer, this.#response)
  }

  /** Nothing moved for the read timeout: the backend's doing, unless it waits for our client. */
  #silent(attempt: Try): void {
    const waitsForClient = this.#body?.isWaiting || attempt.answer?.isPaused()
    if (!waitsForClient) this.#failed(attempt, 'timeout')
    else attempt.upstream.socket?.setTimeout(this.#list.policy.readTimeoutMs)
  }

  /** The try ended without a failure of its backend. */
  #over(attempt: Try): void {
    if (this.#try !== attempt) return
    this.#try = null
    this.#list.answered(attempt.index)
  }

  #failed(attempt: Try, failure: Failure): void {
    if (this.#try !== attempt) return
    if (attempt.connectTimer) clearTimeout(attempt.connectTimer)
    if (attempt.answer) {
      // Too late for another: the client has the headers. It sees a cut, as with nginx.
      this.#over(attempt)
      attempt.upstream.destroy()
      this.#response.destroy()
      return
    }
    this.#try = null
    attempt.upstream.destroy()
    this.#list.failed(attempt.index)
    const status = failure === 'timeout' ? 504 : 502
    const responseMs = performance.now() - attempt.startedMs
    this.#attempts.push({ address: attempt.address, status, connectMs: attempt.connectMs, headerMs: null, responseMs })
    if (this.#mayGoOn(attempt, failure)) {
      this.#body?.hold()
      this.#next()
    } else this.#refuse(status)
  }

  /** ngx_http_upstream_next with `proxy_next_upstream error timeout`. */
  #mayGoOn(attempt: Try, failure: Failure): boolean {
    this.#tries = this.#list.single ? 0 : this.#tries - 1
    // A kept connection that its backend had closed says nothing about the backend.
    if (attempt.reused && failure === 'error') this.#tries++
    const { nextUpstreamTimeoutMs } = this.#list.policy
    const isLate = nextUpstreamTimeoutMs > 0 && performance.now() - this.#startedMs >= nextUpstreamTimeoutMs
    if (this.#tries <= 0 || failure === 'invalid' || isLate) return false
    if (!attempt.sent) return true
    return !NON_IDEMPOTENT.has(this.#request.method ?? '') && (this.#body?.replayable ?? true)
  }

  /** Answers by itself, since nobody did. */
  #refuse(status: 502 | 504): void {
    this.#body?.drop()
    const text = status === 504 ? '504 Gateway Timeout\n' : '502 Bad Gateway\n'
    const headers = ['Content-Type', 'text/plain', 'Content-Length', String(text.length)]
    this.#response.writeHead(status, addAttemptHeaders(headers, this.#list.generation, this.#attempts))
    this.#response.end(this.#request.method === 'HEAD' ? undefined : text)
  }

  /** The answer has left, or its client has. */
  #closed(): void {
    this.#list.inFlight--
    this.#body?.drop()
    const attempt = this.#try
    if (!attempt) return
    this.#over(attempt)
    if (attempt.connectTimer) clearTimeout(attempt.connectTimer)
    // Our last byte can be gone before the end of the backend's answer was told: its connection is good then.
    if (!attempt.answer?.complete) attempt.upstream.destroy()
  }
}
